"""Real pycaffe's backward and its single layers."""

import subprocess
import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clsbench.engines.caffe import worker as caffe_worker
from clsbench.engines.caffe.engine import Caffe
from clsbench.engines.caffe.timed import forced_backward, gathers_statistics
from clsbench.errors import EngineError


@pytest.mark.pycaffe
@pytest.mark.parametrize("backward", [True, False])
def test_every_layer_has_its_time_and_the_total_includes_them(small: Any, caffe: Caffe, backward: bool) -> None:
    with caffe.open_nested(small.network, backward=backward) as predictor:
        predictor(small.views(3))
        times = predictor.nested()
        names = [name for name, _ in predictor.layers]
    assert ("fc", "InnerProduct") in predictor.layers
    assert names.index("fc") < names.index("prob")
    assert len(times.forward_layers) == len(names)
    assert 0 < sum(times.forward_layers) <= times.forward_ms
    if backward:
        assert times.backward_ms is not None
        assert times.backward_layers is not None
        assert len(times.backward_layers) == len(names)
        assert 0 < sum(times.backward_layers) <= times.backward_ms
    else:
        assert times.backward_ms is None


@pytest.mark.pycaffe
def test_with_a_backward_the_scores_stay_the_same(small: Any, caffe: Caffe) -> None:
    views = small.views(3)
    with caffe.open_backward(small.network) as predictor:
        for _ in range(2):
            np.testing.assert_allclose(predictor(views), small.scores(views), rtol=1e-5)
            predictor.backward()


@pytest.mark.pycaffe
def test_a_backward_leaves_gradients(small: Any, caffe: Caffe, caffe_python: Path) -> None:
    # Asked of pycaffe itself, in the process of a worker that has run the worker's own functions.
    code = f"""
        import sys, numpy as np, caffe
        sys.path.insert(0, {str(Path(caffe_worker.__file__).parent)!r})
        import worker as caffe_worker
        net = caffe.Net(sys.argv[1], sys.argv[2], caffe.TEST)
        views = np.random.RandomState(0).randn(1, 2, 4, 4)
        caffe_worker.forward(net, "prob", views, np.zeros((1, 3), "f"))
        caffe_worker.backward(net, "prob")
        assert np.abs(net.params["fc"][0].diff).max() > 0
        assert np.abs(net.blobs["data"].diff).max() > 0
        """
    with forced_backward(small.network) as network:
        ended = subprocess.run(
            [caffe_python, "-c", textwrap.dedent(code), network.prototxt(), network.caffemodel()],
            env={"GLOG_minloglevel": "2"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        assert network.onnx() == small.network.onnx()
        assert (network.input_shape, network.output, network.classes) == ((2, 4, 4), "prob", 3)
    assert not network.prototxt().exists()


@pytest.mark.pycaffe
def test_a_failed_command_names_itself(small: Any, caffe: Caffe) -> None:
    with caffe.open_nested(small.network, backward=False) as predictor:
        predictor(small.views(1))
        with pytest.raises(EngineError, match="running nonsense"):
            predictor.process.done("nonsense")
        assert predictor.nested().forward_ms > 0


_DROPOUT = 'layer { name: "drop" type: "Dropout" bottom: "fc" top: "fc" }'
_BATCH_NORM = 'layer { name: "bn" type: "BatchNorm" bottom: "data" top: "data" %s}'
_STORED = "batch_norm_param { use_global_stats: true } "


def _add(path: Path, layer: str, before: str) -> None:
    path.write_text(path.read_text().replace(before, f"{layer}\n{before}"))


@pytest.mark.pycaffe
@pytest.mark.parametrize("backward", [True, False])
def test_in_phase_train_a_dropout_drops_and_layers_are_timed(small: Any, caffe: Caffe, backward: bool) -> None:
    _add(small.network.prototxt(), _DROPOUT, 'layer { name: "prob"')
    views = small.views(3)
    with caffe.open_training(small.network, backward=backward) as predictor:
        scores = [predictor(views) for _ in range(5)]
        assert not all(np.allclose(each, small.scores(views), rtol=1e-3) for each in scores)
        times = predictor.nested()
        assert ("drop", "Dropout") in predictor.layers
        assert sum(times.forward_layers) <= times.forward_ms
    with caffe.open_nested(small.network, backward=backward) as predictor:
        np.testing.assert_allclose(predictor(views), small.scores(views), rtol=1e-5)


def test_a_batch_norm_with_stored_statistics_gathers_none(small: Any) -> None:
    path = small.network.prototxt()
    text = path.read_text()
    assert not gathers_statistics(path)
    for more, gathers in ((_STORED, False), ("", True)):
        path.write_text(text.replace("layer {", f"{_BATCH_NORM % more}\nlayer {{", 1))
        assert gathers_statistics(path) == gathers


@pytest.mark.pycaffe
def test_a_pycaffe_whose_batch_norm_gathers_nothing_is_found_out(small: Any, caffe: Caffe) -> None:
    path = small.network.prototxt()
    path.write_text(path.read_text().replace("layer {", f"{_BATCH_NORM % ''}\nlayer {{", 1))
    with (
        pytest.raises(EngineError, match=r"BatchNorm computes no statistics.*timing\.phase=test"),
        caffe.open_training(small.network, backward=False),
    ):
        pass
    with caffe.open_nested(small.network, backward=False):  # stored ones do, in phase TEST
        pass
