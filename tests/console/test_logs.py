"""Everything goes to the run's file, only warnings to the terminal."""

import logging
from pathlib import Path

import pytest

from clsbench.console.logs import logging_to

log = logging.getLogger("clsbench.test")


def test_the_file_has_everything_and_the_terminal_the_warnings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "run" / "clsbench.log"
    with logging_to(path):
        log.info("a stage")
        log.warning("a doubt [not markup]")
    log.warning("after the end")
    assert "a stage" in path.read_text()
    assert "a doubt" in path.read_text()
    assert "after the end" not in path.read_text()
    assert capsys.readouterr().err == "warning: a doubt [not markup]\n"


def test_a_full_disk_ends_the_log_and_not_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    with logging_to(Path("/dev/full")):
        for _ in range(3):
            logging.getLogger("clsbench").info("a line")
    assert "Traceback" not in capsys.readouterr().err
