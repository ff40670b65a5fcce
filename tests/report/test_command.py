"""``python -m clsbench.report`` on a real store."""

import csv
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from report_store import MixedStore

from clsbench.config import defaults
from clsbench.report.__main__ import main

pytestmark = pytest.mark.xdist_group("report_store")


def _rows(folder: Path, table: str = "table1") -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _report(store: MixedStore, folder: Path, *arguments: str) -> int:
    return main([*arguments, "--tracking-uri", store.store.uri, "--output", str(folder)])


def test_it_writes_every_format_and_shows_the_table(
    mixed_store: MixedStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _report(mixed_store, tmp_path, "table1") == 0
    names = {path.name for path in tmp_path.iterdir()}
    texts = {f"table1.{suffix}" for suffix in ("md", "csv", "tex", "html")}
    assert names == texts | {"differences.png", "differences.svg"}
    said = capsys.readouterr().out
    assert "22.15 / 6.14 *" in said
    assert "113 of 124 cells are results" in said
    assert "mlflow ui --backend-store-uri sqlite:///" in said
    assert "viewStateShareKey=clsbench-table-1" in said


def test_check_is_an_exit_code_for_scripts(mixed_store: MixedStore, tmp_path: Path) -> None:
    texts = ("--format", "csv", "--no-plots")
    assert _report(mixed_store, tmp_path, "table1", *texts, "--check") == 1
    assert _report(mixed_store, tmp_path, "table1", *texts, "--tolerance", "0.01") == 0
    assert sum(row["tolerance"] == "outside" for row in _rows(tmp_path)) > 50


def test_where_and_sweep_choose_runs(mixed_store: MixedStore, tmp_path: Path) -> None:
    texts = ("--format", "csv", "--no-plots")
    _report(mixed_store, tmp_path, "table1", *texts, "--where", "engine=openvino")
    assert sum(row["state"] == "result" for row in _rows(tmp_path)) == 1
    _report(mixed_store, tmp_path, "table1", *texts, "--where", "metrics.top1_error < 17.5")
    assert 0 < sum(row["state"] == "result" for row in _rows(tmp_path)) < 10
    _report(mixed_store, tmp_path, "table1", *texts, "--sweep", "another")
    assert {row["state"] for row in _rows(tmp_path)} == {"missing"}


def test_a_filter_that_mlflow_does_not_understand_is_the_users_error(
    mixed_store: MixedStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _report(mixed_store, tmp_path, "table1", "--where", "the best runs") == 2
    assert "--where the best runs: neither conditions such as engine=openvino" in capsys.readouterr().err


@pytest.mark.parametrize("sweep", [("--log",), ("--log-to-parent", "synthetic"), ("--sweep", "synthetic", "--log")])
def test_a_report_is_kept_with_the_parent_of_its_sweep(
    sweep: tuple[str, ...], mixed_store: MixedStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(mixed_store.store.artifacts, ignore_errors=True)
    assert _report(mixed_store, tmp_path, "table1", "--no-plots", *sweep) == 0
    kept = mixed_store.store.client.list_artifacts(mixed_store.parent, "reports/table1")
    assert {each.path for each in kept} == {
        f"reports/table1/table1.{suffix}" for suffix in ("md", "csv", "tex", "html")
    }
    assert f"/runs/{mixed_store.parent}" in capsys.readouterr().out


def test_a_sweep_that_is_not_there_cannot_keep_a_report(
    mixed_store: MixedStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _report(mixed_store, tmp_path, "table1", "--no-plots", "--log", "another") == 2
    assert "no parent run of a sweep another" in capsys.readouterr().err


def test_layers_of_a_run_are_another_plot(mixed_store: MixedStore, tmp_path: Path) -> None:
    layers = tmp_path / "layers.csv"
    layers.write_text("layer,type,forward_ms,backward_ms\nconv1,Convolution,1.5,\n")
    run_id = mixed_store.run_ids[-1]
    mixed_store.store.client.log_artifact(run_id, str(layers))
    assert _report(mixed_store, tmp_path, "table3", "--layers", run_id) == 0
    assert (tmp_path / f"layers_{run_id[:8]}.png").stat().st_size > 5_000
    assert f"layers_{run_id[:8]}.svg" in (tmp_path / "table3.md").read_text()


def test_a_run_without_layers_is_the_users_error(
    mixed_store: MixedStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _report(mixed_store, tmp_path, "table3", "--layers", mixed_store.run_ids[0]) == 2
    assert "has no layers.csv" in capsys.readouterr().err


def test_without_a_store_nothing_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = tmp_path / "none" / "mlflow.db"
    assert main(["table1", "--tracking-uri", f"sqlite:///{database}", "--output", str(tmp_path / "report")]) == 2
    assert "no such store; run something first" in capsys.readouterr().err
    assert not database.parent.exists()


def test_an_unknown_experiment_names_those_that_there_are(
    mixed_store: MixedStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _report(mixed_store, tmp_path, "table1", "--experiment", "other") == 2
    assert "no experiment other; it has Default, clsbench" in capsys.readouterr().err


def test_a_server_that_is_away_is_said_within_seconds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["table1", "--tracking-uri", "http://user:secret@127.0.0.1:9", "--output", str(tmp_path)]) == 2
    assert "Connection refused" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["table2"], ["table1", "--format", "pdf"], ["table1", "--tolerance", "-1"]])
def test_a_mistyped_option_is_said_at_once(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "error: argument" in capsys.readouterr().err


def test_the_defaults_are_those_of_an_evaluation() -> None:
    known = defaults()
    assert known.tracking_uri == f"sqlite:///{known.outputs}/mlflow.db"
    assert known.experiment == "clsbench"


def test_help_needs_no_mlflow() -> None:
    code = "import sys; from clsbench.report import __main__ as it; it._parser(); sys.exit('mlflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
