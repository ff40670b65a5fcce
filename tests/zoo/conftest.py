"""What the zoo's tests share: the catalogue."""

from pathlib import Path

import pytest

from clsbench.zoo.catalogue import Entry, read_catalogue

CONF_MODEL = Path(__file__).resolve().parents[2] / "conf" / "model"


@pytest.fixture(scope="session")
def catalogue() -> dict[str, Entry]:
    """Every zoo model."""
    return read_catalogue(CONF_MODEL)
