"""A document as one self-contained HTML page: plots are embedded, there is no script, and all text is escaped."""

import base64
from collections.abc import Mapping
from html import escape

from clsbench.report.document import Document, Entry, Grid

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 92rem; padding: 0 1rem }
body { color: #111; background: #fff }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2rem }
.wide { overflow-x: auto } table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { padding: .2rem .6rem; text-align: right; white-space: nowrap; border-bottom: 1px solid #ddd }
th { border-bottom: 2px solid #333; vertical-align: bottom } th:first-child, td:first-child { text-align: left }
tbody tr:hover { background: #f3f3f3 } .words { font-style: italic; color: #555 }
a { color: #00507f; text-decoration: none } a:hover { text-decoration: underline } sup { color: #a33f00 }
img { max-width: 100%; height: auto } li { overflow-wrap: anywhere }
@media print { body { margin: 0; max-width: none; font-size: 10px } .wide { overflow: visible } }
@media print { h2 { break-after: avoid } tr, img { break-inside: avoid } }
""".strip()


def web_page(document: Document, pictures: Mapping[str, bytes]) -> str:
    """``pictures``: each plot's SVG, by plot name."""
    title = escape(document.title)
    origin = (f"<p>{_linked(line)}</p>" for line in document.origin)
    body = [
        f"<h1>{title}</h1>",
        *(f"<p>{escape(line)}</p>" for line in document.summary),
        *origin,
        *map(_grid, document.grids),
    ]
    if document.notes:
        items = "\n".join(f"<li>{_linked(note)}</li>" for note in document.notes)
        body.append(f"<h2>Notes</h2>\n<ul>\n{items}\n</ul>")
    for plot in document.plots:
        data = base64.b64encode(pictures[plot.name]).decode()
        body.append(
            f'<h2>{escape(plot.title)}</h2>\n<img alt="{escape(plot.title)}" src="data:image/svg+xml;base64,{data}">'
        )
    head = f'<meta charset="utf-8">\n<title>{title}</title>\n<style>\n{_STYLE}\n</style>'
    inside = "\n".join(body)
    return f'<!DOCTYPE html>\n<html lang="en">\n<head>\n{head}\n</head>\n<body>\n{inside}\n</body>\n</html>\n'


def _grid(grid: Grid) -> str:
    head = "".join(f"<th>{escape(heading)}</th>" for heading in grid.headings)
    rows = "\n".join(f"<tr>{''.join(map(_entry, row))}</tr>" for row in grid.rows)
    table = f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"
    return f'<h2>{escape(grid.title)}</h2>\n<div class="wide">\n{table}\n</div>'


def _entry(entry: Entry) -> str:
    kind = ' class="words"' if entry.words and entry.text else ""
    marks = f"<sup>{escape(entry.marks)}</sup>" if entry.marks else ""
    return f"<td{kind}>{_linked(entry)}{marks}</td>"


def _linked(entry: Entry) -> str:
    text = escape(entry.text)
    # A page may be passed on, so only a web address becomes a link.
    if not entry.link.startswith(("http://", "https://")):
        return text
    return f'<a href="{escape(entry.link)}" target="_blank" rel="noopener noreferrer">{text}</a>'
