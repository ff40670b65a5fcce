"""Every format shows the same, and shows hostile text letter by letter."""

import csv
import io
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from report_store import HOSTILE, FakeRun, mixed_table

from clsbench.report.document import Document, Entry, Grid
from clsbench.report.formats.latex import latex
from clsbench.report.formats.markdown import escaped, markdown
from clsbench.report.formats.tidy_csv import tidy_csv
from clsbench.report.formats.web_page import web_page
from clsbench.report.table_data import TableData
from clsbench.report.tables.table1 import table1

TableDataOf = Callable[[Iterable[FakeRun]], TableData]
HOSTILE_LINK = 'javascript:alert("1")'


class _Texts(HTMLParser):
    """A page's words, and every tag that it has."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def _hostile() -> Document:
    grid = Grid(HOSTILE, ("network", HOSTILE), ((Entry(HOSTILE, HOSTILE_LINK), Entry(HOSTILE, marks="a", words=True)),))
    row = {"network": HOSTILE, "difference": "-0.5", "error": "=1+1", "name": "-x"}
    return Document("hostile", HOSTILE, (HOSTILE,), (grid,), (Entry(HOSTILE, "http://a/b"),), [row], (), 0)


@pytest.fixture
def document(table_data: TableDataOf) -> Document:
    built = table1(table_data(mixed_table()))
    return Document(**{**vars(built), "plots": ()})


def test_html_shows_hostile_text_and_runs_none_of_it() -> None:
    page = _Texts()
    page.feed(web_page(_hostile(), {}))
    assert page.texts.count(HOSTILE) == 8
    assert "script" not in page.tags
    assert page.links == ["http://a/b"]


def test_markdown_shows_hostile_text_in_one_cell() -> None:
    text = markdown(_hostile())
    assert "<script>" not in text
    (line,) = (line for line in text.splitlines() if line.startswith("| [") and "javascript" in line)
    assert len(re.findall(r"(?<!\\)\|", line)) == 3


def test_markdown_keeps_a_text_on_one_line() -> None:
    assert escaped("a\n# b\t| c") == r"a # b \| c"


def test_csv_is_read_back_as_it_was_but_no_cell_is_a_formula() -> None:
    (row,) = csv.DictReader(io.StringIO(tidy_csv(_hostile())))
    assert row == {"network": HOSTILE, "difference": "-0.5", "error": "'=1+1", "name": "'-x"}


def test_all_formats_have_the_same_figures(document: Document) -> None:
    page = _Texts()
    page.feed(web_page(document, {}))
    texts = {"md": markdown(document), "tex": latex(document), "html": " ".join(page.texts)}
    rows = list(csv.DictReader(io.StringIO(tidy_csv(document))))
    results = [row for row in rows if row["state"] == "result"]
    assert len(results) == 113
    for row in results:
        pair = f"{float(row['top1_error']):.2f} / {float(row['top5_error']):.2f}"
        for name, text in texts.items():
            assert pair in text, name
            # The link of the cell in the overview, and of its two errors in the grid of its column.
            assert text.count(row["run_link"].rpartition("/")[2]) >= 3 or name == "html"


def test_every_format_has_all_words_that_stand_for_a_result(document: Document) -> None:
    words = {row["words"] for row in document.tidy if row["words"]}
    for text in (markdown(document), latex(document), web_page(document, {}), tidy_csv(document)):
        assert all(each in text for each in words)


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex; apt-get install texlive-latex-recommended")
@pytest.mark.parametrize("preamble", ["\\usepackage{hyperref}", ""])
def test_latex_compiles_with_links_and_without(preamble: str, document: Document, tmp_path: Path) -> None:
    (tmp_path / "table.tex").write_text(latex(document), encoding="utf-8")
    (tmp_path / "hostile.tex").write_text(latex(_hostile()), encoding="utf-8")
    paper = f"\\documentclass{{article}}\\usepackage{{longtable}}{preamble}\\begin{{document}}"
    (tmp_path / "paper.tex").write_text(f"{paper}\\input{{table}}\\input{{hostile}}\\end{{document}}", encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "paper.tex"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout[-2000:]
