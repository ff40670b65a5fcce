"""The loader: order, bounds, problems, and an end without a hang."""

import threading
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from clsbench.data.bad_image import BadImageError
from clsbench.data.crop import ViewMaker, Views
from clsbench.data.crops.single import SingleCrop
from clsbench.data.dataset import Sample, Stored
from clsbench.data.datasets.image_list import ImageList
from clsbench.data.decode import decode
from clsbench.data.loader import LoadedImage, loaded
from clsbench.data.preprocessing import Preprocessing

ONE_PIXEL = cv2.imencode(".png", np.zeros((1, 1, 3), np.uint8))[1].tobytes()


@dataclass
class Images:
    """A dataset of numbered one-pixel images; ``reading`` runs before each read and may wait or raise."""

    count: int
    reading: Callable[[int], object] = lambda index: None
    reads: list[int] = field(default_factory=list)
    name: str = "numbered"
    classes: int | None = None
    missing: Sequence[str] = ()
    any_channels: bool = False
    digest: str = ""

    @property
    def samples(self) -> Sequence[Sample]:
        return [Sample(str(index), 0) for index in range(self.count)]

    def read(self, index: int) -> bytes:
        self.reads.append(index)
        self.reading(index)
        return ONE_PIXEL


def one_view(data: Stored) -> Views:
    assert isinstance(data, bytes)
    return Views(np.zeros((1, 3, *decode(data).shape[:2]), np.float32), np.ones(1, np.float32))


def numbers(images: Sequence[LoadedImage]) -> list[int]:
    return [image.index for image in images]


@given(st.lists(st.integers(0, 99), max_size=40), st.integers(1, 5), st.integers(1, 9) | st.sampled_from([40, 90]))
@settings(max_examples=40, deadline=None)
def test_images_come_in_the_order_asked_for(indices: list[int], workers: int, ahead: int) -> None:
    delays = {index: index % 3 / 2000 for index in indices}
    dataset = Images(100, lambda index: time.sleep(delays[index]))
    with loaded(dataset, indices, one_view, workers=workers, ahead=ahead) as images:
        made = list(images)
    assert numbers(made) == indices
    assert all(image.views is not None and image.problem is None for image in made)


def test_a_slow_consumer_bounds_what_is_loaded() -> None:
    dataset = Images(50)
    with loaded(dataset, range(50), one_view, workers=4, ahead=3) as images:
        for taken in range(1, 6):
            next(images)
            time.sleep(0.05)
            assert len(dataset.reads) == taken + 3


@pytest.mark.parametrize(("ahead", "block"), [(8, 1), (20, 2), (24, 3)])
def test_where_many_may_wait_they_are_taken_some_at_a_time_and_no_more_wait_than_may(ahead: int, block: int) -> None:
    dataset = Images(200)
    with loaded(dataset, range(200), one_view, workers=2, ahead=ahead) as images:
        for taken in range(1, 20):
            next(images)
            time.sleep(0.05)
            assert taken + ahead - 2 * block <= len(dataset.reads) <= taken + ahead


def test_a_slow_producer_is_waited_for() -> None:
    dataset = Images(4, lambda index: time.sleep(0.02))
    with loaded(dataset, range(4), one_view, workers=1, ahead=1) as images:
        assert numbers(list(images)) == [0, 1, 2, 3]


def test_all_workers_load_at_the_same_time() -> None:
    # A barrier that opens only for four readers at once; with fewer it breaks, and its error comes out of the loader.
    together = threading.Barrier(4, timeout=5)
    dataset = Images(8, lambda index: together.wait())
    with loaded(dataset, range(8), one_view, workers=4, ahead=4) as images:
        assert numbers(list(images)) == list(range(8))


def test_a_bad_image_comes_with_its_problem_in_its_place() -> None:
    def reading(index: int) -> None:
        if index == 2:
            raise BadImageError("missing file")

    with loaded(Images(4, reading), range(4), one_view, workers=2, ahead=2) as images:
        made = list(images)
    assert numbers(made) == [0, 1, 2, 3]
    assert [image.problem for image in made] == [None, None, "missing file", None]
    assert made[2].views is None
    assert made[2].weights.size == 0


@pytest.mark.parametrize(("wrong", "ahead"), [(2, 4), (13, 80)])
def test_any_other_error_is_raised_where_its_image_would_have_come(wrong: int, ahead: int) -> None:
    def reading(index: int) -> None:
        if index == wrong:
            raise ZeroDivisionError("a bug")

    with loaded(Images(90, reading), range(90), one_view, workers=4, ahead=ahead) as images:
        assert numbers([next(images) for _ in range(wrong)]) == list(range(wrong))
        with pytest.raises(ZeroDivisionError, match="a bug"):
            next(images)


def loader_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("loader-")]


def test_leaving_early_ends_the_threads() -> None:
    dataset = Images(1000, lambda index: time.sleep(0.001))
    with loaded(dataset, range(1000), one_view, workers=4, ahead=50) as images:
        next(images)
    assert not loader_threads()
    assert len(dataset.reads) < 100


def test_leaving_by_an_error_ends_the_threads() -> None:
    def interrupted() -> None:
        with loaded(Images(1000), range(1000), one_view, workers=4, ahead=50) as images:
            next(images)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not loader_threads()


def take_all_until_cancelled(images: Iterator[LoadedImage]) -> None:
    with pytest.raises(CancelledError):
        list(images)


def test_reads_that_never_return_do_not_keep_the_end() -> None:
    started, released = threading.Barrier(3), threading.Event()

    def reading(index: int) -> None:
        started.wait(5)
        released.wait(5)

    begin = time.perf_counter()
    with loaded(Images(10, reading), range(10), one_view, workers=2, ahead=4) as images:
        consumer = threading.Thread(target=take_all_until_cancelled, args=(images,))
        consumer.start()
        started.wait(5)
    assert time.perf_counter() - begin < 2
    assert all(thread.daemon for thread in loader_threads())
    released.set()
    consumer.join(5)
    assert not consumer.is_alive()


def test_a_wait_in_another_thread_ends_with_the_context() -> None:
    started, released = threading.Barrier(3), threading.Event()

    def reading(index: int) -> None:
        started.wait(5)
        released.wait(5)

    with loaded(Images(10, reading), range(10), one_view, workers=2, ahead=2) as images:
        consumer = threading.Thread(target=take_all_until_cancelled, args=(images,))
        consumer.start()
        started.wait(5)  # both images ahead are being read: the next one is asked for after the end
    released.set()
    consumer.join(5)
    assert not consumer.is_alive()


def test_no_images_are_no_work() -> None:
    with loaded(Images(0), [], one_view, workers=2, ahead=2) as images:
        assert list(images) == []


@pytest.mark.parametrize(("workers", "ahead"), [(0, 1), (1, 0)])
def test_without_workers_or_room_nothing_could_come(workers: int, ahead: int) -> None:
    with (
        pytest.raises(ValueError, match="both must be at least 1"),
        loaded(Images(1), [0], one_view, workers=workers, ahead=ahead),
    ):
        pass


@pytest.mark.parametrize("ahead", [3, 40])
def test_at_most_the_images_ahead_and_the_last_one_are_in_memory(ahead: int) -> None:
    made: list[weakref.ref[NDArray[np.float32]]] = []

    def watched(image: Stored) -> Views:
        views = one_view(image)
        made.append(weakref.ref(views.views))
        return views

    with loaded(Images(200), range(200), watched, workers=2, ahead=ahead) as images:
        for _ in images:
            assert sum(reference() is not None for reference in list(made)) <= ahead + 1


def test_good_and_bad_files_keep_their_places(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (40, 40, 3), np.uint8)
    jpeg, png = (cv2.imencode(suffix, noise)[1].tobytes() for suffix in (".jpg", ".png"))
    files = {
        "good.jpg": (jpeg, None),
        "empty.jpg": (b"", "empty file"),
        "text.jpg": (b"not found", "damaged, or not an image"),
        "half.jpg": (jpeg[: len(jpeg) // 2], "truncated JPEG: the file stops before the image's end"),
        "half.png": (png[: len(png) // 2], "truncated PNG: the file stops before the image's end"),
        "grey.png": (cv2.imencode(".png", noise[:, :, 0].astype(np.uint16) * 257)[1].tobytes(), None),
        "gone.jpg": (None, "missing file"),
        "sliver.png": (cv2.imencode(".png", np.zeros((1, 5000, 3), np.uint8))[1].tobytes(), "too elongated"),
    }
    for name, (data, _) in files.items():
        if data is not None:
            (tmp_path / name).write_bytes(data)
    (tmp_path / "list.txt").write_text("".join(f"{name} 0\n" for name in files))
    dataset = ImageList(str(tmp_path), str(tmp_path / "list.txt"), None, "count", None, 0)(None, None)
    view_maker = ViewMaker(Preprocessing([0.0] * 3, [1.0] * 3, 1.0, "pixels"), SingleCrop(crop_size=224, base_size=256))

    with loaded(dataset, range(len(files)), view_maker.of_stored, workers=3, ahead=4) as images:
        made = {dataset.samples[image.index].name: image for image in images}

    for name, (_, problem) in files.items():
        image = made[name]
        assert (image.views is None) == (problem is not None)
        assert image.problem == problem or (problem is not None and problem in str(image.problem))
