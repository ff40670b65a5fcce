"""tools/make_imagenet_like.py: as many images as asked, all different, the same again, and the tar like the folder."""

import subprocess
import sys
import tarfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from clsbench.data.datasets.imagenet import ImageNet

TOOL = Path(__file__).resolve().parents[2] / "tools" / "make_imagenet_like.py"
IMAGES = 30


def _make(photographs: Path, target: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(TOOL), str(photographs), str(target), "--images", str(IMAGES), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photographs")
    chance = np.random.default_rng(3)
    for number, sides in enumerate([(40, 60), (400, 300)]):
        coarse = chance.integers(0, 256, (8, 8, 3), np.uint8)
        cv2.imwrite(str(folder / f"{number}.png"), cv2.resize(coarse, sides))
    (folder / "about.txt").write_text("no image")
    return folder


@pytest.fixture(scope="module")
def made(photographs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("made") / "imagenet"
    ended = _make(photographs, target)
    assert ended.returncode == 0, ended.stderr
    return target


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_images_have_the_official_names_and_all_differ(made: Path) -> None:
    images = _contents(made / "images")
    assert sorted(images) == [f"ILSVRC2012_val_{number:08}.JPEG" for number in range(1, IMAGES + 1)]
    assert len(set(images.values())) == IMAGES
    for content in images.values():
        pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
        assert pixels is not None
        assert min(pixels.shape[:2]) >= 110


def test_the_tar_holds_what_the_folder_holds(made: Path) -> None:
    with tarfile.open(made / "ILSVRC2012_img_val.tar") as tar:
        files = {member.name: tar.extractfile(member) for member in tar}
        archived = {name: file.read() for name, file in files.items() if file is not None}
    assert archived == _contents(made / "images")
    assert list(archived) == sorted(archived)


def test_clsbench_takes_tar_and_folder_for_the_same_dataset(made: Path) -> None:
    tar, folder = (
        ImageNet(str(made / name), IMAGES, "stop")("ilsvrc2012", None) for name in ("ILSVRC2012_img_val.tar", "images")
    )
    assert tar.digest == folder.digest
    assert [tar.read(index) for index in range(IMAGES)] == [folder.read(index) for index in range(IMAGES)]


def test_a_stopped_command_goes_on_to_the_same_bytes(photographs: Path, made: Path, tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    (begun / "images").mkdir(parents=True)
    kept = begun / "images" / "ILSVRC2012_val_00000007.JPEG"
    kept.write_bytes((made / "images" / kept.name).read_bytes())
    before = kept.stat().st_mtime_ns
    assert _make(photographs, begun).returncode == 0
    assert kept.stat().st_mtime_ns == before
    assert _contents(begun / "images") == _contents(made / "images")
    name = "ILSVRC2012_img_val.tar"
    assert (begun / name).read_bytes() == (made / name).read_bytes()


def test_another_seed_makes_other_images_and_no_mixture(photographs: Path, made: Path, tmp_path: Path) -> None:
    assert _make(photographs, tmp_path / "other", "--seed", "2").returncode == 0
    other = _contents(tmp_path / "other" / "images")
    assert not set(other.values()) & set(_contents(made / "images").values())
    refused = _make(photographs, made, "--seed", "2")
    assert refused.returncode == 2
    assert "made otherwise" in refused.stderr


def test_a_folder_without_photographs_is_refused(tmp_path: Path) -> None:
    ended = _make(tmp_path, tmp_path / "target")
    assert ended.returncode == 2
    assert "holds no image that OpenCV reads" in ended.stderr
    assert not (tmp_path / "target").exists()
