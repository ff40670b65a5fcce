"""Files of tensors, good and bad; none of them is ever run."""

import json
import struct
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from clsbench.errors import WeightsError
from clsbench.weights.state_dict import read_state_dict, write_state_dict

TENSORS = {"a.weight": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.array(7.0, np.float32)}


def test_a_safetensors_file_gives_its_tensors(tmp_path: Path) -> None:
    save_file(TENSORS, tmp_path / "any.name")
    read = read_state_dict(tmp_path / "any.name")
    assert read.keys() == TENSORS.keys()
    np.testing.assert_array_equal(read["a.weight"], TENSORS["a.weight"])


def test_what_is_written_is_read_again_and_carries_its_notes(tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    write_state_dict(TENSORS, path, {"network": "small"})
    assert read_state_dict(path)["a.weight"].tobytes() == TENSORS["a.weight"].tobytes()
    content = path.read_bytes()
    header = json.loads(content[8 : 8 + struct.unpack("<Q", content[:8])[0]])
    assert header["__metadata__"] == {"format": "pt", "network": "small"}
    assert [file.name for file in tmp_path.iterdir()] == ["x.safetensors"]


BAD = {
    "empty": (b"", "the file is empty"),
    "a web page": (b"<!DOCTYPE html><html>", "a web page, not weights"),
    "a git lfs pointer": (b"version https://git-lfs.github.com/spec/v1\n", "only the pointer of a file in Git LFS"),
    "cut off": (b"\x80\x00\x00\x00\x00\x00\x00\x00{", "damaged"),
    "a list of a million tensors": (struct.pack("<Q", 100_000_000) + b"{", "its list of tensors takes 100000000 bytes"),
    "a lie in the header": (b"\x02\x00\x00\x00\x00\x00\x00\x00{}surplus", "damaged"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_file_that_is_none_is_named_with_the_reason(tmp_path: Path, kind: str) -> None:
    content, message = BAD[kind]
    path = tmp_path / "bad.safetensors"
    path.write_bytes(content)
    with pytest.raises(WeightsError, match=message) as caught:
        read_state_dict(path)
    assert str(path) in str(caught.value)


def test_without_the_extra_the_error_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_file(TENSORS, tmp_path / "good.safetensors")
    monkeypatch.setitem(sys.modules, "safetensors.numpy", None)
    with pytest.raises(WeightsError) as caught:
        read_state_dict(tmp_path / "good.safetensors")
    assert str(caught.value) == "safetensors files need the extra hub: pip install 'clsbench[hub]'"


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="there is no such file"):
        read_state_dict(tmp_path / "none.pth")
    with pytest.raises(WeightsError, match="cannot read it"):
        read_state_dict(tmp_path)


def test_a_state_dict_has_one_of_two_suffixes(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"ends in .safetensors or .pth"):
        write_state_dict(TENSORS, tmp_path / "x.npz", {})
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="cannot write it"):
        write_state_dict(TENSORS, tmp_path / "none" / "x.safetensors", {})
