"""The figures that are kept are those that are computed."""

from clsbench.zoo.catalogue import Entry
from clsbench.zoo.figures import figures_of
from clsbench.zoo.known_figures import as_csv, known_figures


def test_they_are_up_to_date_and_of_every_network(catalogue: dict[str, Entry]) -> None:
    computed = {name: figures_of(entry) for name, entry in catalogue.items()}
    assert known_figures() == computed, "run: make zoo-docs"


def test_the_table_is_what_is_written_of_them() -> None:
    (first, *_) = known_figures().items()
    assert as_csv([first]).splitlines()[1] == "air101,64511698,11462246400,23390208000"
