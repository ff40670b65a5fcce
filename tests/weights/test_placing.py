from pathlib import Path

import pytest

from clsbench.errors import WeightsError
from clsbench.model.weights_file import sha256_of
from clsbench.weights.placing import placed
from clsbench.weights.sidecar import Sidecar, read_sidecar


def made(draft: Path) -> Sidecar:
    draft.write_bytes(b"new")
    return Sidecar("n", "s", "l", None, "0", sha256_of(draft), None, "same", "e", "2026-01-01", "0.1.0")


def test_both_files_are_in_place_and_no_draft_is_left(tmp_path: Path) -> None:
    output = tmp_path / "a" / "x.caffemodel"
    sidecar = placed(output, output.with_name("draft"), made)
    assert read_sidecar(output) == sidecar
    assert {file.name for file in output.parent.iterdir()} == {"x.caffemodel", "x.caffemodel.json"}


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    output = tmp_path / "x.caffemodel"
    placed(output, tmp_path / "draft", made)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}

    def fail(draft: Path) -> Sidecar:
        draft.write_bytes(b"half")
        raise WeightsError("no")

    with pytest.raises(WeightsError, match="no"):
        placed(output, tmp_path / "draft", fail)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_a_place_that_is_none_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    output = tmp_path / "file" / "x.caffemodel"
    with pytest.raises(WeightsError, match="cannot write it"):
        placed(output, output.with_name("draft"), made)
