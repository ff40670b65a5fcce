"""Any value of any runs as coloured fields, rows and columns as in the table; fields without a figure say why."""

from typing import Any

from clsbench.report.layout import Layout, title_of

_FEW = 300  # fields; in larger grids, figures could not be read
_LONGEST_WORDS = 14


def draw_heatmap(figure: Any, layout: Layout, value: str) -> None:
    """Dark means high; a figure in brackets is not a full result."""
    axes = figure.subplots()
    cells = [[layout.cells.get((line, head)) for head in layout.heads] for line in layout.lines]
    figures = [[cell.figure(value) if cell else None for cell in row] for row in cells]
    known = [each for row in figures for each in row if each is not None]
    low, high = min(known), max(known)
    numbers = [[float("nan") if each is None else each for each in row] for row in figures]
    # cividis looks the same with and without colour blindness (Nunez, Anderton and Renslow, PLoS ONE 13, 2018).
    bounds = {"vmin": low, "vmax": high if high > low else low + 1}
    # Fields, not an image: an image is scaled to the figure's pixels at each of six drawings, which takes seconds.
    image = axes.pcolormesh(range(len(numbers[0])), range(len(numbers)), numbers, cmap="cividis_r", **bounds)
    axes.invert_yaxis()
    is_read = len(layout.lines) * len(layout.heads) <= _FEW
    for y, (row, shown) in enumerate(zip(cells, figures, strict=True)):
        for x, (cell, number) in enumerate(zip(row, shown, strict=True)):
            if cell is None or not is_read:
                continue
            text = cell.status.words[:_LONGEST_WORDS] if number is None else f"{number:.4g}"
            if number is not None and not cell.status.is_result:
                text = f"({text})"
            dark = number is not None and high > low and (number - low) / (high - low) > 0.5
            axes.text(x, y, text, ha="center", va="center", fontsize=7, color="white" if dark else "black")
    axes.set_xticks(range(len(layout.heads)), [", ".join(head) for head in layout.heads], rotation=30, ha="right")
    axes.set_yticks(range(len(layout.lines)), [", ".join(line) for line in layout.lines])
    axes.set_xlabel(", ".join(layout.columns))
    has_part = any(
        cell and not cell.status.is_result and cell.figure(value) is not None for row in cells for cell in row
    )
    note = "; in brackets: no full result" if has_part else ""
    figure.colorbar(image, ax=axes, label=title_of(value) + note)
