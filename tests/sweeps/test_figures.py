"""The figures of a sweep's last table."""

from clsbench.sweeps.figures import columns, kept_metrics


def test_errors_have_their_doubt_and_the_difference_to_the_first_cell() -> None:
    cells = [
        {"top1_error": 40.0, "top1_stderr": 2.83, "top5_error": 0.0, "top5_stderr": 0.0, "images": 300.0},
        {},
        {"top1_error": 38.5, "top1_stderr": 2.81, "images": 300.0},
    ]
    found = columns(cells)
    assert list(found.headings) == ["top-1 error %", "difference", "top-5 error %"]
    assert [list(row) for row in found.rows] == [
        ["40.00 ± 2.83", "+0.00", "0.00 (0.00 to 1.26)"],
        ["", "", ""],
        ["38.50 ± 2.81", "-1.50", ""],
    ]


def test_errors_on_other_images_are_not_subtracted_and_it_is_said() -> None:
    found = columns([{"top1_error": 1.83, "images": 382.0}, {"top1_error": 2.11, "images": 332.0}, {}])
    assert [list(row)[1] for row in found.rows] == ["+0.00", "", ""]
    assert "no difference between errors on 382 images and on 332: clsbench report precision" in found.note
    assert columns([{"top1_error": 1.0, "images": 9.0}, {"top1_error": 2.0, "images": 9.0}]).note == ""
    assert columns([{"forward_ms_p50": 4.0}, {"forward_ms_p50": 2.5}]).note == ""


def test_times_are_compared_too_and_one_cell_with_nothing() -> None:
    assert columns([{"forward_ms_p50": 4.0}, {"forward_ms_p50": 2.5}]).rows == [["4.00", "+0.00"], ["2.50", "-1.50"]]
    assert list(columns([{"forward_ms_p50": 4.0}]).headings) == ["forward ms"]


def test_a_sweep_without_figures_has_no_columns_for_them() -> None:
    assert columns([{}, {}]).rows == [(), ()]


def test_what_is_kept_is_what_can_be_shown() -> None:
    assert kept_metrics({"top1_error": 1.0, "images": 3.0, "peak_rss_mib": 9.0}) == {"top1_error": 1.0, "images": 3.0}
