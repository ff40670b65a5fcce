"""What the package ships as its demo."""

from pathlib import Path

import cv2
import numpy as np
from sklearn.datasets import load_digits

from clsbench.data.dataset import Dataset

MIB = 2**20


def test_the_demo_is_small(demo: Path) -> None:
    files = [path for path in demo.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 2 * MIB
    # On disk too, where a file of 130 bytes takes a block of 4096.
    assert sum(-(-path.stat().st_size // 4096) * 4096 for path in files) < 2 * MIB


def test_a_run_without_overrides_takes_every_image_and_labels_it_with_its_digit(demo: Path, dataset: Dataset) -> None:
    shipped = {f"{path.parent.name}/{path.name}" for path in (demo / "images").rglob("*.png")}
    assert {sample.name for sample in dataset.samples} == shipped
    assert all(str(sample.label) == sample.name.split("/")[0] for sample in dataset.samples)
    assert dataset.classes == 10


def test_each_image_is_the_one_of_scikit_learn_at_the_place_that_its_name_says(demo: Path) -> None:
    digits = load_digits()
    for path in (demo / "images").rglob("*.png"):
        pixels = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
        place = int(path.stem)
        assert pixels is not None
        assert pixels.shape == (8, 8)
        assert np.array_equal(pixels, np.round(digits.images[place] * (255 / 16)))
        assert int(path.parent.name) == digits.target[place]


def test_the_images_are_all_those_of_the_last_writers_and_no_others(demo: Path) -> None:
    labels = load_digits().target
    places = sorted(int(path.stem) for path in (demo / "images").rglob("*.png"))
    assert places == list(range(places[0], len(labels)))
    # A writer begins with 0 to 9 three times, so the cut falls between two of them.
    assert labels[places[0] : places[0] + 30].tolist() == [*range(10)] * 3
