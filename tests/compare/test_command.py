"""The command on runs that were put into a store: what it answers, writes, and refuses."""

import csv
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from filled_store import FilledStore

from clsbench.compare.__main__ import main
from clsbench.data.label_order import class_indices
from clsbench.evaluation.record import Prediction

Predicted = Callable[..., Prediction]
Images = Callable[..., list[Prediction]]


@dataclass(frozen=True)
class Printed:
    """How the command ended."""

    code: int
    out: str
    error: str
    folder: Path


Call = Callable[..., Printed]


@pytest.fixture
def call(store: FilledStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    def run(*arguments: str) -> Printed:
        folder = tmp_path / "compared"
        code = main([*arguments, "--tracking-uri", store.uri, "--output", str(folder)])
        printed = capsys.readouterr()
        return Printed(code, printed.out, printed.err, folder)

    return run


@pytest.fixture
def images(predicted: Predicted) -> Images:
    """Images of class 10 that are missed where ``wrong`` names them; of 300."""

    def make(wrong: Sequence[int], count: int = 300) -> list[Prediction]:
        return [predicted(f"{n}.png", 10, 20 if n in wrong else 10) for n in range(count)]

    return make


def test_the_first_line_answers_in_words(store: FilledStore, call: Call, images: Images) -> None:
    a, b = store.run("caffe", images(range(5))), store.run("converted", images(range(8)))
    said = call(a, b)
    assert said.code == 0
    assert said.out.splitlines()[0] == (
        "B makes 3 more errors than A on 300 images (top-1 error +1.00 points, 95 % interval -0.28 to +2.90, "
        "McNemar p = 0.25): no significant difference"
    )
    assert f"A = caffe ({a})" in said.out
    facts = json.loads((said.folder / "compare.json").read_text())
    top1 = facts["pairs"][0]["errors"]["top1"]
    assert (top1["only_b_wrong"], top1["only_a_wrong"], top1["mcnemar_p"]) == (3, 0, 0.25)
    assert facts["pairs"][0]["flips"] == {"all": 3, "lost": 3, "gained": 0, "both_wrong": 0, "no_label": 0}
    assert (said.folder / "compare.md").read_text().startswith("**B makes 3 more errors than A on 300 images")
    with (said.folder / "flips.csv").open() as file:
        assert [row["image"] for row in csv.DictReader(file)] == ["5.png", "6.png", "7.png"]
    assert "B against A: 3 flips<" in (said.folder / "gallery.html").read_text()


def test_check_fails_only_where_a_run_is_significantly_worse(store: FilledStore, call: Call, images: Images) -> None:
    a, equal, worse = (store.run(name, images(range(n))) for name, n in (("a", 5), ("b", 8), ("c", 15)))
    assert call(a, equal, "--check").code == 0
    failed = call(a, worse, "--check")
    assert failed.code == 1
    assert "B is significantly worse" in failed.out
    better = call(worse, a, "--check")
    assert better.code == 0
    assert "B makes 10 fewer errors than A" in better.out
    assert "B is significantly better" in better.out
    assert call(a, equal, worse, "--check").code == 1
    assert call(a, worse).code == 0


def test_of_several_runs_each_pair_has_its_agreement(store: FilledStore, call: Call, images: Images) -> None:
    runs = [store.run(name, images(range(n))) for name, n in (("a", 0), ("b", 30), ("c", 60))]
    said = call(*runs)
    facts = json.loads((said.folder / "compare.json").read_text())
    p_values = facts["mcnemar_p"]
    assert facts["same_best_class_percent"] == {
        "A": [100.0, 90.0, 80.0],
        "B": [90.0, 100.0, 90.0],
        "C": [80.0, 90.0, 100.0],
    }
    assert p_values["A"][0] == 1
    assert p_values["A"][2] < 1e-6
    assert said.out.splitlines()[1].startswith("C makes 60 more errors than A")


def test_runs_of_other_lengths_and_bad_images_are_compared_on_what_they_share(
    store: FilledStore, call: Call, images: Images
) -> None:
    short = images(range(5), 100)
    short[50] = Prediction(50, "50.png", 10, (), (), None, "bad", "damaged")
    a, b = store.run("a", images(range(5))), store.run("b", short, tags={"bad_images": "1 of 100"}, status="FAILED")
    said = call(a, b)
    assert "on 99 images" in said.out.splitlines()[0]
    assert "no difference on any image" in said.out.splitlines()[0]
    for words in ("only 100 images are common", "300 in A, 100 in B", "B is FAILED", "1 common images are left out"):
        assert words in said.out


def test_label_orders_are_read_from_the_runs_own_configuration(
    store: FilledStore, call: Call, predicted: Predicted
) -> None:
    runs = []
    for order in ("ilsvrc2012", "ilsvrc2015"):
        cat = class_indices(order)["n02123045"]
        runs.append(store.run(order, [predicted("x", cat, cat)], configuration={"model": {"label_order": order}}))
    said = call(*runs)
    assert said.code == 0
    assert "B makes as many errors as A on 1 images" in said.out
    assert "no difference on any image" in said.out


def test_images_are_found_where_the_run_says_or_where_the_user_says(
    store: FilledStore, call: Call, images: Images, tmp_path: Path
) -> None:
    demo = Path(__file__).parents[2] / "src/clsbench/demo/images/0"
    picture = next(demo.glob("*.png")).read_bytes()
    for folder in ("here", "there"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "0.png").write_bytes(picture)
    root = {"dataset": {"_target_": "os.system", "root": str(tmp_path / "here")}}
    a, b = store.run("a", images([]), configuration=root), store.run("b", images([0, 1]), configuration=root)
    page = (call(a, b).folder / "gallery.html").read_text()
    assert (page.count("<img"), page.count("image not found")) == (1, 1)
    (tmp_path / "here" / "0.png").unlink()
    assert "<img" not in (call(a, b).folder / "gallery.html").read_text()
    page = (call(a, b, "--images", str(tmp_path / "there")).folder / "gallery.html").read_text()
    assert page.count("<img") == 1
    assert "<figure" not in (call(a, b, "--gallery", "0").folder / "gallery.html").read_text()


def test_without_predictions_totals_are_compared(store: FilledStore, call: Call, images: Images) -> None:
    a = store.run("a", images(range(5)), metrics={"top1_error": 40.0, "images": 50_000})
    b = store.run("b", metrics={"top1_error": 41.0, "images": 50_000})
    said = call(a, b, "--check")
    assert said.code == 1
    assert "B makes 20,500 errors on 50,000 images" in said.out
    assert "B is significantly worse" in said.out
    assert "B: no predictions.parquet" in said.out
    assert not (said.folder / "flips.csv").exists()


def test_times_are_compared_by_their_medians(store: FilledStore, call: Call) -> None:
    random = np.random.default_rng(0)
    a, b = (
        store.run(
            name,
            tags={"task": "time", "hardware": name, "noisy": "a busy CPU"},
            milliseconds=random.normal(ms, 0.2, 200).tolist(),
        )
        for name, ms in (("slow", 10.0), ("fast", 8.0))
    )
    said = call(a, b)
    assert said.code == 0
    assert said.out.splitlines()[0].startswith("B takes 2")
    assert said.out.splitlines()[0].endswith("B is faster")
    assert "different machines: fast; slow" in said.out
    assert "A is noisy: a busy CPU" in said.out
    refused = call(a, b, "--check")
    assert refused.code == 2
    assert "--check is for errors" in refused.error


def test_images_without_labels_are_compared_by_their_classes(
    store: FilledStore, call: Call, predicted: Predicted
) -> None:
    a, b = (store.run(name, [predicted("x", None, 1), predicted("y", None, n)]) for name, n in (("a", 1), ("b", 2)))
    said = call(a, b, "--check")
    assert said.code == 0
    assert "best class on 1 of 2 images; no image has a label" in said.out


def test_hostile_names_stay_text_everywhere(store: FilledStore, call: Call, predicted: Predicted) -> None:
    name = "<script>alert('[red]x[/red]')</script>|`.png"
    a, b = (store.run(f"{name}{n}", [predicted(name, 0, n)], tags={"note": name + str(n)}) for n in range(2))
    said = call(a, b)
    assert said.code == 0
    assert "[red]x[/red]" in said.out
    for file in ("gallery.html", "compare.md"):
        assert "<script" not in (said.folder / file).read_text()


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ({"name": "empty", "predictions": []}, "neither predictions.parquet nor"),
        ({"name": "export", "tags": {"task": "export"}}, "all of task=evaluate, or all of task=time"),
        ({"name": "timed", "tags": {"task": "time"}}, "all of task=evaluate, or all of task=time"),
    ],
)
def test_what_cannot_be_compared_is_one_clear_error(
    store: FilledStore, call: Call, images: Images, second: dict[str, object], words: str
) -> None:
    a, b = store.run("a", images([])), store.run(**second)  # type: ignore[arg-type]
    said = call(a, b)
    assert said.code == 2
    assert words in said.error.replace("\n", " ")
    assert not said.folder.exists()


def test_a_run_beside_itself_alone_or_with_a_wrong_option_is_refused(
    store: FilledStore, call: Call, images: Images
) -> None:
    a, b = store.run("a", images([])), store.run("b", images([]))
    for arguments, words in (
        ([a, a[:10]], "are the same run"),
        ([a], "give 2 to 26 runs"),
        ([a, b, "--gallery", "-1"], "--gallery -1"),
        ([a, b, "--images", "/nowhere"], "--images /nowhere does not exist"),
    ):
        said = call(*arguments)
        assert said.code == 2
        assert words in said.error


def test_timings_without_times_are_one_clear_error(store: FilledStore, call: Call) -> None:
    a, b = store.run("a", tags={"task": "time"}, milliseconds=[1.0]), store.run("b", tags={"task": "time"})
    said = call(a, b)
    assert said.code == 2
    assert "latency.parquet" in said.error


def test_50_000_predictions_take_seconds(store: FilledStore, call: Call, predicted: Predicted) -> None:
    a, b = (
        store.run(name, [predicted(f"ILSVRC2012_val_{n:08d}.JPEG", n % 1000, n % step) for n in range(50_000)])
        for name, step in (("a", 999), ("b", 998))
    )
    said = call(a, b)
    assert "on 50,000 images" in said.out
