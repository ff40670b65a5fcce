"""The final table: measured, published, difference."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from clsbench.console.result import show_result, show_run

MEASURED = {"top1_error": 40.333, "top1_stderr": 2.832, "top5_error": 17.0, "top5_stderr": 2.169, "images": 300}


def test_the_table_shows_measured_published_and_difference(capsys: pytest.CaptureFixture[str]) -> None:
    show_result("net", MEASURED | {"published_top1_error": 41.0, "delta_top1_error": -0.667})
    said = capsys.readouterr().out
    for figure in ("40.333", "2.832", "41.000", "-0.667", "17.000", "images 300"):
        assert figure in said


def test_without_published_numbers_there_is_no_column_for_them(capsys: pytest.CaptureFixture[str]) -> None:
    show_result("net", MEASURED)
    assert "published" not in capsys.readouterr().out


def test_no_error_on_two_images_is_an_interval_and_no_certainty(capsys: pytest.CaptureFixture[str]) -> None:
    show_result("net", {"top1_error": 0.0, "top1_stderr": 0.0, "images": 2})
    assert "(0.00 to 65.76)" in capsys.readouterr().out


@dataclass(frozen=True)
class Run:
    """An open run that keeps nothing."""

    run_id: str = "abc"
    link: str = "http://127.0.0.1:5000/#/experiments/1/runs?viewStateShareKey=clsbench-table-1"

    def params(self, params: Mapping[str, str | int | float]) -> None:
        pass

    def tags(self, tags: Mapping[str, str]) -> None:
        pass

    def metrics(self, metrics: Mapping[str, float], step: int = 0) -> None:
        pass

    def sample_system(self) -> None:
        pass

    def artifacts(self, folder: Path) -> None:
        pass


def test_a_run_says_how_to_see_it(capsys: pytest.CaptureFixture[str]) -> None:
    show_run(Run(), "sqlite:////my results/mlflow.db", Path("out"))
    said = capsys.readouterr().out
    assert "run abc  files in out" in said
    assert "mlflow ui --backend-store-uri 'sqlite:////my results/mlflow.db'" in said
    assert said.splitlines()[-1] == Run.link


def test_on_a_server_there_is_nothing_to_start(capsys: pytest.CaptureFixture[str]) -> None:
    show_run(Run(), "http://host:5000", Path("out"))
    said = capsys.readouterr().out
    assert "mlflow ui" not in said
    assert Run.link in said


def test_without_a_tracker_only_the_folder_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    show_run(Run("", ""), None, Path("out"))
    assert capsys.readouterr().out == "not tracked; files in out\n"
