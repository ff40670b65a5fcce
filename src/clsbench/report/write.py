"""Writes a document's files: one per format, and its plots as PNG and SVG."""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from clsbench.caffe.whole_file import whole_file
from clsbench.errors import ConfigError, DiskError
from clsbench.report.document import Document
from clsbench.report.formats.latex import latex
from clsbench.report.formats.markdown import markdown
from clsbench.report.formats.tidy_csv import tidy_csv
from clsbench.report.formats.web_page import web_page
from clsbench.report.plots.style import save_plot

_TEXTS: Mapping[str, tuple[str, Callable[[Document], str]]] = {
    "md": ("md", markdown),
    "csv": ("csv", tidy_csv),
    "latex": ("tex", latex),
}


def write_document(document: Document, formats: Collection[str], folder: Path) -> list[Path]:
    """The written files, texts first; each file exists whole or not at all. Raises ConfigError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        plots = [path for plot in document.plots for path in save_plot(plot, folder)]
        texts = {f"{document.name}.{_TEXTS[name][0]}": _TEXTS[name][1] for name in formats if name in _TEXTS}
        written = [_written(folder / name, render(document)) for name, render in texts.items()]
        if "html" in formats:
            pictures = {path.stem: path.read_bytes() for path in plots if path.suffix == ".svg"}
            written.append(_written(folder / f"{document.name}.html", web_page(document, pictures)))
    except (OSError, DiskError) as error:
        raise ConfigError(f"{folder}: the report cannot be written ({error}); give --output another folder") from error
    return written + plots


def _written(path: Path, text: str) -> Path:
    with whole_file(path) as file:
        file.write(text.encode())
    return path
