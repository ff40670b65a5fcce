import tempfile
from pathlib import Path

import numpy as np
import pytest

from clsbench.engines import shared_arrays as module
from clsbench.engines.shared_arrays import shared_arrays
from clsbench.errors import EngineError


@pytest.mark.usefixtures("no_new_shared_files")
def test_both_arrays_lie_in_one_file_one_after_the_other() -> None:
    with shared_arrays((2, 3, 4, 4), (2, 5)) as arrays:
        arrays.views[...] = 1
        arrays.scores[...] = 2
        assert np.fromfile(arrays.path, np.float32).tolist() == [1] * 96 + [2] * 10


def test_the_arrays_work_on_when_the_other_side_has_removed_the_name() -> None:
    with shared_arrays((1, 1, 1, 1), (1, 1)) as arrays:
        arrays.path.unlink()
        arrays.scores[...] = 3
        assert arrays.scores[0, 0] == 3


def test_where_shared_memory_has_no_room_the_temporary_folder_takes_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_SHARED_MEMORY", Path("/proc"))  # a folder that takes no file
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with shared_arrays((1, 1, 1, 1), (1, 1)) as arrays:
        assert arrays.path.parent == tmp_path
    assert not list(tmp_path.iterdir())


def test_no_room_anywhere_is_an_error_that_gives_the_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SHARED_MEMORY", tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    size = 2**60  # bytes, more than any file system here has
    with pytest.raises(EngineError, match="lower batch_size"), shared_arrays((size // 4, 1, 1, 1), (1, 1)):
        pass
    assert not list(tmp_path.iterdir())
