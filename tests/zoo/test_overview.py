"""The table of all networks."""

from pathlib import Path

import pytest
from rich.console import Console

from clsbench.zoo.catalogue import Entry
from clsbench.zoo.figures import Figures, figures_of
from clsbench.zoo.overview import markdown_page, terminal_table

DOCS = Path(__file__).resolve().parents[2] / "docs"
Rows = dict[str, tuple[Entry, Figures]]


@pytest.fixture(scope="module")
def rows(catalogue: dict[str, Entry]) -> Rows:
    return {name: (entry, figures_of(entry)) for name, entry in catalogue.items()}


def _printed(rows: Rows, weights: Path) -> list[str]:
    console = Console(width=200)
    with console.capture() as capture:
        console.print(terminal_table(rows, weights))
    return capture.get().splitlines()


def test_docs_zoo_md_is_up_to_date(rows: Rows) -> None:
    assert (DOCS / "zoo.md").read_text(encoding="utf-8") == markdown_page(rows), "run: make zoo-docs"


def test_the_page_has_a_line_a_network_with_its_published_errors(rows: Rows) -> None:
    lines = markdown_page(rows).splitlines()

    assert sum(line.startswith("| ") for line in lines) == 68 + 2
    (senet,) = (line for line in lines if line.startswith("| senet "))
    assert "| 115.34 | 440.0 | 20.69 | 42.21 | 18.67 / 4.47 | 17.40 / 3.69 | 17.28 / 3.78 | 16.80 / 3.47 |" in senet
    assert "se-resnext152-64x4d" in senet


def test_the_page_says_nothing_of_the_machine_it_was_made_on(rows: Rows) -> None:
    assert str(Path.home()) not in markdown_page(rows)
    assert "weights looked" not in markdown_page(rows)


def test_the_terminal_says_which_weights_are_there(rows: Rows, tmp_path: Path) -> None:
    (tmp_path / "dpn-92.caffemodel").touch()

    there = [line for line in _printed(rows, tmp_path) if line.rstrip().endswith("there")]

    assert len(there) == 1
    assert "dpn-92" in there[0]


def test_families_stand_together_by_size(rows: Rows, tmp_path: Path) -> None:
    lines = [line.split() for line in _printed(rows, tmp_path)]
    vgg = [line[0] for line in lines if len(line) > 1 and line[1] == "vgg"]

    assert vgg[0] == "vgg16-3c4x"
    assert vgg[-1] == "vgg19bn-pytorch"
    assert len(vgg) == 10
