"""``errors.html``: the worst classes and the most confident errors of a run, in one self-contained file."""

import base64
from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import nlargest
from html import escape

import numpy as np

from clsbench.data.bad_image import BadImageError
from clsbench.data.dataset import Stored
from clsbench.data.decode import decode
from clsbench.data.opencv import cv2
from clsbench.evaluation.record import Prediction
from clsbench.results.worst_classes import WorstClass, name_of

Read = Callable[[int], Stored]

_MOST = 24
_SIDE = 160  # pixels of a thumbnail's longer side
_LARGEST = 4 * 2**20  # bytes of an image file; decoding larger ones takes too long for a picture of this size
_JPEG = (int(cv2.IMWRITE_JPEG_QUALITY), 75)
# Nothing may be loaded or run, even if a name escaped the escaping.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_STYLE = """
body { font: 14px/1.4 system-ui, sans-serif; margin: 2em auto; max-width: 76em; padding: 0 1em; }
.cards { display: grid; gap: 1em; grid-template-columns: repeat(auto-fill, minmax(13em, 1fr)); }
figure { border: 1px solid #8886; border-radius: 6px; margin: 0; overflow-wrap: anywhere; padding: .7em; }
img, .absent { display: block; height: 160px; margin: 0 auto .5em; max-width: 100%; object-fit: contain; }
.absent { align-content: center; background: #8882; text-align: center; }
table { border-collapse: collapse; } th, td { padding: .2em .7em; text-align: right; }
td:first-child, td:last-child, th:first-child, th:last-child { text-align: left; }
tr { border-bottom: 1px solid #8884; }
"""


def confident_errors(predictions: Iterable[Prediction]) -> list[Prediction]:
    """The 24 with the highest probability of a wrong class, highest first."""
    wrong = (each for each in predictions if each.label is not None and each.top5 and not each.hit(1))
    return nlargest(_MOST, wrong, key=lambda each: (each.top5_probability[0], -each.index))


def errors_page(errors: Sequence[Prediction], worst: Sequence[WorstClass], names: Sequence[str], read: Read) -> str:
    """``names`` by class index, empty if there are none; ``read`` returns an image by its index."""
    rows = "\n".join(_row(each, names) for each in worst)
    headings = ("class", "images", "top-1 error %", "95 % interval (Wilson)", "most taken for")
    head = "".join(f"<th>{heading}</th>" for heading in headings)
    cards = "\n".join(_card(each, names, read) for each in errors)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>Errors</title>\n<style>{_STYLE}</style>\n'
        f'</head>\n<body>\n<h1>Most confident errors</h1>\n<div class="cards">\n{cards}\n</div>\n'
        f"<h1>Worst classes</h1>\n<table>\n<tr>{head}</tr>\n{rows}\n</table>\n</body>\n</html>\n"
    )


def _row(each: WorstClass, names: Sequence[str]) -> str:
    low, high = each.interval
    taken = "" if each.taken_for is None else f"{_title(each.taken_for, names)} ({each.images_taken})"
    texts = (_title(each.label, names), str(each.images), f"{each.error:.2f}", f"{low:.2f} to {high:.2f}", taken)
    return f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in texts)}</tr>"


def _card(each: Prediction, names: Sequence[str], read: Read) -> str:
    source = _thumbnail(each.index, read)
    picture = '<div class="absent">no picture</div>' if source is None else f'<img src="{source}" alt="">'
    lines = "".join(f"<div>{escape(text)}</div>" for text in _caption_lines(each, names))
    return f"<figure>{picture}<figcaption>{lines}</figcaption></figure>"


def _caption_lines(each: Prediction, names: Sequence[str]) -> Iterator[str]:
    yield each.name
    yield f"{100 * each.top5_probability[0]:.1f} % {_title(each.top5[0], names)}"
    labels = " or ".join(_title(label, names) for label in (each.label, *each.also) if label is not None)
    share = "" if each.label_probability is None else f" ({100 * each.label_probability:.1f} %)"
    yield f"label: {labels}{share}"


def _title(label: int, names: Sequence[str]) -> str:
    return f"{label} {name_of(label, names)}".strip()


def _thumbnail(index: int, read: Read) -> str | None:
    """A JPEG as data URI; None if the image is too large, cannot be read, or is not a picture."""
    try:
        stored = read(index)
        if isinstance(stored, bytes) and len(stored) > _LARGEST:
            return None
        image = decode(stored) if isinstance(stored, bytes) else stored
    except BadImageError:
        return None
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] not in (1, 3):
        return None
    height, width = image.shape[:2]
    scale = _SIDE / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    # Digits of a few pixels are shown as exactly those pixels.
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST
    made, jpeg = cv2.imencode(".jpg", cv2.resize(image, size, interpolation=method), _JPEG)
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg.tobytes()).decode()}" if made else None
