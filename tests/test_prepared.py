"""Decoded images that are kept: the predictions stay, and only what was decoded before is read."""

from pathlib import Path

import numpy as np
import pytest
from command_line import Cli


@pytest.fixture
def kept(tmp_path: Path) -> str:
    return f"paths.prepared={tmp_path / 'kept'}"


def test_a_sweep_decodes_once_and_has_the_predictions_of_one_that_decodes_every_time(clsbench: Cli, kept: str) -> None:
    sweep = ("-m", "crop=single,multi12", "crop_size=24", "base_size=28", kept)
    without = clsbench(*sweep, "prepared=false")
    assert without.code == 0, without.said
    assert not Path(kept.partition("=")[2]).exists()
    predictions = {run.data.tags["crop"]: _predictions(without.outputs, run.info.run_id) for run in without.runs}

    again = clsbench(*sweep, "resume=false")
    assert again.code == 0, again.said
    newest = {run.data.tags["crop"]: run for run in reversed(again.runs)}
    for crop, before in predictions.items():
        assert _predictions(again.outputs, newest[crop].info.run_id) == before
    assert len({run.data.tags["sweep_fingerprint"] for run in again.sweeps}) == 1  # one table
    assert "prepared" not in newest["single"].data.tags
    assert newest["multi12"].data.tags["prepared"] == "382 of 382 images were decoded before"


def test_a_run_by_itself_keeps_nothing_unless_it_is_told_to(clsbench: Cli, kept: str) -> None:
    folder = Path(kept.partition("=")[2])
    assert clsbench(kept).code == 0
    assert not folder.exists()
    first = clsbench(kept, "prepared=true", "resume=false")
    assert first.code == 0, first.said
    [images] = folder.iterdir()
    assert len(list(images.glob("*.images"))) == int(np.ceil(382 / 32))
    clsbench(kept, "prepared=true", "resume=false")
    assert first.runs[0].data.tags["prepared"] == "382 of 382 images were decoded before"


def test_what_was_used_least_recently_goes_first(clsbench: Cli, kept: str) -> None:
    folder = Path(kept.partition("=")[2])
    for base_size in (28, 30, 32):
        ended = clsbench(kept, "prepared=true", f"base_size={base_size}", "prepared_gb=0.002")
        assert ended.code == 0, ended.said
    held = [sum(file.stat().st_size for file in images.iterdir()) for images in folder.iterdir()]
    assert 0 < len(held) < 3
    assert sum(held) <= 2e6


@pytest.mark.parametrize(
    ("wish", "words"),
    [("prepared=yes please", "prepared=yes please: give auto, true or false"), ("prepared_gb=0", "give more than 0")],
)
def test_a_wish_that_is_none_is_an_error_before_any_run_is_made(clsbench: Cli, wish: str, words: str) -> None:
    ended = clsbench(wish)
    assert ended.code == 1
    assert words in ended.said
    assert not list(ended.outputs.glob("mlflow.db"))


def test_they_lie_beside_the_runs(clsbench: Cli) -> None:
    ended = clsbench("prepared=true", "limit=5")
    assert list((ended.outputs / "prepared").glob("*/*.images")), ended.said


def _predictions(outputs: Path, run_id: str) -> bytes:
    [file] = outputs.rglob(f"{run_id}/artifacts/predictions.parquet")
    return file.read_bytes()
