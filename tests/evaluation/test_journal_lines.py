"""Whatever becomes of the file, what is read is a prefix of what was written."""

import zlib
from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from one_prediction import prediction_of

from clsbench.data.dataset import Sample
from clsbench.evaluation.journal_lines import header, kept_images, text_of, with_check
from clsbench.evaluation.record import Prediction, bad_prediction

HEAD = header({"fingerprint": "f" * 64}, [Sample("x", None)] * 20)

_finite = st.floats(allow_nan=False, allow_infinity=False)
_float32 = st.floats(allow_nan=False, allow_infinity=False, width=32)


@st.composite
def _predictions(draw: st.DrawFn) -> list[Prediction]:
    predictions = []
    for index in range(draw(st.integers(0, 6))):
        sample = Sample(f"image-{index}", draw(st.none() | st.integers(0, 999)))
        if draw(st.booleans()):
            predictions.append(bad_prediction(index, sample, draw(st.text())))
            continue
        classes = draw(st.lists(st.integers(0, 999), min_size=1, max_size=5, unique=True))
        probabilities = draw(st.lists(_float32, min_size=len(classes), max_size=len(classes)))
        label_probability = None if sample.label is None else draw(_float32 | _finite)
        views = draw(st.integers(1, 144))
        predictions.append(
            Prediction(
                *(index, sample.name, sample.label, tuple(classes), tuple(probabilities), label_probability, "ok"),
                views=views,
            )
        )
    return predictions


def _written(predictions: Sequence[Prediction], batch_size: int = 4) -> bytes:
    content, check = with_check(HEAD, 0)
    for prediction in predictions:
        line, check = with_check(text_of(prediction, batch_size), check)
        content += line
    return content


def _read(content: bytes, predictions: Sequence[Prediction]) -> list[Prediction] | None:
    samples = [Sample(prediction.name, prediction.label) for prediction in predictions]
    kept = kept_images(content, HEAD, samples)
    return None if kept is None else [image.prediction for image in kept]


@given(predictions=_predictions(), batch_size=st.integers(1, 64))
def test_predictions_come_back_as_they_were_to_the_last_bit(predictions: list[Prediction], batch_size: int) -> None:
    samples = [Sample(prediction.name, prediction.label) for prediction in predictions]
    content = _written(predictions, batch_size)
    kept = kept_images(content, HEAD, samples)
    assert kept is not None
    assert [image.prediction for image in kept] == predictions
    assert repr([image.prediction for image in kept]) == repr(predictions)  # -0.0 too
    assert {image.batch_size for image in kept} <= {batch_size}
    assert not kept or kept[-1].line.end == len(content)


@given(predictions=_predictions(), data=st.data())
def test_a_torn_file_is_read_to_its_last_whole_line(predictions: list[Prediction], data: st.DataObject) -> None:
    content = _written(predictions)
    end = data.draw(st.integers(0, len(content)))
    torn = content[:end] + data.draw(st.sampled_from([b"", bytes(5000), b"x\n", bytes(3) + b"\n\n"]))
    whole = content[:end].count(b"\n") - 1
    assert _read(torn, predictions) == (None if whole < 0 else predictions[:whole])


@given(predictions=_predictions(), data=st.data())
def test_a_byte_that_was_altered_ends_the_reading_at_its_line(
    predictions: list[Prediction], data: st.DataObject
) -> None:
    content = bytearray(_written(predictions))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    before = _written(predictions)[:place].count(b"\n")
    assert _read(bytes(content), predictions) == (None if before == 0 else predictions[: before - 1])


@given(predictions=_predictions(), garbage=st.binary(min_size=1), data=st.data())
def test_garbage_in_the_middle_ends_the_reading_there(
    predictions: list[Prediction], garbage: bytes, data: st.DataObject
) -> None:
    content = _written(predictions)
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, len(content)))
    read = _read(content[:start] + garbage + content[end:], predictions)
    assert read is None or read == predictions[: len(read)]
    assert len(read or []) >= content[:start].count(b"\n") - 1


@given(predictions=_predictions(), data=st.data())
def test_a_line_that_is_missing_or_there_twice_ends_the_reading(
    predictions: list[Prediction], data: st.DataObject
) -> None:
    lines = _written(predictions).splitlines(keepends=True)
    place = data.draw(st.integers(0, len(lines) - 1))
    without, twice = lines[:place] + lines[place + 1 :], lines[: place + 1] + lines[place:]
    assert _read(b"".join(without), predictions) == (None if place == 0 else predictions[: place - 1])
    assert _read(b"".join(twice), predictions) == predictions[:place]


def test_another_header_or_another_form_is_not_read() -> None:
    predictions = [bad_prediction(0, Sample("x", 1), "empty")]
    samples = [Sample("x", 1)]
    content = _written(predictions)
    for other in ({"fingerprint": "f" * 64, "device": "cpu"}, {"fingerprint": "0" * 64}):
        assert kept_images(content, header(other, samples * 20), samples) is None
    assert kept_images(content, header({"fingerprint": "f" * 64}, samples * 21), samples) is None
    assert kept_images(b"", HEAD, samples) is None


def test_more_lines_than_images_are_not_read() -> None:
    predictions = [bad_prediction(index, Sample("x", 1), "empty") for index in range(3)]
    kept = kept_images(_written(predictions), HEAD, [Sample("x", 1)] * 2)
    assert kept is not None
    assert len(kept) == 2


def test_a_line_is_text_that_a_person_can_read() -> None:
    scores = np.array([0.25, 0.75], np.float32)
    text = text_of(prediction_of(0, Sample("x", 0), scores, np.ones(1, np.float32)), 4)
    assert text == b"[0,1,4,[1,0],[0.75,0.25],0.25,null]"
    line, check = with_check(text, 0)
    assert line == b"%08x %b\n" % (zlib.crc32(text), text)
    assert check == zlib.crc32(text)
