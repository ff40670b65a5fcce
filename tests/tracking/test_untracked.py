"""tracking=none accepts everything and keeps nothing."""

from pathlib import Path

from clsbench.tracking.tracker import Cell
from clsbench.tracking.untracked import Untracked


def test_a_run_that_is_not_tracked_leaves_no_file(tmp_path: Path) -> None:
    tracker = Untracked(uri=None)
    with tracker.run(Cell("net", {}, {}), tmp_path / "clsbench.log") as log:
        log.metrics({"top1_error": 1.0})
        log.artifacts(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert log.run_id == ""
