"""Each usual mistake is made with SqueezeNet on photographs, alone and in pairs, and must be found."""

import random
from pathlib import Path

import pytest
from squeezenet_examined import Examine

from clsbench.doctor.labelling import BY_NAME

# What the network says of an image is remembered in the process.
pytestmark = [pytest.mark.shared, pytest.mark.xdist_group("squeezenet_examined")]

RIGHT_PERCENT = 50.0  # of the 300 photographs it gets 59.7 % right


def _list_from_one(shared: Path, folder: Path) -> Path:
    lines = (shared / "imagenet_sample" / "val_ilsvrc2012_order.txt").read_text().splitlines()
    pairs = [line.rsplit(" ", 1) for line in lines]
    path = folder / "from_one.txt"
    path.write_text("".join(f"{name} {int(label) + 1}\n" for name, label in pairs))
    return path


def _permuted_list(shared: Path, folder: Path) -> Path:
    permuted = random.Random(3).sample(range(1000), 1000)
    lines = (shared / "imagenet_sample" / "val_ilsvrc2012_order.txt").read_text().splitlines()
    pairs = [line.rsplit(" ", 1) for line in lines]
    path = folder / "permuted.txt"
    path.write_text("".join(f"{name} {permuted[int(label)]}\n" for name, label in pairs))
    return path


def test_of_right_settings_nothing_better_is_found(examine: Examine) -> None:
    examined = examine()
    assert examined.result.is_right
    assert examined.overrides == set()
    assert examined.given_percent > RIGHT_PERCENT
    assert "No better settings found" in examined.result.verdict


@pytest.mark.parametrize(
    ("wrong", "cure"),
    [
        (["model.channel_order=rgb"], {"model.channel_order=bgr"}),
        (["preprocessing.mean=0"], {"preprocessing=caffe"}),
        (["preprocessing.mean=0", "preprocessing.scale=0.00392156862745098"], {"preprocessing=caffe"}),
        (["preprocessing=inception"], {"preprocessing=caffe"}),
        (["preprocessing=inception", "model.channel_order=rgb"], {"preprocessing=caffe", "model.channel_order=bgr"}),
    ],
)
def test_a_wrong_setting_is_found(examine: Examine, wrong: list[str], cure: set[str]) -> None:
    examined = examine(*wrong)
    assert not examined.result.is_right
    assert examined.overrides == cure
    assert examined.given_percent < RIGHT_PERCENT < examined.best_percent
    assert "No other setting helps" in examined.result.verdict


def test_a_small_view_is_found(examine: Examine) -> None:
    examined = examine("crop_size=192", "sample=200")
    (cure,) = examined.overrides
    assert cure in ("crop_size=227", "crop_size=224", "crop_size=256")


def test_permuted_labels_are_found_by_the_wnids_in_the_names(examine: Examine, shared: Path, tmp_path: Path) -> None:
    examined = examine(f"dataset.list={_permuted_list(shared, tmp_path)}")
    assert examined.result.best.labelling.hypothesis.name == BY_NAME
    assert examined.best_percent > RIGHT_PERCENT
    assert "The given labels are a permutation of these classes" in examined.result.verdict


def test_without_wnids_permuted_labels_are_still_recognised(examine: Examine, shared: Path, tmp_path: Path) -> None:
    photographs = shared / "imagenet_sample" / "images"
    names = {path.name: f"{number}.jpg" for number, path in enumerate(sorted(photographs.iterdir()))}
    for name, other in names.items():
        (tmp_path / other).symlink_to(photographs / name)
    listed = _permuted_list(shared, tmp_path)
    lines = [line.rsplit(" ", 1) for line in listed.read_text().splitlines()]
    listed.write_text("".join(f"{names[name]} {label}\n" for name, label in lines))
    examined = examine(f"dataset.list={listed}", f"dataset.root={tmp_path}")
    assert not examined.result.is_right
    assert "look like a permutation of the classes" in examined.result.verdict
    assert "several images per class would prove it" in examined.result.verdict


def test_random_weights_are_helped_by_no_setting(examine: Examine) -> None:
    examined = examine("model.weights=random")
    assert examined.result.is_right  # as right as any others
    assert "No setting helps: the weights are random" in examined.result.verdict


def test_squashed_images_are_no_worse_here_and_so_nothing_is_said_against_them(examine: Examine) -> None:
    assert examine("resize=squash").result.is_right


def test_a_list_in_the_devkits_order_is_found_alone_and_with_a_wrong_scale(examine: Examine, shared: Path) -> None:
    devkits = f"dataset.list={shared}/imagenet_sample/val_ilsvrc2015_order.txt"
    assert examine(devkits).overrides == {"dataset.label_order=ilsvrc2015"}
    both = examine(devkits, "preprocessing.mean=0", "preprocessing.scale=0.00392156862745098")
    assert both.overrides == {"dataset.label_order=ilsvrc2015", "preprocessing=caffe"}
    assert both.best_percent > RIGHT_PERCENT


def test_labels_from_one_are_found_alone_and_with_swapped_channels(
    examine: Examine, shared: Path, tmp_path: Path
) -> None:
    from_one = f"dataset.list={_list_from_one(shared, tmp_path)}"
    assert examine(from_one).overrides == {"dataset.first_label=1"}
    both = examine(from_one, "model.channel_order=rgb")
    assert both.overrides == {"dataset.first_label=1", "model.channel_order=bgr"}


@pytest.mark.parametrize("size", ["resize=squash", "crop_size=192"])
@pytest.mark.parametrize("wrong", ["preprocessing.scale=0.00392156862745098", "preprocessing=inception"])
def test_a_wrong_mean_or_scale_is_found_beside_squashed_images_and_beside_a_small_view(
    examine: Examine, wrong: str, size: str
) -> None:
    examined = examine(wrong, size)
    assert "preprocessing=caffe" in examined.overrides
    others = examined.overrides - {"preprocessing=caffe"}
    assert others <= ({"crop_size=224", "crop_size=227", "crop_size=256"} if size == "crop_size=192" else set())
    assert len(others) == (size == "crop_size=192")
    assert examined.best_percent > RIGHT_PERCENT
