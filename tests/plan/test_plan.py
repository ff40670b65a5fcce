"""What a plan says before anything is computed."""

from pathlib import Path

import pytest
from command_line import Cli

from clsbench.sweeps.planned import Planned, planned_cells


def cells_of(outputs: Path) -> list[Planned]:
    (sweep,) = outputs.glob("sweeps/*")
    return list(planned_cells(sweep))


@pytest.mark.shared
def test_a_plan_counts_distinct_views_and_work_and_makes_no_run(clsbench: Cli, squeezenet: list[str]) -> None:
    planned = clsbench("-m", *squeezenet, "base_size=227,256", "crop=single,multi12", "task=plan")
    assert planned.code == 0, planned.said
    cells = cells_of(planned.outputs)
    views = {cell.name: cell.views for cell in cells}
    # A square image of the crop size has two different views among its twelve: itself and its mirror image.
    assert sorted(cell.views or 0 for cell in cells) == [300, 300, 600, 3600], views
    assert {cell.images for cell in cells} == {300}
    # SqueezeNet 1.0 has 0.86 G MACs at 227 pixels (SqueezeNet paper's network, counted layer by layer).
    assert all(cell.macs == pytest.approx((cell.views or 0) * 0.861e9, rel=0.01) for cell in cells)
    assert all(cell.seconds and cell.source == "probe" for cell in cells)
    assert planned.runs == []


def test_a_plan_says_what_the_decoded_images_take_that_several_cells_share(clsbench: Cli, tmp_path: Path) -> None:
    sweep = ("-m", "crop=single,multi12", "base_size=280", f"paths.prepared={tmp_path / 'kept'}", "task=plan")
    planned = clsbench(*sweep)
    first, second = cells_of(planned.outputs)
    assert first.prepared == second.prepared
    assert first.prepared_mib == pytest.approx(382 * 280 * 280 * 3 * 1.4 / 2**20, rel=0.01)
    assert "and 120 MiB of decoded images (prepared)" in " ".join(planned.said.split())
    assert not (tmp_path / "kept").exists()


def test_no_images_are_kept_where_there_is_no_room(clsbench: Cli, tmp_path: Path) -> None:
    planned = clsbench("-m", "crop=single", "base_size=280", "prepared_gb=0.03", "task=plan")
    assert [cell.prepared for cell in cells_of(planned.outputs)] == [""]


def test_a_cell_that_is_finished_costs_nothing_and_its_speed_tells_of_the_others(clsbench: Cli) -> None:
    clsbench("limit=60")
    planned = clsbench("-m", "crop=single,multi12", "limit=60", "task=plan")
    single, multi = cells_of(planned.outputs)
    assert (single.seconds, single.finished) == (0.0, clsbench("limit=60").run.info.run_id)
    assert multi.source == "an earlier run"
    assert "1 of them finished before" in planned.said


def test_a_table_lists_what_is_missing_and_the_exit_code_says_so(clsbench: Cli, tmp_path: Path) -> None:
    planned = clsbench(
        "experiment=table1", "model=senet,dpn-92", "limit=1000", f"paths.weights={tmp_path}", "task=plan"
    )
    assert planned.code == 1
    assert "missing for 4 of 8 cells: no weights file senet.caffemodel" in planned.said
    assert "missing for 8 of 8 cells: dataset.root is not set" in planned.said
    cells = cells_of(planned.outputs)
    assert [cell.images for cell in cells] == [1000] * 8
    assert "Traceback" not in planned.said


def test_a_size_that_a_network_cannot_take_is_said_before_the_others_run(clsbench: Cli) -> None:
    planned = clsbench("-m", "crop_size=2,28", "base_size=32", "task=plan")
    assert planned.code == 1
    assert "cannot take size 2" in " ".join(planned.said.replace("│", " ").split())
    assert [cell.name for cell in cells_of(planned.outputs)] == ["digits single 28"]


def test_times_are_planned_as_forwards(clsbench: Cli) -> None:
    planned = clsbench("experiment=table3", "model=resnet18-priv", "timing.iterations=50", "task=plan")
    assert planned.code == 0, planned.said
    assert [cell.views for cell in cells_of(planned.outputs)] == [50, 50]
