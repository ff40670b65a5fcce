"""The gallery: one file that needs nothing else, and in which names stay text."""

import base64
from collections.abc import Callable
from html.parser import HTMLParser

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clsbench.compare.flips import Flip, Flips, PredictedClass
from clsbench.compare.gallery import gallery_html, thumbnail

HOSTILE = "<script>alert(1)</script><img src=x onerror='alert(1)'>\"&amp;.png"
MADE = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "div", "figure", "figcaption", "img", "dl"}
MADE |= {"dt", "dd"}


class _Page(HTMLParser):
    """Tags, the attributes of images, and the text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.attributes: list[dict[str, str | None]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.append(dict(attrs))
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def _flips(name: str) -> Flips:
    return Flips(
        name,
        "B",
        (Flip(name, "lost", name, PredictedClass(name, 0.6, 0.6), PredictedClass("tench (0)", 0.5, float("nan"))),),
    )


def _never(read: list[str]) -> Callable[[str], bytes | None]:
    """Finds no image, and keeps in ``read`` which were asked for."""

    def find(name: str) -> bytes | None:
        read.append(name)
        return None

    return find


def _png(height: int, width: int) -> bytes:
    return bytes(cv2.imencode(".png", np.full((height, width, 3), 90, np.uint8))[1].tobytes())


def test_a_hostile_name_is_shown_and_never_run() -> None:
    page = gallery_html(HOSTILE, [HOSTILE], [_flips(HOSTILE)], lambda name: None, 50)
    assert "<script" not in page
    parsed = _Page(page)
    assert set(parsed.tags) <= MADE - {"img"}
    assert parsed.open == []
    assert parsed.text.count("<script>alert(1)</script>") >= 5
    assert not any(key.startswith("on") for each in parsed.attributes for key in each)


@given(st.text())
def test_no_name_makes_a_tag_of_its_own(name: str) -> None:
    parsed = _Page(gallery_html(name, [name], [_flips(name)], lambda name: None, 50))
    assert set(parsed.tags) <= MADE - {"img"}
    assert parsed.open == []


def test_images_are_inside_the_page_as_jpeg() -> None:
    parsed = _Page(gallery_html("A", [], [_flips("a.png")], lambda name: _png(448, 224), 50))
    (source,) = (each["src"] for each in parsed.attributes if "src" in each)
    assert source is not None
    kind, _, data = source.partition(";base64,")
    assert kind == "data:image/jpeg"
    image = cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    assert image.shape == (224, 112, 3)
    assert "default-src 'none'" in str(parsed.attributes)
    assert not any("href" in each for each in parsed.attributes)


def test_an_image_that_is_not_there_or_damaged_is_shown_by_its_name() -> None:
    for found in (None, b"", b"no image"):
        page = gallery_html("A", [], [_flips("a.png")], lambda name, found=found: found, 50)  # type: ignore[misc]
        assert "image not found" in page
        assert "a.png" in page


def test_only_as_many_as_asked_for_are_read_and_shown() -> None:
    rows = tuple(
        Flip(f"{n}.png", "lost", "", PredictedClass("a", 0.6, 0.6), PredictedClass("b", 0.5, 0.5)) for n in range(5)
    )
    read: list[str] = []
    page = gallery_html("A", [], [Flips("A", "B", rows)], _never(read), 2)
    assert read == ["0.png", "1.png"]
    assert "5 flips, the first 2 here, all in flips.csv" in page
    assert _Page(gallery_html("A", [], [Flips("A", "B", ())], lambda name: None, 2)).text.count("0 flips") == 1


def test_a_very_long_image_and_one_of_a_pixel_have_a_thumbnail() -> None:
    assert thumbnail(_png(1, 2000))
    assert thumbnail(_png(1, 1))
