"""Images as the owner of a network has them: mean files, resizes, sizes that are not square, grey."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from command_line import Cli
from hydra import compose, initialize_config_dir
from mlflow.entities import Run
from numpy.typing import NDArray

from clsbench import config
from clsbench.composition.images import view_maker_of
from clsbench.composition.preprocessing import preprocessing_identity
from clsbench.composition.resizing import resize_identity
from clsbench.composition.sizes import chosen_sizes
from clsbench.data.bad_image import BadImageError
from clsbench.data.size import Size
from clsbench.errors import ConfigError

IMAGE = np.random.default_rng(1).integers(0, 256, (40, 60, 3), np.uint8)


@pytest.fixture(autouse=True)
def hydra_with_conf() -> Iterator[None]:
    config.register()
    with initialize_config_dir(version_base="1.3", config_dir=str(config.CONF)):
        yield


def views(*overrides: str, image: NDArray[np.uint8] = IMAGE) -> NDArray[np.float32]:
    """The distinct views of ``image``, (view, channel, height, width)."""
    cfg = compose("config", overrides=["model=custom", *overrides])
    return view_maker_of(cfg, chosen_sizes(cfg, Size(24, 24)), image.shape[2])(image).views


def predictions(run: Run) -> dict[str, list[object]]:
    path = Path(str(run.info.artifact_uri).removeprefix("file://")) / "predictions.parquet"
    return dict(pq.read_table(path).to_pydict())


def saved(path: Path, mean: NDArray[np.float32]) -> str:
    np.save(path, mean)
    return f"preprocessing.mean={path}"


SQUASHED = ["resize=squash", "base_size=[30,32]"]


def test_a_mean_image_is_subtracted_at_the_crops_place(tmp_path: Path) -> None:
    mean = np.random.default_rng(2).uniform(0, 255, (3, 30, 32)).astype(np.float32)
    plain = views(*SQUASHED, "preprocessing.mean=0")
    less = views(*SQUASHED, saved(tmp_path / "mean.npy", mean))
    np.testing.assert_array_equal(less[0], plain[0] - mean[:, 3:27, 4:28])


def test_a_mean_image_of_the_views_size_is_subtracted_from_each_view(tmp_path: Path) -> None:
    mean = np.random.default_rng(2).uniform(0, 255, (3, 24, 24)).astype(np.float32)
    given = saved(tmp_path / "mean.npy", mean)
    for crop in ("single", "multi10", "multi12"):
        plain, less = (views(f"crop={crop}", each) for each in ("preprocessing.mean=0", given))
        np.testing.assert_allclose(less, plain - mean, atol=1e-4)


def test_a_mean_of_each_channel_may_be_a_file_or_be_taken_from_an_image(tmp_path: Path) -> None:
    image = np.random.default_rng(2).uniform(0, 255, (3, 7, 9)).astype(np.float32)
    channels = image.mean(axis=(1, 2), dtype=np.float64)
    numbers = views(f"preprocessing.mean=[{','.join(map(repr, channels.tolist()))}]")
    np.testing.assert_array_equal(
        views(saved(tmp_path / "image.npy", image), "preprocessing.mean_image=channels"), numbers
    )
    np.testing.assert_allclose(views(saved(tmp_path / "vector.npy", channels.astype(np.float32))), numbers, atol=1e-4)


def test_a_mean_image_of_another_size_is_refused_with_the_cure(tmp_path: Path) -> None:
    given = saved(tmp_path / "mean.npy", np.zeros((3, 33, 33), np.float32))
    with pytest.raises(ConfigError, match=r"image of 33 .*set resize=squash base_size=33, or .*mean_image=channels"):
        views(given)
    with pytest.raises(BadImageError, match="60 x 40 pixels, but the mean image has 33 x 33"):
        views(given, "resize=none")


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"no array", "not an array of numbers"), (b"", "not an array of numbers"), (None, "No such file")],
)
def test_a_mean_file_that_is_none_is_refused(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "mean.npy"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match=said):
        views(f"preprocessing.mean={path}")


def test_a_mean_file_of_the_wrong_channels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="it has 1 channels, but the network takes images of 3"):
        views(saved(tmp_path / "mean.npy", np.zeros((24, 24), np.float32)))


def test_a_scale_multiplies_and_a_std_divides() -> None:
    plain = views("preprocessing.mean=0", "preprocessing.std=1")
    np.testing.assert_allclose(views("preprocessing.mean=0", "preprocessing.scale=0.5"), plain * 0.5, rtol=1e-6)
    np.testing.assert_allclose(
        views("preprocessing.mean=0", "preprocessing.scale=3", "preprocessing.std=[2,4,8]"),
        plain * 3 / np.array([2, 4, 8], np.float32)[:, np.newaxis, np.newaxis],
        rtol=1e-6,
    )


@pytest.mark.parametrize("crop", ["single", "multi10", "multi12", "multi144"])
@pytest.mark.parametrize("resize", ["short_side", "squash", "none"])
@pytest.mark.parametrize("channels", [1, 3])
def test_every_crop_works_on_every_resize_size_and_channel(crop: str, resize: str, channels: int) -> None:
    sizes = ["crop_size=[26,22]", *(["base_size=[33,36]"] if resize != "none" else [])]
    scales = ["crop.sizes=[24,30]"] if crop == "multi144" else []
    image = IMAGE[:, :, :channels]
    made = views(f"crop={crop}", f"resize={resize}", "preprocessing.mean=0", *sizes, *scales, image=image)
    assert made.shape[1:] == (channels, 26, 22)
    assert made.shape[0] == {"single": 1, "multi10": 10, "multi12": 12}.get(crop, len(made))
    if crop == "multi10" and resize == "none":
        np.testing.assert_array_equal(made[0], image[:26, :22].transpose(2, 0, 1))
        np.testing.assert_array_equal(made[1], image[-26:, -22:].transpose(2, 0, 1))


def test_an_image_that_keeps_its_size_must_hold_the_view() -> None:
    with pytest.raises(BadImageError, match="60 x 40 pixels, smaller than the view of 24 x 41"):
        views("resize=none", "crop_size=[41,24]")


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("crop_size=[1,2,3]", r"crop_size=\[1, 2, 3\]: give a whole number of at least 1, or \[height,width\]"),
        ("base_size=0", "base_size=0: give a whole number"),
        ("crop_size=wide", "crop_size=wide: give a whole number"),
        ("resize.interpolation=best", "resize.interpolation=best: choose one of nearest, linear"),
        ("preprocessing.mean_image=some", "preprocessing.mean_image=some: choose pixels or channels"),
        ("preprocessing.scale=0", "preprocessing.scale=0: pixels are multiplied by it"),
        ("preprocessing.mean=[1,2]", r"one per channel: three in colour, \[blue, green, red\]"),
    ],
)
def test_a_setting_that_cannot_be_is_named_with_the_cure(override: str, said: str) -> None:
    with pytest.raises(Exception, match=said):  # Hydra's own error around ours, where it builds the part
        views(override)


def test_settings_that_change_nothing_leave_the_fingerprint_of_runs_of_before() -> None:
    cfg = compose("config", overrides=["model=custom"])
    assert resize_identity(cfg) == {}
    assert preprocessing_identity(cfg) == {
        "_target_": "clsbench.data.preprocessing.Preprocessing",
        "mean": [104.0, 117.0, 123.0],
        "std": [1.0, 1.0, 1.0],
    }


def test_a_mean_file_is_identified_by_its_content(tmp_path: Path) -> None:
    identities = []
    for name, value in (("a", 1.0), ("b", 1.0), ("c", 2.0)):
        given = saved(tmp_path / f"{name}.npy", np.full((3, 24, 24), value, np.float32))
        identities.append(preprocessing_identity(compose("config", overrides=["model=custom", given])))
    assert identities[0] == identities[1] != identities[2]


@pytest.mark.pycaffe
def test_a_grey_network_that_is_not_square_gives_the_same_on_caffe(clsbench: Cli, tmp_path: Path) -> None:
    deploy = tmp_path / "deploy.prototxt"
    deploy.write_text(
        "name: 'grey' input: 'data' input_shape { dim: 1 dim: 1 dim: 26 dim: 22 }"
        "layer { name: 'conv' type: 'Convolution' bottom: 'data' top: 'conv'"
        "  convolution_param { num_output: 4 kernel_size: 5 } }"
        "layer { name: 'ip' type: 'InnerProduct' bottom: 'conv' top: 'ip' inner_product_param { num_output: 10 } }"
        "layer { name: 'prob' type: 'Softmax' bottom: 'ip' top: 'prob' }"
    )
    tables = []
    for engine in ("onnxruntime", "caffe"):
        ended = clsbench(
            "model=custom", f"model.prototxt={deploy}", "model.weights=random", f"engine={engine}", "dataset=digits",
            "model.label_order=null", "preprocessing.mean=128", "preprocessing.std=1", "preprocessing.scale=0.0078125",
            "resize=squash", "base_size=[30,24]", "limit=40",
        )  # fmt: skip
        assert ended.code == 0, ended.said
        run = ended.runs[0]
        assert run.data.params["crop_size"] == "26x22"
        assert (run.data.params["base_size"], run.data.params["resize"]) == ("30x24", "squash")
        tables.append(predictions(run))
    np.testing.assert_array_equal(np.array(tables[0]["top5"]), np.array(tables[1]["top5"]))
    np.testing.assert_allclose(
        np.array(tables[0]["top5_probability"]), np.array(tables[1]["top5_probability"]), atol=1e-5
    )
