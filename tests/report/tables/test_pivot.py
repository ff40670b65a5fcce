"""A table of any runs: what makes its rows and columns, what stands in it, letter by letter in every format."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from report_store import FakeRun, FakeStore, as_read

from clsbench.errors import ConfigError
from clsbench.report.__main__ import main
from clsbench.report.document import Document
from clsbench.report.layout import Request
from clsbench.report.tables.pivot import pivot

GOLDEN = Path(__file__).parents[1] / "golden"


def evaluation(
    model: str, crop: str, wrong: int, *, images: int = 200, size: int = 96, engine: str = "onnxruntime"
) -> FakeRun:
    """One of a person's own network on a list of images."""
    error = 100 * wrong / images
    facts = {"model": model, "crop": crop, "dataset": "list:val", "engine": engine, "device": "cpu"}
    return FakeRun(
        name=f"{model} {crop} {size} {engine}",
        tags={"task": "evaluate", "weights": "file", "precision": "fp32", **facts},
        params={"crop_size": str(size), "limit": "all", "weights": f"{model}.caffemodel", **facts},
        metrics={
            **{"images": float(images), "images_bad": 0.0, "top1_error": error, "top5_error": error / 2},
            **{"top1_stderr": (error * (100 - error) / images) ** 0.5, "top5_stderr": 0.1},
        },
    )


# Cells that have nothing but what own_runs ends with.
_OTHERWISE = (("net|c", "multi12", 224), ("net|c", "single", 224), ("net_a", "single", 224), ("net_b", "multi12", 96))


def own_runs() -> Iterator[FakeRun]:
    """Three networks x (two crops x two sizes), with a cell of every kind."""
    for place, model in enumerate(("net_a", "net_b", "net|c")):
        for crop in ("single", "multi12"):
            for size in (96, 224):
                if (model, crop, size) in _OTHERWISE:
                    continue
                wrong = 60 + 7 * place - (9 if crop == "multi12" else 0) - size // 32
                yield evaluation(model, crop, wrong, size=size)
    yield evaluation("net_b", "single", 0, size=96)  # newer: none wrong
    yield evaluation("net|c", "multi12", 9, size=224).with_params(limit="50").measured(images=50.0)
    yield evaluation("net|c", "single", 0, size=224).ended("FAILED", "EngineError: no memory\nmore")
    yield evaluation("net_a", "single", 50, size=224).tagged(weights="random")


def texts(document: Document) -> list[list[str]]:
    grid = document.grids[0]
    return [list(grid.headings), *([entry.text for entry in row] for row in grid.rows)]


def test_rows_are_models_and_columns_what_the_runs_differ_in() -> None:
    runs = as_read([evaluation(model, crop, 50) for model in ("b", "a") for crop in ("single", "multi12")])
    assert texts(pivot(runs, Request())) == [
        ["model", "multi12", "single"],
        ["a", "25.00 ± 3.06", "25.00 ± 3.06"],
        ["b", "25.00 ± 3.06", "25.00 ± 3.06"],
    ]


def test_a_key_that_only_says_the_same_again_makes_no_column() -> None:
    runs = as_read(
        evaluation("a", "single", 50, size=size).with_params(base_size=str(size + 32)) for size in (224, 96, 128)
    )
    assert texts(pivot(runs, Request()))[0] == ["model", "96", "128", "224"]  # by number, and not by base_size too


def test_any_params_tags_and_metrics_may_be_asked_for() -> None:
    runs = as_read(
        evaluation("a", crop, 50, engine=engine).measured(images_per_second=rate)
        for crop, engine, rate in (("single", "caffe", 10.0), ("single", "torch", 44.125), ("multi12", "caffe", 1.5))
    )
    request = Request(("crop",), ("engine", "device"), ("images_per_second",), "-images_per_second")
    assert texts(pivot(runs, request)) == [
        ["crop", "caffe, cpu", "torch, cpu"],
        ["single", "10.00", "44.12"],
        ["multi12", "1.50", ""],
    ]


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (Request(rows=("modle",)), "no run has a param or tag modle; did you mean model"),
        (Request(values=("top1_eror",)), "no run has a metric top1_eror; did you mean top1_error"),
        (Request(sort="-top1_eror"), "no run has a metric top1_eror"),
    ],
)
def test_a_name_that_no_run_has_is_refused_with_the_nearest(request_: Request, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        pivot(as_read([evaluation("a", "single", 1)]), request_)


def test_a_cell_shows_its_newest_complete_run_and_says_that_there_are_others() -> None:
    runs = [evaluation("a", "single", 50), evaluation("a", "single", 60), evaluation("a", "single", 0).ended("KILLED")]
    document = pivot(as_read(runs), Request())
    assert texts(document)[1] == ["a", "30.00 ± 3.24"]
    assert [note.text.partition(";")[0] for note in document.notes] == ["a: 2 finished runs"]


def test_no_run_at_all_is_an_empty_table() -> None:
    document = pivot([], Request())
    assert texts(document) == [["model"]]
    assert document.summary[0] == "0 of 0 cells are results."


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str], str]:
    store = FakeStore(tmp_path_factory.mktemp("store"))
    run_ids = [store.write(run) for run in own_runs()]
    folder = tmp_path_factory.mktemp("report")
    wanted = ["--columns", "crop,crop_size", "--values", "top1_error,top5_error", "--dataset", "list:val"]
    assert main(["table", *wanted, "--tracking-uri", store.uri, "--output", str(folder)]) == 0
    return folder, run_ids, store.uri


@pytest.mark.parametrize("name", ["table.md", "table.csv", "table.tex", "table.html"])
def test_the_table_is_as_it_was(name: str, written: tuple[Path, list[str], str]) -> None:
    folder, run_ids, uri = written
    text = (folder / name).read_text(encoding="utf-8")
    for shown in (uri, uri.replace("_", "\\_")):
        text = text.replace(shown, "sqlite:///mlflow.db")
    for number, run_id in enumerate(run_ids):
        text = text.replace(run_id, f"run-{number:03d}")
    golden = GOLDEN / name
    if os.environ.get("CLSBENCH_WRITE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")
