"""What is found in files goes into a copy: the caller's configuration is as it was."""

from pathlib import Path

from omegaconf import OmegaConf

from clsbench.api.composed import composed
from clsbench.composition.data_layer import with_data_layer
from clsbench.composition.engine_settings import with_engine_settings
from clsbench.composition.weights_settings import with_weights

_TRAINING_FILE = """
layer { name: 'data' type: 'ImageData' top: 'data' top: 'label' include { phase: TEST }
  transform_param { crop_size: 24 mean_value: 117 } image_data_param { source: 'list.txt' batch_size: 1 } }
layer { name: 'pool' type: 'Pooling' bottom: 'data' top: 'prob' pooling_param { global_pooling: true } }
"""


def test_a_data_layer_and_settings_of_an_engine_are_returned_in_a_copy(tmp_path: Path) -> None:
    prototxt = tmp_path / "train_val.prototxt"
    prototxt.write_text(_TRAINING_FILE)
    (tmp_path / "list.txt").write_text("a.png 0\n")
    with composed(["model=custom", f"model.prototxt={prototxt}", "engines.onnxruntime.threads=1"]) as cfg:
        before = OmegaConf.to_yaml(cfg)
        completed = with_weights(with_data_layer(with_engine_settings(cfg)))
        assert OmegaConf.to_yaml(cfg) == before
    assert completed.engine.threads == 1
    assert completed.preprocessing.mean == [117.0]
    assert completed.dataset.list == str(tmp_path / "list.txt")
    assert completed.model.preprocessing_from == "prototxt"
