"""Table 1 from a real store, in every format, letter by letter; CLSBENCH_WRITE_GOLDEN=1 writes the files anew."""

import os
from pathlib import Path

import pytest
from report_store import MixedStore

from clsbench.report.__main__ import main

GOLDEN = Path(__file__).parent / "golden"

pytestmark = pytest.mark.xdist_group("report_store")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, mixed_store: MixedStore) -> Path:
    folder = tmp_path_factory.mktemp("report")
    arguments = ["--tracking-uri", mixed_store.store.uri, "--output", str(folder)]
    assert main(["table1", "--format", "md,csv,latex", "--no-plots", *arguments]) == 0
    return folder


@pytest.mark.parametrize("name", ["table1.md", "table1.csv", "table1.tex"])
def test_the_report_is_as_it_was(name: str, written: Path, mixed_store: MixedStore) -> None:
    # Ids and the store's place are new in every test.
    text = (written / name).read_text(encoding="utf-8").replace(mixed_store.store.uri, "sqlite:///mlflow.db")
    text = text.replace(mixed_store.store.uri.replace("_", "\\_"), "sqlite:///mlflow.db")  # Markdown
    for number, run_id in enumerate(mixed_store.run_ids):
        text = text.replace(run_id, f"run-{number:03d}")
    golden = GOLDEN / name
    if os.environ.get("CLSBENCH_WRITE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")
