"""What holds for every engine that reads the ONNX file."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import cv2
import layer_nets
import numpy as np
import pytest
import squeezenet_photographs
from squeezenet_photographs import Photographs

from clsbench.engines.onnxruntime.engine import OnnxRuntime
from clsbench.engines.opencv.engine import OpenCv
from clsbench.errors import EngineError

photographs = squeezenet_photographs.photographs

ENGINES = [
    pytest.param("onnx_runtime"),
    pytest.param("opencv"),
    pytest.param("openvino", marks=pytest.mark.openvino),
    pytest.param("torch", marks=pytest.mark.torch),
]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Any:
    """An engine with its own choices, on the CPU."""
    return request.getfixturevalue(request.param)


def _one_stream(engine: Any) -> Any:
    keys = {field.name for field in fields(engine)}
    return replace(engine, **{"streams" if "streams" in keys else "threads": 1})


@pytest.mark.shared
@pytest.mark.pycaffe
def test_photographs_get_the_probabilities_of_pycaffe_and_onnx_runtime(engine: Any, photographs: Photographs) -> None:
    with engine.open(photographs.network) as predictor:
        photographs.assert_same(predictor(photographs.views), 1e-4)
        photographs.assert_same(predictor(photographs.views[:3]), 1e-4, 3)
        photographs.assert_same(predictor(photographs.views[:1]), 1e-4, 1)


@pytest.mark.parametrize("name", layer_nets.NAMES)
@pytest.mark.parametrize("engine", ENGINES[1:], indirect=True)
def test_every_layer_type_gives_what_onnx_runtime_gives(
    engine: Any, onnx_runtime: OnnxRuntime, tmp_path: Path, name: str
) -> None:
    if isinstance(engine, OpenCv) and cv2.__version__ < "4.14" and name.startswith(("ArgMax", "Tile")):
        pytest.skip(f"OpenCV {cv2.__version__} has no TopK, and tiles wrongly")
    network = layer_nets.exported_to(name, tmp_path)
    views = np.random.default_rng(1).standard_normal((5, *network.input_shape)).astype(np.float32)
    with engine.open(network) as predictor, onnx_runtime.open(network) as judge:
        for batch in (1, 3, 5, 2):
            np.testing.assert_allclose(predictor(views[:batch]), judge(views[:batch]), rtol=1e-5, atol=1e-5)


def test_views_that_are_not_contiguous_or_may_not_be_written_to_are_taken(engine: Any, small: Any) -> None:
    views = small.views(6)[::2]
    views.setflags(write=False)
    with engine.open(small.network) as predictor:
        np.testing.assert_allclose(predictor(views), small.scores(views), atol=1e-6)


def test_scores_stay_when_the_next_batch_is_run(engine: Any, small: Any) -> None:
    with _one_stream(engine).open(small.network) as predictor:
        first = predictor(small.views(3))
        predictor(small.views(4)[:3])
    np.testing.assert_allclose(first, small.scores(small.views(3)), atol=1e-6)


def test_a_damaged_file_is_an_engine_error_that_names_it(engine: Any, small: Any) -> None:
    small.network.onnx().write_bytes(b"no network")
    with pytest.raises(EngineError, match=r"small\.onnx cannot be opened"), engine.open(small.network):
        pass


def test_a_batch_that_the_network_cannot_take_is_an_engine_error_and_the_next_one_works(
    engine: Any, small: Any
) -> None:
    with _one_stream(engine).open(small.network) as predictor:
        with pytest.raises(EngineError, match=r"a batch of shape \(1, 2, 5, 4\) failed: [^\n]+"):
            predictor(np.zeros((1, 2, 5, 4), np.float32))
        np.testing.assert_allclose(predictor(small.views(2)), small.scores(small.views(2)), atol=1e-6)


def test_another_number_of_classes_is_an_engine_error(engine: Any, small: Any) -> None:
    network = replace(small.network, classes=4)
    with engine.open(network) as predictor, pytest.raises(EngineError, match="expected 4 scores per view"):
        predictor(small.views(1))


def test_auto_without_a_gpu_is_the_cpu(engine: Any, small: Any) -> None:
    if "cuda" in str(replace(engine, device="auto").identity()["device"]):
        pytest.skip("there is a GPU")
    with replace(engine, device="auto").open(small.network) as predictor:
        assert predictor.description.device == "cpu"
        np.testing.assert_allclose(predictor(small.views(2)), small.scores(small.views(2)), atol=1e-6)
