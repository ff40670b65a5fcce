"""A sweep leaves its table and a plot with its parent run, and no fault of these is one of the sweep."""

from dataclasses import replace
from pathlib import Path

import pytest
from command_line import Cli, Ended
from mlflow import MlflowClient
from report_store import FakeStore, whole_table

from clsbench.report import sweep_report
from clsbench.report.runs import Store
from clsbench.report.sweep_report import keep_report
from clsbench.sweeps.callback import EndedSweep

TWO_CROPS = ("-m", "crop=single,multi12", "limit=60")


def kept(ended: Ended, run_id: str) -> set[str]:
    client = MlflowClient(tracking_uri=f"sqlite:///{ended.outputs}/mlflow.db")
    return {Path(each.path).name for each in client.list_artifacts(run_id, "reports/sweep")}


def of_sweep(ended: Ended, name: str) -> str:
    (parent,) = ended.sweeps
    folder = Path(parent.info.artifact_uri.removeprefix("file://"))
    return (folder / "reports" / "sweep" / name).read_text()


def test_a_sweep_keeps_its_table_and_its_plot_with_its_parent_also_when_it_goes_on(clsbench: Cli) -> None:
    ended = clsbench(*TWO_CROPS)
    assert ended.code == 0, ended.said
    (parent,) = ended.sweeps
    files = kept(ended, parent.info.run_id)
    assert {"sweep.md", "sweep.html", "sweep.csv"} < files
    assert "bars_top1_error.png" in files
    assert "table and plot of the sweep, also saved with its run" in ended.said
    for run in ended.runs:
        assert f"{run.data.metrics['top1_error']:.2f}" in of_sweep(ended, "sweep.md")

    further = clsbench(*TWO_CROPS)
    assert further.code == 0, further.said
    assert kept(further, parent.info.run_id) == files


def test_cells_that_an_earlier_sweep_finished_are_in_the_report(clsbench: Cli) -> None:
    assert clsbench("crop=single", "limit=60").code == 0
    ended = clsbench(*TWO_CROPS)
    assert ended.code == 0, ended.said
    for run in ended.runs:
        assert run.info.run_id in of_sweep(ended, "sweep.csv")


def test_a_sweep_without_figures_or_without_a_tracker_has_no_report_and_says_nothing(clsbench: Cli) -> None:
    untracked = clsbench(*TWO_CROPS, "tracking=none")
    assert untracked.code == 0
    failed = clsbench("-m", "crop_size=400,401", "base_size=32", "limit=60", "crop=single")
    assert failed.code == 1
    (parent,) = failed.sweeps
    assert kept(failed, parent.info.run_id) == set()
    assert "report of the sweep" not in untracked.said + failed.said


@pytest.mark.parametrize("error", [RuntimeError("no\nfont"), OSError("full"), MemoryError()])
def test_what_goes_wrong_is_a_line(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: EndedSweep) -> list[Path]:
        raise error

    monkeypatch.setattr(sweep_report, "_written", broken)
    keep_report(EndedSweep("sqlite:///none.db", "1", "2", tmp_path, []))
    assert "no report of the sweep" in capsys.readouterr().out


def test_a_store_that_went_away_costs_the_report_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep_report(EndedSweep(f"sqlite:///{tmp_path}/gone.db", "1", "2", tmp_path, ["3"]))
    assert "no report of the sweep (TrackingError" in capsys.readouterr().out


def test_a_run_that_failed_by_itself_is_no_cell_of_a_sweep(tmp_path: Path) -> None:
    store = FakeStore(tmp_path)
    cell, another, alone = list(whole_table())[:3]
    done, failed = store.write(cell.tagged(sweep_id="s")), store.write(another.tagged(sweep_id="s").ended("FAILED"))
    tags = {key: value for key, value in alone.tags.items() if key != "sweep_id"}
    store.write(replace(alone, tags=tags).ended("FAILED"))
    sweep = EndedSweep(store.uri, "", "s", tmp_path, [done, failed])
    found = sweep_report._runs(Store(store.uri, "clsbench"), sweep)
    assert [run.run_id for run in found] == [failed, done]
