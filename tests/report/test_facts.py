"""What the tables take for published, against the published figures themselves."""

from kept_facts import numbers, rows

from clsbench.report.cells import accuracy_cells, time_cell
from clsbench.report.networks import Networks
from clsbench.report.tables.curve_points import PUBLISHED
from clsbench.report.tables.lite import published_times as lite_times
from clsbench.report.tables.table3 import published_times as table3_times

_ALIASES = {"dpn-68": "dpn-68-extra", "dpn-107": "dpn-107-extra", "dpn68": "dpn-68-extra"}


def test_table_1_has_the_published_cells_in_the_published_order(networks: Networks) -> None:
    published = [
        (row["network"], int(row["crop_size"]), crop, numbers(row[f"{crop}_top1"], row[f"{crop}_top5"]))
        for row in rows("accuracy")
        for crop in ("single", "multi12")
    ]
    cells = accuracy_cells(networks.table("table1"))
    assert [(each.model, each.crop_size, each.crop, tuple(each.published.values())) for each in cells] == published


def test_table_3_has_the_published_times(networks: Networks) -> None:
    published = {
        (_ALIASES.get(row["network"], row["network"]), size): numbers(row[f"forward_ms_{of}"], row[f"backward_ms_{of}"])
        for row in rows("times")
        for size, of in (("standard", "small"), ("large", "large"))
    }
    ours = {
        (each.name, size): table3_times(each, size) or () for each in networks.table("table3") for size in each.sizes
    }
    assert {cell: ours[cell] for cell in published} == published
    assert not any(ours[cell] for cell in ours.keys() - published.keys())


def test_the_lite_table_has_the_published_figures_in_the_published_order(networks: Networks) -> None:
    published = {_ALIASES.get(row["network"], row["network"]): row for row in rows("lite")}
    del published["resnext26-32x4d"]  # its network was not published
    entries = networks.table("lite")
    assert [entry.name for entry in entries] == list(published)
    for entry, row in zip(entries, published.values(), strict=True):
        (cell,) = accuracy_cells([entry], ("standard",), ("single",))
        assert tuple(cell.published.values()) == numbers(row["top1_error"], row["top5_error"])
        for device, of in (("cuda", "gpu"), ("cpu", "cpu")):
            times = time_cell(entry, "standard", device, lite_times(entry, device))
            expected = numbers(row[f"{of}_forward_ms"], row[f"{of}_backward_ms"])
            assert tuple(times.published.values()) == expected


def test_the_curves_have_the_published_points() -> None:
    published: dict[str, tuple[tuple[int, float, float], ...]] = {}
    for row in rows("curve"):
        point = (int(row["crop_size"]), float(row["top1_accuracy"]), float(row["top5_accuracy"]))
        published[row["network"]] = (*published.get(row["network"], ()), point)
    assert published == PUBLISHED
