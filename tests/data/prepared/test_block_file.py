from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.data.prepared.block_file import Kept, read_image, read_places, write_block


def _images(*shapes: tuple[int, int, int]) -> dict[int, Kept]:
    rng = np.random.default_rng(0)
    return {3 + 2 * n: Kept(f"stamp {n}", rng.integers(0, 256, shape, np.uint8)) for n, shape in enumerate(shapes)}


def test_images_of_any_size_come_back_under_their_numbers(tmp_path: Path) -> None:
    path, images = tmp_path / "block", _images((4, 6, 3), (1, 1, 1), (9, 2, 3))
    write_block(path, images)
    places = read_places(path)
    assert places is not None
    assert list(places) == list(images)
    for number, place in places.items():
        image = read_image(path, place)
        assert image is not None
        assert np.array_equal(image, images[number].image)
        assert place.stamp == images[number].stamp
    assert [file.name for file in tmp_path.iterdir()] == ["block"]


def test_what_is_not_there_is_none(tmp_path: Path) -> None:
    assert read_places(tmp_path / "block") is None
    path, images = tmp_path / "block", _images((4, 6, 3))
    write_block(path, images)
    [place] = (read_places(path) or {}).values()
    path.unlink()
    assert read_image(path, place) is None


@settings(max_examples=60)
@given(data=st.data())
def test_a_torn_or_altered_file_never_gives_another_image(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path, images = tmp_path_factory.mktemp("block") / "block", _images((4, 6, 3), (5, 5, 3))
    write_block(path, images)
    content = bytearray(path.read_bytes())
    if data.draw(st.booleans()):
        content = content[: data.draw(st.integers(0, len(content) - 1))]
    else:
        content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    damaged = 0
    for number, place in (read_places(path) or {}).items():
        image = read_image(path, place)
        damaged += image is None
        assert image is None or np.array_equal(image, images[number].image)
    assert damaged or read_places(path) is None
