"""Images found again by the names that runs gave them."""

import tarfile
from pathlib import Path

import pytest

from clsbench.compare.image_files import ImageFiles


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with images, and a secret beside it."""
    root = tmp_path / "images"
    for name in ("flat.png", "0/one.png", "n01440764/val_1.png"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    (tmp_path / "secret.png").write_text("secret")
    return root


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("flat.png", b"flat.png"),
        ("0/one.png", b"0/one.png"),
        ("val_1.png", b"n01440764/val_1.png"),  # one folder down
        ("elsewhere/flat.png", b"flat.png"),  # a folder of the images alone
        ("7/one.png", None),  # another image
        ("absent.png", None),
        ("../secret.png", None),
        ("0/../../secret.png", None),
        ("..", None),
        ("", None),
        ("0", None),
        ("a\0b", None),
    ],
)
def test_a_name_leads_to_its_file_and_never_out_of_the_folder(root: Path, name: str, content: bytes | None) -> None:
    assert ImageFiles(root).read(name) == content


def test_an_absolute_name_leads_to_no_other_file(root: Path) -> None:
    assert ImageFiles(root).read(str(root.parent / "secret.png")) is None
    assert ImageFiles(root).read(f"/data/{'flat.png'}") == b"flat.png"


def test_an_archive_is_read_where_it_lies(root: Path, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "val.tar", "w") as archive:
        archive.add(root / "flat.png", "val/flat.png")
    files = ImageFiles(tmp_path / "val.tar")
    assert files.read("flat.png") == b"flat.png"
    assert files.read("other.png") is None


def test_what_is_no_archive_or_not_there_has_no_images(tmp_path: Path, root: Path) -> None:
    assert ImageFiles(root / "flat.png").read("flat.png") is None
    assert ImageFiles(tmp_path / "absent").read("flat.png") is None
    assert ImageFiles(None).read("flat.png") is None
