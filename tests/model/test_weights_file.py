"""A weights file is found by path or by name, or its absence says how to get it."""

from pathlib import Path

import pytest

from clsbench.errors import WeightsError
from clsbench.model.weights_file import WeightsFile, sha256_of


def test_a_path_wins_and_a_name_is_looked_up_in_the_folder(tmp_path: Path) -> None:
    file = tmp_path / "net.caffemodel"
    file.write_bytes(b"weights")
    assert WeightsFile(str(file), tmp_path / "elsewhere").found() == file
    assert WeightsFile("net.caffemodel", tmp_path).found() == file


def test_a_missing_file_is_named_with_its_size_its_links_and_the_way_round(tmp_path: Path) -> None:
    file = WeightsFile("senet.caffemodel", tmp_path, 440.2, {"google": "https://example.org/senet", "baidu": ""})
    with pytest.raises(WeightsError) as raised:
        file.found()
    message = str(raised.value)
    for part in ("senet.caffemodel", "440.2 MiB", "https://example.org/senet", str(tmp_path), "model.weights=random"):
        assert part in message
    assert "baidu" not in message


def test_a_file_of_another_size_than_the_published_one_is_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "net.caffemodel"
    file.write_bytes(bytes(3 * 2**20))
    assert WeightsFile(file.name, tmp_path, 3.0).size_warning(file) is None
    assert WeightsFile(file.name, tmp_path, 3.09).size_warning(file) is None
    assert "the published file 4.0 MiB" in str(WeightsFile(file.name, tmp_path, 4.0).size_warning(file))
    assert WeightsFile(file.name, tmp_path, None).size_warning(file) is None


def test_a_checksum_is_that_of_the_bytes(tmp_path: Path) -> None:
    file = tmp_path / "abc"
    file.write_bytes(b"abc")  # the example of FIPS 180-2
    assert sha256_of(file) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
