"""``clsbench.run`` and ``clsbench.sweep``: the commands' results for a program, whose surroundings stay as they are."""

import logging
import os
import signal
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest
from command_line import Cli

from clsbench import run as run_
from clsbench import sweep as sweep_
from clsbench.errors import ConfigError


@pytest.fixture
def here(tmp_path: Path) -> str:
    """The override of the outputs' folder."""
    return f"paths.outputs={tmp_path}/outputs"


def _surroundings() -> Mapping[str, object]:
    root, own = logging.getLogger(), logging.getLogger("clsbench")
    return {
        "signals": [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)],
        "logging": [(each.level, list(each.handlers), each.propagate) for each in (root, own)],
        "folder": Path.cwd(),
        "environment": dict(os.environ),
    }


def test_a_run_has_the_numbers_of_the_command(clsbench: Cli, here: str) -> None:
    expected = clsbench("limit=40", "crop=multi12", "engine.threads=1").run
    result = run_("limit=40", "crop=multi12", "engine.threads=1", here, "resume=false")
    assert result.status == "FINISHED"
    assert result.run_id != expected.info.run_id
    for metric in ("top1_error", "top5_error", "top1_stderr", "images", "views"):
        assert result.metrics[metric] == expected.data.metrics[metric]
    assert result.params["crop"] == "multi12"
    assert result.predictions.num_rows == 40
    assert set(result.plots) == {"confusion_matrix", "reliability"}
    assert "multi12" in result.file("config.yaml").read_text()


def test_several_in_turn_are_runs_of_their_own_and_the_second_of_the_same_is_the_first(here: str) -> None:
    first, other, again = (run_("limit=20", f"crop={crop}", here) for crop in ("single", "multi12", "single"))
    assert len({first.run_id, other.run_id}) == 2
    assert (again.status, again.run_id) == ("SKIPPED", first.run_id)
    assert again.predictions.equals(first.predictions)  # fetched from the store
    with pytest.raises(ConfigError, match=r"it has no artifact scores\.npy; it has .*predictions\.parquet"):
        again.file("scores.npy")


def test_without_tracking_the_files_and_the_errors_are_there(here: str) -> None:
    result = run_("limit=20", "tracking=none", here)
    assert result.run_id == ""
    assert result.metrics["top1_error"] == 0.0
    assert result.predictions.num_rows == 20


def test_the_caller_is_left_as_it_was(here: str, capfd: pytest.CaptureFixture[str]) -> None:
    run_("limit=20", here)  # libraries keep threads of their own from the first time on
    before, threads = _surroundings(), set(threading.enumerate())
    run_("limit=20", "crop=multi12", here)
    with pytest.raises(ConfigError):
        run_("limit=0", here)
    assert _surroundings() == before
    assert set(threading.enumerate()) <= threads  # one that an earlier test left may have ended meanwhile
    said = capfd.readouterr()
    assert "top-1 error" not in said.out
    run_("limit=20", here, "resume=false", show=True)
    assert "top-1 error" in capfd.readouterr().out


def test_what_the_command_refuses_is_an_exception_with_its_message(here: str) -> None:
    with pytest.raises(ConfigError, match="model=resnet51: no such model; did you mean resnet50"):
        run_("model=resnet51", here)


def test_an_interrupt_reaches_the_caller_and_the_same_call_goes_on(here: str, tmp_path: Path) -> None:
    overrides = ("crop=multi144", "crop.sizes=[28,32,36,40]", "batch_size=1", "engine.threads=1", here)

    def when_begun() -> None:
        while not any(path.stat().st_size > 2000 for path in tmp_path.glob("outputs/unfinished/*/*.journal")):
            pass
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=when_begun, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        run_(*overrides)
    result = run_(*overrides)
    assert result.tags["resumed"].startswith("from image ")
    assert result.metrics["images"] == 382


def test_a_sweep_has_its_cells_and_what_became_of_those_without_a_result(here: str) -> None:
    swept = sweep_("crop=single,multi12", "limit=20", here)
    assert [result.params["crop"] for result in swept.results] == ["single", "multi12"]
    assert {result.tags["mlflow.parentRunId"] for result in swept.results} == {swept.run_id}
    assert swept.failed == []
    half = sweep_("limit=20,0", here)
    assert [result.status for result in half.results] == ["SKIPPED"]
    ((overrides, error),) = half.failed
    assert "limit=0" in overrides
    assert error.startswith("limit=0: ")


def test_a_sweep_that_cannot_begin_is_an_exception(here: str) -> None:
    with pytest.raises(ConfigError, match="crop=singl: no such crop; did you mean single"):
        sweep_("crop=singl,multi12", here)
