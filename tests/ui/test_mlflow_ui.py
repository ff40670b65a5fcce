"""MLflow's UI in a real browser: the printed links open pages that read like the published tables."""

import getpass
import re
from typing import TYPE_CHECKING

import pytest
from chromium import screenshot
from mlflow_ui import Ui

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

# One server and one store for all of them.
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("ui")]

ERRORS = [f"metrics.`{kind}top{k}_error`" for k in (1, 5) for kind in ("", "published_", "delta_")]


def _header(page: "Page", column: str) -> "Locator":
    return page.locator(f'.ag-header-cell[col-id="{column}"]')


def _row(page: "Page", run: str) -> str:
    """The table's row of the run with this name, as a selector; its parts lie left and right of a line."""
    name = page.locator(".ag-row").filter(has=page.get_by_role("link", name=run, exact=True)).first
    name.wait_for()
    return f'.ag-row[row-index="{name.get_attribute("row-index")}"]'


def _cell(page: "Page", run: str, column: str) -> "Locator":
    return page.locator(f'{_row(page, run)} [col-id="{column}"]')


def _open_run(page: "Page", run: str) -> None:
    page.locator(_row(page, run)).get_by_role("link", name=run, exact=True).click()
    page.get_by_role("heading", name=run).wait_for()


def _open_artifact(page: "Page", *path: str) -> None:
    page.get_by_role("tab", name="Artifacts").click()
    for name in path:
        page.get_by_text(name, exact=True).first.click()


def _compare(page: "Page", *runs: str) -> None:
    for run in runs:
        page.locator(f"{_row(page, run)} input[type=checkbox]").first.check()
    page.get_by_role("button", name="Compare").click()
    page.get_by_role("heading", name=f"Comparing {len(runs)} Runs").wait_for()


def test_a_sweeps_link_shows_its_cells_with_their_errors(page: "Page", ui: Ui) -> None:
    from playwright.sync_api import expect

    page.goto(ui.sweep)
    for run, error in (("digits single 28 onnxruntime", "1.8324"), ("digits multi12 28 onnxruntime", "7.591")):
        expect(_cell(page, run, "metrics.`top1_error`")).to_contain_text(error)
        expect(_cell(page, run, "metrics.`top5_error`")).to_be_in_viewport()
    expect(page.get_by_text("2 matching runs")).to_be_visible()


def test_table_1_reads_like_the_published_table(page: "Page", ui: Ui) -> None:
    from playwright.sync_api import expect

    page.goto(ui.table)
    values = {"metrics.`published_top1_error`": "22.39", "metrics.`published_top5_error`": "6.37"}
    for column, value in values.items():
        expect(_cell(page, "se-resnet50 single 224 onnxruntime", column)).to_have_text(value)
    places = []
    for column in ERRORS:
        expect(_header(page, column)).to_be_in_viewport(ratio=1)
        places.append((_header(page, column).bounding_box() or {"x": 0})["x"])
    assert places == sorted(places)
    expect(page.get_by_text("20 matching runs")).to_be_visible()


def test_two_runs_open_and_are_compared(page: "Page", ui: Ui) -> None:
    from playwright.sync_api import expect

    for crop in ("single", "multi12"):
        page.goto(ui.sweep)
        _open_run(page, f"digits {crop} 28 onnxruntime")
        expect(page.get_by_text(f"{crop} crop of 28 pixels from base size 32, 382 images of digits")).to_be_visible()
        if crop == "single":
            expect(page.get_by_text("1.832 %")).to_be_in_viewport()
            expect(page.get_by_role("link", name="sweep 2 crops")).to_be_visible()
            screenshot(page, "mlflow-run.png", height=770)  # above the tags that name folders of this machine
    page.goto(ui.sweep)
    _compare(page, "digits single 28 onnxruntime", "digits multi12 28 onnxruntime")
    expect(page.get_by_role("cell", name="multi12", exact=True).first).to_be_visible()


def test_the_comparison_of_two_cells_of_the_table_has_their_errors(page: "Page", ui: Ui) -> None:
    from playwright.sync_api import expect

    page.goto(ui.table)
    _compare(page, "dpn-92 single 224 onnxruntime", "dpn-92 multi12 320 onnxruntime")
    page.set_viewport_size({"width": 1600, "height": 1180})
    page.get_by_text("Visualizations", exact=True).click()
    for differences_only in page.get_by_role("switch").all()[:2]:  # of the params, then of the metrics
        differences_only.click()
    for text in ("published_top1_error", "20.81", "18.68"):
        expect(page.get_by_text(text, exact=True)).to_be_in_viewport()
    expect(page.get_by_text("images_bad", exact=True)).not_to_be_visible()


def test_the_predictions_of_a_run_can_be_read(page: "Page", ui: Ui) -> None:
    from playwright.sync_api import expect

    page.goto(ui.sweep)
    _open_run(page, "digits single 28 onnxruntime")
    _open_artifact(page, "predictions_preview.csv")
    for heading in ("image", "label_probability", "label_rank"):
        expect(page.get_by_text(heading, exact=True).first).to_be_visible()
    expect(page.get_by_role("cell", name="ok", exact=True).first).to_be_visible()
    expect(page.get_by_text("predictions.parquet", exact=True)).to_be_visible()


def test_the_plots_of_a_timing_are_shown(page: "Page", ui: Ui) -> None:
    page.goto(ui.timing)
    _open_run(page, "digits time 28 onnxruntime")
    _open_artifact(page, "plots", "latency.png")
    page.wait_for_function("[...document.images].some(image => image.complete && image.naturalWidth > 400)")


def test_the_report_of_a_sweep_is_shown_as_a_page(page: "Page", ui: Ui) -> None:
    from playwright.sync_api import expect

    page.goto(ui.sweep)
    _open_run(page, "digits single 28 onnxruntime")
    page.get_by_role("link", name="sweep 2 crops").click()
    page.get_by_role("heading", name="sweep 2 crops").wait_for()
    _open_artifact(page, "reports", "table1", "table1.html")
    expect(page.frame_locator("iframe").get_by_text("se-resnet50").first).to_be_visible()
    page.get_by_text("table1.md", exact=True).first.click()
    expect(page.get_by_role("cell", name="se-resnet50").first).to_be_visible()


def test_what_failed_is_listed_with_its_error(page: "Page", ui: Ui) -> None:
    from playwright.sync_api import expect

    page.goto(ui.failed)
    error = _cell(page, "dpn-92 single 224 caffe", "tags.`error`")
    expect(error).to_contain_text("EngineError: caffe died of a made-up illness")
    expect(error).to_be_in_viewport()


def test_the_models_tab_has_each_network_once_with_its_errors_on_the_dataset(page: "Page", ui: Ui) -> None:
    from playwright.sync_api import expect

    page.set_viewport_size({"width": 4800, "height": 900})  # the table makes only what is seen of it
    page.goto(ui.models)
    for network, error in (("digits", "1.83"), ("other", "1.57")):
        expect(page.get_by_role("link", name=network, exact=True).first).to_be_visible()
        expect(page.locator(".ag-cell", has_text=error).first).to_be_visible()
    expect(page.locator(".ag-header-group-cell", has_text="digits (#").first).to_be_visible()
    expect(page.locator(".ag-header-cell", has_text="top1_error").first).to_be_visible()
    page.get_by_role("link", name="digits", exact=True).first.click()
    for param in ("parameters", "43931", "macs_28x28", "weights_sha256"):
        expect(page.get_by_text(param, exact=True).first).to_be_visible()


def test_a_sweep_over_crops_and_engines_has_a_row_for_each_pair(page: "Page", ui: Ui) -> None:
    from playwright.sync_api import expect

    page.goto(ui.engines)
    for engine in ("onnxruntime", "opencv"):
        for crop, error in (("single", "1.8324"), ("multi12", "7.591")):
            expect(_cell(page, f"digits {crop} 28 {engine}", "metrics.`top1_error`")).to_contain_text(error)
    expect(page.get_by_text("4 matching runs")).to_be_visible()
    screenshot(page, "mlflow-sweep.png", height=560)
    _compare(page, "digits single 28 onnxruntime", "digits multi12 28 opencv")
    page.set_viewport_size({"width": 1600, "height": 1500})
    page.get_by_text("Visualizations", exact=True).click()
    for differences_only in page.get_by_role("switch").all()[:2]:
        differences_only.click()
    for error in ("1.832", "7.592"):
        expect(page.get_by_text(error, exact=True).first).to_be_visible()
    screenshot(page, "mlflow-compare.png")


def test_a_runs_page_says_who_made_it_from_what_on_which_data_and_of_which_model(page: "Page", ui: Ui) -> None:
    from playwright.sync_api import expect

    page.goto(ui.sweep)
    _open_run(page, "digits single 28 onnxruntime")
    for text in (rf"Created by\s*{getpass.getuser()}", r"Source\s*\S*clsbench", r"digits\s*\(?#?[0-9a-f]{6}"):
        expect(page.locator("main").first).to_contain_text(re.compile(text))
    expect(page.get_by_role("link", name="digits", exact=True).first).to_be_visible()


def test_the_charts_page_of_a_sweep_draws_the_errors_of_its_cells(page: "Page", ui: Ui) -> None:
    from playwright.sync_api import expect

    page.set_viewport_size({"width": 1600, "height": 6000})  # the page draws only what is seen of it
    page.goto(ui.engines)
    expect(page.get_by_text("4 matching runs")).to_be_visible()
    # The button is drawn over its input, which nothing can be pointed at.
    page.get_by_role("radiogroup").first.get_by_role("radio").nth(1).evaluate("radio => radio.click()")
    expect(page.get_by_role("heading", name="top1_error", exact=True)).to_be_visible()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
