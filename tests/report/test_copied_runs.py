"""The runs of benchmarks/big_store.py are as a client would have made them."""

from pathlib import Path

import pytest
from copied_runs import Copy, copy_run
from report_store import FakeStore, whole_table

from clsbench.report.run import Run
from clsbench.report.runs import Store
from clsbench.report.where import Where

pytestmark = pytest.mark.xdist_group("report_store")


def test_a_copied_run_is_read_as_one_that_the_client_made(tmp_path: Path) -> None:
    store = FakeStore(tmp_path)
    first, second, third = list(whole_table())[:3]
    template = store.write(first)
    made = [store.write(each) for each in (second, third)]
    copies = iter([Copy(each.name, each.tags, each.params, each.metrics) for each in (second, third)])
    ids = copy_run(store.uri, template, copies)
    found = {run.run_id: run for run in Store(store.uri, "clsbench").runs(("evaluate",), Where())}
    assert found.keys() == {template, *made, *ids}
    for original, copied in zip(made, ids, strict=True):
        assert _facts(found[copied]) == _facts(found[original])
    assert [found[each].started_ms - found[template].started_ms for each in ids] == [60_000, 120_000]


def _facts(run: Run) -> tuple[object, ...]:
    return run.name, run.status, run.tags, run.params, run.metrics
