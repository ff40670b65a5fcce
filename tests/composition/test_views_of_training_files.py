"""The views of a training file, against what real pycaffe's own data layer hands its network."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import pytest
from caffe_test import CaffeTest
from hydra import compose, initialize_config_dir
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from clsbench import config
from clsbench.caffe.wire_writer import bytes_field, varint
from clsbench.composition.data_layer import with_data_layer
from clsbench.composition.images import dataset_of, view_maker_of
from clsbench.composition.network import net_of
from clsbench.composition.sizes import pixels_of
from clsbench.data.dataset import Dataset, Stored

pytestmark = pytest.mark.pycaffe


@pytest.fixture(autouse=True)
def hydra_with_conf() -> Iterator[None]:
    config.register()
    with initialize_config_dir(version_base="1.3", config_dir=str(config.CONF)):
        yield


@dataclass(frozen=True)
class TrainingFile:
    """Random images of ``sides`` (height, width), a list of them, and a file whose data layer reads it."""

    folder: Path
    sides: list[tuple[int, int]]
    transform: str
    image_data: str
    head: str = (
        "layer { name: 'pool' type: 'Pooling' bottom: 'data' top: 'prob' pooling_param { global_pooling: true } }"
    )
    seed: int = 0
    path: Path = field(init=False)

    def __post_init__(self) -> None:
        random = np.random.default_rng(self.seed)
        for number, (height, width) in enumerate(self.sides):
            cv2.imwrite(str(self.folder / f"{number}.png"), random.integers(0, 256, (height, width, 3), np.uint8))
        (self.folder / "list.txt").write_text(
            "".join(f"{number}.png {number % 3}\n" for number in range(len(self.sides)))
        )
        object.__setattr__(self, "path", self.folder / "train_val.prototxt")
        self.path.write_text(f"""
            layer {{ name: 'data' type: 'ImageData' top: 'data' top: 'label' include {{ phase: TEST }}
              transform_param {{ {self.transform} }}
              image_data_param {{ source: '{self.folder}/list.txt' root_folder: '{self.folder}/' batch_size: 1
                                  {self.image_data} }} }}
            layer {{ name: 'pool' type: 'Pooling' bottom: 'data' top: 'prob' pooling_param {{ global_pooling: true }} }}
""")

    def views(self) -> list[NDArray[np.float32]]:
        """Ours, an image each: (view, channel, height, width)."""
        cfg = with_data_layer(compose("config", overrides=["model=custom", f"model.prototxt={self.path}"]))
        net = net_of(cfg)
        channels = next(iter(net.inputs.values()))[1]
        make, dataset = view_maker_of(cfg, pixels_of(cfg, net), channels), dataset_of(cfg)
        return [make.of_stored(self.read(dataset, index)).views for index in range(len(self.sides))]

    def read(self, dataset: Dataset, index: int) -> Stored:
        """One image's file."""
        return dataset.read(index)


def written_mean(path: Path, mean: NDArray[np.float32]) -> Path:
    """``mean`` (channel, height, width) as compute_image_mean writes it: a BlobProto with the older four numbers."""
    shape = b"".join(varint(number << 3) + varint(side) for number, side in enumerate((1, *mean.shape), start=1))
    path.write_bytes(shape + bytes_field(5, mean.astype("<f4").tobytes()))
    return path


def assert_equal_in_float32(ours: list[NDArray[np.float32]], caffes: NDArray[np.float32]) -> None:
    """The same shapes; numbers that are equal, or neighbours in float32."""
    assert len(ours) == len(caffes)
    for mine, his in zip(ours, caffes, strict=True):
        assert mine.shape == his.shape
        np.testing.assert_array_max_ulp(mine, his, maxulp=1)


@st.composite
def geometries(draw: st.DrawFn) -> tuple[int, int, int]:
    """(height, width, crop): the size that images are squashed to, and a crop that fits, 0 for none."""
    height, width = draw(st.integers(4, 40)), draw(st.integers(4, 40))
    return height, width, draw(st.sampled_from([0, *range(1, min(height, width) + 1)]))


@given(
    geometry=geometries(),
    mean=st.sampled_from(["file", "none", "one", "three"]),
    scale=st.sampled_from([1.0, 0.017, 0.00390625, 2.5]),
    grey=st.booleans(),
    seed=st.integers(0, 2**31),
)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_squashed_images_less_any_mean_times_any_scale_are_caffes(
    caffe_test: CaffeTest,
    tmp_path: Path,
    *,
    geometry: tuple[int, int, int],
    mean: str,
    scale: float,
    grey: bool,
    seed: int,
) -> None:
    height, width, crop = geometry
    random = np.random.default_rng(seed)
    channels = 1 if grey else 3
    transform = f"scale: {scale} " + (f"crop_size: {crop} " if crop else "")
    if mean == "file":
        pixels = random.uniform(0, 255, (channels, height, width)).astype(np.float32)
        transform += f"mean_file: '{written_mean(tmp_path / 'mean.binaryproto', pixels)}'"
    elif mean != "none":
        values = random.uniform(0, 255, channels if mean == "three" else 1)
        transform += " ".join(f"mean_value: {value:.5f}" for value in values)
    sides = [(int(random.integers(3, 60)), int(random.integers(3, 60))) for _ in range(3)]
    sizes = f"new_height: {height} new_width: {width}" + (" is_color: false" if grey else "")
    made = TrainingFile(tmp_path, sides, transform, sizes, seed=seed)
    assert_equal_in_float32(made.views(), caffe_test(made.path, None, len(sides), "data")["data"])


def test_images_that_keep_their_size_are_cropped_as_caffe_crops_them(caffe_test: CaffeTest, tmp_path: Path) -> None:
    sides = [(20, 31), (33, 20), (20, 20), (47, 46)]
    made = TrainingFile(tmp_path, sides, "crop_size: 19 mean_value: 104 mean_value: 117 mean_value: 123", "")
    assert_equal_in_float32(made.views(), caffe_test(made.path, None, len(sides), "data")["data"])
