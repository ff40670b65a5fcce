"""Small pictures written as SVG text: importing a plotting library would take longer than a short run."""

from collections.abc import Iterable
from html import escape


def box(place: tuple[float, float], size: tuple[float, float], fill: str, tip: str) -> str:
    """A rectangle with its upper left corner at ``place`` (x, y); ``tip`` is shown under the pointer."""
    (x, y), (width, height) = place, size
    area = f'x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}"'
    return f'<rect {area} fill="{fill}"><title>{escape(tip)}</title></rect>'


def line(start: tuple[float, float], end: tuple[float, float], color: str) -> str:
    """A line from (x, y) to (x, y)."""
    return f'<path d="M{start[0]:.2f} {start[1]:.2f}L{end[0]:.2f} {end[1]:.2f}" stroke="{color}" fill="none"/>'


def words(
    place: tuple[float, float], text: str, size: float = 12, *, anchor: str = "start", turned: bool = False
) -> str:
    """A line of text of ``size`` pixels, with its baseline at ``place`` (x, y); ``turned``: upwards."""
    turn = f' transform="rotate(-90 {place[0]:.2f} {place[1]:.2f})"' if turned else ""
    return (
        f'<text x="{place[0]:.2f}" y="{place[1]:.2f}" font-size="{size:.2f}" text-anchor="{anchor}"{turn}>'
        f"{escape(text)}</text>"
    )


def picture(width: float, height: float, shapes: Iterable[str]) -> str:
    """A whole file with a white background."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" font-family="sans-serif">'
    )
    return "\n".join((head, '<rect width="100%" height="100%" fill="white"/>', *shapes, "</svg>")) + "\n"
