"""``gallery.html``: the images that flip, in one self-contained file; any name stays text."""

import base64
from collections.abc import Callable, Iterator, Sequence
from html import escape
from math import isnan

from clsbench.compare.flips import Flip, Flips, PredictedClass
from clsbench.data.bad_image import BadImageError
from clsbench.data.decode import decode
from clsbench.data.opencv import cv2

Read = Callable[[str], bytes | None]

_SIDE = 224  # pixels of a thumbnail's longer side
_JPEG = (int(cv2.IMWRITE_JPEG_QUALITY), 80)
# Nothing may be loaded or run, even if a name escaped the escaping.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.4 system-ui, sans-serif; margin: 2em auto; max-width: 76em; padding: 0 1em; }
.cards { display: grid; gap: 1em; grid-template-columns: repeat(auto-fill, minmax(15em, 1fr)); }
figure { border: 1px solid #8886; border-radius: 6px; margin: 0; overflow-wrap: anywhere; padding: .7em; }
img, .absent { display: block; height: 224px; margin: 0 auto .5em; max-width: 100%; object-fit: contain; }
.absent { align-content: center; background: #8882; text-align: center; }
dl { display: grid; gap: 0 .6em; grid-template-columns: auto 1fr; margin: .4em 0 0; }
dd { margin: 0; }
.kind { font-weight: 600; }
"""


def gallery_html(title: str, lines: Sequence[str], pairs: Sequence[Flips], read: Read, count: int) -> str:
    """``lines`` as paragraphs, then the first ``count`` flips of each pair; ``read`` gives image bytes or None."""
    body = [f"<h1>{escape(title)}</h1>", *(f"<p>{escape(line)}</p>" for line in lines)]
    for pair in pairs:
        body += _section(pair, read, count)
    head = (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{escape(title)}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n"
    )
    return head + "\n".join(body) + "\n</body>\n</html>\n"


def thumbnail(data: bytes) -> str | None:
    """A JPEG as data URI, its longer side 224 pixels; None if ``data`` is not an image."""
    try:
        image = decode(data)
    except BadImageError:
        return None
    height, width = image.shape[:2]
    scale = _SIDE / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    # Digits of a few pixels are shown as exactly those pixels.
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST
    made, jpeg = cv2.imencode(".jpg", cv2.resize(image, size, interpolation=method), _JPEG)
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg.tobytes()).decode()}" if made else None


def _section(pair: Flips, read: Read, count: int) -> Iterator[str]:
    shown = pair.rows[:count]
    flips = "1 flip" if len(pair.rows) == 1 else f"{len(pair.rows):,} flips"
    first = "" if len(shown) == len(pair.rows) else f", the first {len(shown):,} here, all in flips.csv"
    yield f"<h2>{escape(pair.b)} against {escape(pair.a)}: {flips}{first}</h2>"
    yield '<div class="cards">'
    for row in shown:
        yield _card(row, pair, read)
    yield "</div>"


def _card(row: Flip, pair: Flips, read: Read) -> str:
    data = read(row.image)
    source = None if data is None else thumbnail(data)
    picture = '<div class="absent">image not found</div>' if source is None else f'<img src="{source}" alt="">'
    facts = [("label", row.label or "none"), (pair.a, _prediction_text(row.a)), (pair.b, _prediction_text(row.b))]
    listed = "".join(f"<dt>{escape(key)}</dt><dd>{escape(value)}</dd>" for key, value in facts)
    kinds = {"lost": f"only {pair.a} is right", "gained": f"only {pair.b} is right"}
    return (
        f'<figure>{picture}<figcaption><div class="kind">{escape(kinds.get(row.kind, row.kind))}</div>'
        f"<div>{escape(row.image)}</div><dl>{listed}</dl></figcaption></figure>"
    )


def _prediction_text(predicted: PredictedClass) -> str:
    unsure = not isnan(predicted.label_probability) and predicted.label_probability < predicted.probability
    label = f", the label {100 * predicted.label_probability:.1f} %" if unsure else ""
    return f"{predicted.title} {100 * predicted.probability:.1f} %{label}"
