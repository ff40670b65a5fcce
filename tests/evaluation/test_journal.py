"""What a journal gives back to the next process, and what it does where it cannot be written."""

import resource
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from clsbench.data.dataset import Sample
from clsbench.errors import BusyError
from clsbench.evaluation.journal import FILE, journal_at
from clsbench.evaluation.record import Prediction, bad_prediction

CELL = {"fingerprint": "f" * 64}


def _samples(count: int) -> list[Sample]:
    return [Sample(f"image-{index}", index) for index in range(count)]


def _predictions(views: Sequence[int]) -> list[Prediction]:
    """An image for each number of views; one without any is bad."""
    return [
        Prediction(index, sample.name, sample.label, (index,), (0.5,), 0.25, "ok", views=count)
        if count
        else bad_prediction(index, sample, "truncated")
        for index, (sample, count) in enumerate(zip(_samples(len(views)), views, strict=True))
    ]


def _write(folder: Path, predictions: Sequence[Prediction], total: int, batch_size: int = 1) -> None:
    with journal_at(folder, _samples(total), resume=True) as journal:
        done = journal.restored(CELL, batch_size)
        for prediction in predictions[len(done) :]:
            journal.add([prediction])


def _restored(folder: Path, total: int, batch_size: int = 1, *, resume: bool = True) -> list[Prediction]:
    with journal_at(folder, _samples(total), resume=resume) as journal:
        return journal.restored(CELL, batch_size)


def test_the_next_process_gets_what_the_last_one_added(tmp_path: Path) -> None:
    predictions = _predictions([1, 0, 12])
    _write(tmp_path / "cell", predictions, total=9)
    assert _restored(tmp_path / "cell", 9) == predictions


@pytest.mark.parametrize(
    ("views", "batch_size", "total", "images"),
    [
        ([1] * 10, 4, 99, 8),
        ([12] * 3, 8, 99, 2),
        ([12] * 3, 7, 99, 0),
        ([12] * 7, 7, 99, 7),
        ([2, 0, 2, 0, 0, 1, 0], 4, 99, 5),  # a bad image needs no batch
        ([0, 0, 3], 4, 99, 2),
        ([3, 5, 1], 4, 99, 2),
        ([1] * 10, 4, 10, 10),  # of the last batch nothing is left to do
        ([], 4, 10, 0),
    ],
)
def test_it_goes_on_after_the_last_image_that_ends_a_batch(
    tmp_path: Path, views: list[int], batch_size: int, total: int, images: int
) -> None:
    predictions = _predictions(views)
    _write(tmp_path / "cell", predictions, total, batch_size)
    assert _restored(tmp_path / "cell", total, batch_size) == predictions[:images]
    # What follows was cut off, so that no image comes twice.
    assert _restored(tmp_path / "cell", total, batch_size) == predictions[:images]
    _write(tmp_path / "cell", predictions, total, batch_size)
    assert _restored(tmp_path / "cell", total, batch_size) == predictions[:images]


def test_a_finished_journal_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "cell"
    with journal_at(folder, _samples(1), resume=True) as journal:
        journal.restored(CELL, 1)
        journal.add(_predictions([1]))
        assert (folder / FILE).is_file()
        journal.finished()
    assert not folder.exists()


def test_a_journal_without_an_image_leaves_nothing(tmp_path: Path) -> None:
    assert _restored(tmp_path / "cell", 3) == []
    assert not (tmp_path / "cell").exists()


def test_an_engine_that_does_not_open_does_no_harm_to_the_journal(tmp_path: Path) -> None:
    _write(tmp_path / "cell", _predictions([1, 1]), total=3)
    with journal_at(tmp_path / "cell", _samples(3), resume=True):
        pass
    assert len(_restored(tmp_path / "cell", 3)) == 2


def test_without_resume_it_is_thrown_away(tmp_path: Path) -> None:
    _write(tmp_path / "cell", _predictions([1, 1]), total=3)
    assert _restored(tmp_path / "cell", 3, resume=False) == []
    assert _restored(tmp_path / "cell", 3) == []


def test_the_journal_of_another_device_is_begun_anew_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    _write(tmp_path / "cell", _predictions([1, 1]), total=3)
    with journal_at(tmp_path / "cell", _samples(3), resume=True) as journal:
        assert journal.restored(CELL | {"device": "cuda:0"}, 1) == []
        journal.add(_predictions([1]))
    assert "from another evaluation: all images are evaluated again" in caplog.text
    assert _restored(tmp_path / "cell", 3) == []


def test_another_batch_size_than_before_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    _write(tmp_path / "cell", _predictions([1] * 9), total=20, batch_size=8)
    assert len(_restored(tmp_path / "cell", 20, batch_size=8)) == 8
    assert not caplog.text
    assert len(_restored(tmp_path / "cell", 20, batch_size=4)) == 8
    assert "8 images were evaluated in batches of 8, the next come in batches of 4" in caplog.text


def test_a_second_process_is_refused(tmp_path: Path) -> None:
    with (
        journal_at(tmp_path, _samples(3), resume=True),
        pytest.raises(BusyError),
        journal_at(tmp_path, _samples(3), resume=False),
    ):
        pytest.fail("two at once")


@contextmanager
def _disk_of(size: int) -> Iterator[None]:
    """A file can grow to ``size`` bytes: a write up to there is cut, the next one refused, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_on_a_full_disk_it_says_so_once_and_what_was_written_holds(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    predictions = _predictions([1] * 40)
    with journal_at(tmp_path / "cell", _samples(50), resume=True) as journal:
        journal.restored(CELL, 1)
        with _disk_of(1000):
            for prediction in predictions:
                journal.add([prediction])
    assert caplog.text.count("cannot be written (File too large): the evaluation continues") == 1
    assert (tmp_path / "cell" / FILE).stat().st_size == 1000
    restored = _restored(tmp_path / "cell", 50)
    assert 5 < len(restored) < 40
    assert restored == predictions[: len(restored)]


def test_of_images_that_a_full_disk_takes_in_part_those_that_were_written_hold(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    predictions = _predictions([1] * 40)
    with journal_at(tmp_path / "cell", _samples(50), resume=True) as journal, _disk_of(1000):
        journal.restored(CELL, 1)
        journal.add(predictions)
        journal.add(_predictions([1] * 41)[40:])
    assert caplog.text.count("cannot be written") == 1
    restored = _restored(tmp_path / "cell", 50)
    assert 5 < len(restored) < 40
    assert restored == predictions[: len(restored)]


def test_where_no_folder_can_be_made_the_evaluation_goes_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").touch()
    with journal_at(tmp_path / "file" / "cell", _samples(3), resume=True) as journal:
        assert journal.restored(CELL, 1) == []
        journal.add(_predictions([1]))
        journal.finished()
    assert caplog.text.count("cannot be written") == 1


def test_it_is_synced_to_the_disk_now_and_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr("clsbench.evaluation.journal.os.fsync", synced.append)
    with journal_at(tmp_path / "cell", _samples(3), resume=True) as journal:
        journal.restored(CELL, 1)
        first, second, third = _predictions([1, 1, 1])
        journal.add([first])
        assert not synced
        journal.synced -= 100
        journal.add([second])
        assert len(synced) == 1
        journal.add([third])
        assert len(synced) == 1
