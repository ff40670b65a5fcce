"""The journal's text: one line per image, with a checksum over it and all lines before it."""

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from clsbench.data.dataset import Sample
from clsbench.evaluation.record import Prediction

_VERSION = 1  # of the line format; a journal of another version is not read
_CHECK = 9  # bytes of the checksum and the blank after it
# Python writes the shortest text that reads back as the same float64, so float32 and float64 are restored exactly.
_json = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


class Line(NamedTuple):
    """An intact line, the checksum so far, and the byte at which the line ends."""

    text: bytes
    check: int
    end: int


class KeptImage(NamedTuple):
    """An image's prediction, the batch size of its forward, and its line."""

    prediction: Prediction
    batch_size: int
    line: Line


START = Line(b"", 0, 0)


def with_check(text: bytes, before: int) -> tuple[bytes, int]:
    """A whole line, and the checksum on which the next one builds."""
    check = zlib.crc32(text, before)
    return b"%08x %b\n" % (check, text), check


def good_lines(content: bytes) -> Iterator[Line]:
    """The lines up to the first that is not intact: torn, zeroed, altered, or out of place."""
    line = START
    while (newline := content.find(b"\n", line.end)) >= 0:
        text = content[line.end + _CHECK : newline]
        whole, check = with_check(text, line.check)
        if content[line.end : newline + 1] != whole:
            return
        line = Line(text, check, newline + 1)
        yield line


def header(identity: Mapping[str, str], samples: Sequence[Sample]) -> bytes:
    """The text of the first line, which says whose predictions follow."""
    return _json({"journal": _VERSION, "images": len(samples), **dict(sorted(identity.items()))}).encode()


def text_of(prediction: Prediction, batch_size: int) -> bytes:
    """The text of a later line: what is kept of an image; its name and label are in the dataset."""
    classes, probabilities = ",".join(map(str, prediction.top5)), ",".join(map(repr, prediction.top5_probability))
    label = "null" if prediction.label_probability is None else repr(prediction.label_probability)
    problem = "null" if prediction.problem is None else _json(prediction.problem)
    # JSON assembled by hand: just starting the encoder takes twice as long as this line.
    fifth = "" if prediction.at_fifth is None else ",{!r},{!r}".format(*prediction.at_fifth)
    return (
        f"[{prediction.index},{prediction.views},{batch_size},[{classes}],[{probabilities}],{label},{problem}{fifth}]"
    ).encode()


def kept_images(content: bytes, head: bytes, samples: Sequence[Sample]) -> list[KeptImage] | None:
    """The first images, as far as the lines are intact; None if ``head`` is not the first line's text."""
    lines = good_lines(content)
    if next(lines, START).text != head:
        return None
    return [image_of(line, sample, index) for line, (index, sample) in zip(lines, enumerate(samples), strict=False)]


def image_of(line: Line, sample: Sample, index: int) -> KeptImage:
    """The image that ``text_of`` wrote, from an intact line; ``index`` is its place among the samples."""
    # The checksum guarantees that text_of wrote this, and after which lines.
    _, views, batch_size, top5, top5_probability, label_probability, problem, *fifth = json.loads(line.text)
    prediction = Prediction(
        index=index,
        name=sample.name,
        label=sample.label,
        top5=tuple(top5),
        top5_probability=tuple(top5_probability),
        label_probability=label_probability,
        status="ok" if problem is None else "bad",
        problem=problem,
        views=views,
        also=sample.also,
        at_fifth=tuple(fifth) or None,
    )
    return KeptImage(prediction, batch_size, line)
