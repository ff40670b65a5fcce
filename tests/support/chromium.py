"""Debian's Chromium, driven by Playwright: a page that can reach nothing but this machine."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

# As root Chromium has no sandbox; the others keep it from looking for its maker's servers.
_ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
# MLflow's assistant opens beside the first page and hides half of it, until it is closed once.
_CLOSED_ASSISTANT = """
localStorage.setItem("mlflow.assistant.fab.autoOpenedOnFirstLoad_v1", "true");
localStorage.setItem("mlflow.assistant.panelOpen_v1", "false");
"""
_WAIT_MS = 30_000


def executable() -> str | None:
    """The browser, where there is one."""
    return os.environ.get("CLSBENCH_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def chromium() -> Iterator["Browser"]:
    """A headless browser, closed at the end."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=_WAIT_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def new_page(browser: "Browser", width: int, height: int) -> Iterator["Page"]:
    """A page that remembers nothing of the ones before."""
    with browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce") as context:
        context.set_default_timeout(_WAIT_MS)
        context.add_init_script(_CLOSED_ASSISTANT)
        context.route("**/*", _only_here)
        yield context.new_page()


def screenshot(page: "Page", name: str, height: int | None = None) -> None:
    """Into the folder CLSBENCH_SCREENSHOTS, where it is set: the upper ``height`` pixels, in 256 colours."""
    if folder := os.environ.get("CLSBENCH_SCREENSHOTS"):
        path = Path(folder) / name
        page.screenshot(path=path)
        picture = Image.open(path).convert("RGB")
        picture = picture.crop((0, 0, picture.width, height or picture.height))
        picture.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def _only_here(route: "Route") -> None:
    here = route.request.url.startswith(("http://127.0.0.1:", "data:", "blob:", "about:"))
    if here:
        route.continue_()
    else:
        route.abort()
