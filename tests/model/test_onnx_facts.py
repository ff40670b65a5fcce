"""What an ONNX file says of its classifier is read from it; what is no classifier is refused with a reason."""

from dataclasses import replace
from pathlib import Path

import pytest
from onnx import TensorProto
from onnx_classifiers import OnnxClassifier

from clsbench.errors import NetError
from clsbench.model import onnx_facts
from clsbench.model.onnx_facts import read_onnx_facts
from clsbench.model.onnx_graph import OnnxFile, read_onnx_file


def test_input_and_output_are_read_from_the_file(tmp_path: Path) -> None:
    facts = read_onnx_facts(OnnxClassifier().written(tmp_path / "net.onnx"), None)
    assert (facts.batch, facts.channels, facts.height, facts.width) == (None, 3, 8, 8)
    assert (facts.output, facts.classes, facts.is_softmax) == ("scores", 10, True)


def test_free_sides_are_none(tmp_path: Path) -> None:
    facts = read_onnx_facts(OnnxClassifier(input=(1, 3, "height", None)).written(tmp_path / "net.onnx"), None)
    assert (facts.batch, facts.height, facts.width) == (1, None, None)


def test_classes_that_the_output_does_not_say_are_inferred(tmp_path: Path) -> None:
    path = OnnxClassifier(output=("batch", "classes")).written(tmp_path / "net.onnx")
    assert read_onnx_facts(path, None).classes == 10


def test_an_output_without_softmax_is_known(tmp_path: Path) -> None:
    assert not read_onnx_facts(OnnxClassifier(softmax=False).written(tmp_path / "net.onnx"), None).is_softmax


def test_a_file_is_checked_once_as_long_as_it_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []

    def counted(path: Path) -> OnnxFile:
        read.append(path)
        return read_onnx_file(path)

    monkeypatch.setattr(onnx_facts, "read_onnx_file", counted)
    path = OnnxClassifier().written(tmp_path / "net.onnx")
    first = read_onnx_facts(path, None)
    assert read_onnx_facts(path, None) == first
    assert read == [path]
    OnnxClassifier(softmax=False).written(path)
    assert read_onnx_facts(path, None) != first
    assert read == [path, path]


def test_one_of_several_outputs_has_to_be_named(tmp_path: Path) -> None:
    path = OnnxClassifier(extra_outputs=("features_out",)).written(tmp_path / "net.onnx")
    with pytest.raises(NetError, match=r"2 outputs: 'scores', 'features_out'.*model\.output=NAME"):
        read_onnx_facts(path, None)
    assert read_onnx_facts(path, "scores").classes == 10
    assert read_onnx_facts(path, "features_out").classes == 3
    with pytest.raises(NetError, match="no output 'prob'"):
        read_onnx_facts(path, "prob")


def test_weights_in_a_file_beside_it_are_found_and_missed(tmp_path: Path) -> None:
    path = OnnxClassifier(external=True).written(tmp_path / "net.onnx")
    assert read_onnx_facts(path, None).weight_files == (path, tmp_path / "weights.bin")
    (tmp_path / "weights.bin").unlink()
    with pytest.raises(NetError, match=r"net\.onnx.*weights\.bin"):
        read_onnx_facts(path, None)


def test_the_networks_checksum_does_not_depend_on_its_weights(tmp_path: Path) -> None:
    one = read_onnx_facts(OnnxClassifier().written(tmp_path / "one.onnx"), None)
    other = read_onnx_facts(OnnxClassifier(external=True).written(tmp_path / "other.onnx"), None)
    assert one.network_sha256 == other.network_sha256
    larger = read_onnx_facts(OnnxClassifier(input=("batch", 3, 9, 9)).written(tmp_path / "larger.onnx"), None)
    assert one.network_sha256 != larger.network_sha256


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"extra_inputs": ("mask",)}, r"2 inputs: 'image', 'mask'"),
        ({"input_type": TensorProto.UINT8}, r"input 'image' is uint8; float32"),
        ({"input_type": TensorProto.FLOAT16}, r"input 'image' is float16; float32"),
        ({"input": ("batch", 8, 8, 3)}, r"\(\?, 8, 8, 3\), channels last; .*--inputs-as-nchw"),
        ({"input": ("batch", "channels", 8, 8)}, r"\(\?, \?, 8, 8\); write its number of channels"),
        ({"input": ("batch", 3, 8)}, r"\(\?, 3, 8\); images need"),
        ({"output": ("batch", 10, 7, 7)}, r"output 'scores' has shape \(\?, 10, 7, 7\); a classifier"),
    ],
)
def test_what_is_no_image_classifier_is_refused(tmp_path: Path, change: dict[str, object], words: str) -> None:
    path = replace(OnnxClassifier(), **change).written(tmp_path / "net.onnx")  # type: ignore[arg-type]
    with pytest.raises(NetError, match=words):
        read_onnx_facts(path, None)


def test_what_is_no_onnx_file_is_refused(tmp_path: Path) -> None:
    sound = OnnxClassifier().written(tmp_path / "net.onnx").read_bytes()
    for content in (b"", b"not a network at all\n", sound[: len(sound) // 2], sound[:-1]):
        (tmp_path / "other.onnx").write_bytes(content)
        with pytest.raises(NetError, match=r"other\.onnx: this is not a valid ONNX file"):
            read_onnx_facts(tmp_path / "other.onnx", None)
    with pytest.raises(NetError, match="no such ONNX file"):
        read_onnx_facts(tmp_path / "none.onnx", None)
