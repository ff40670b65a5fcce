"""The images on which a quantised network's ranges are measured: those of a list, or the dataset's first ones."""

from dataclasses import dataclass

from omegaconf import DictConfig

from clsbench.composition.images import dataset_of
from clsbench.data.dataset import Dataset
from clsbench.data.datasets.disk import existing_path
from clsbench.data.datasets.image_files import files_of, image_files
from clsbench.data.datasets.part import part_of
from clsbench.data.datasets.sampled import sampled
from clsbench.errors import ClsbenchError, ConfigError


@dataclass(frozen=True)
class CalibrationSet:
    """``images``, and the rest of the evaluated ``dataset``; ``warnings`` are for a reader of the result."""

    images: Dataset
    dataset: Dataset
    warnings: tuple[str, ...] = ()


def calibration_set(cfg: DictConfig, dataset: Dataset) -> CalibrationSet:
    """The images of ``calibration.list``, or else the dataset's own first ones, which are then not evaluated.

    Raises ConfigError or DataError.
    """
    count = _count(cfg)
    if _is_listed(cfg):
        images = _listed(cfg, count)
        shared = len(set(files_of(images)) & set(files_of(dataset)))
        warning = f"{shared} of the calibration images are evaluated as well"
        return CalibrationSet(images, dataset, (warning,) if shared else ())
    total = len(dataset.samples)
    if count >= total:
        raise ConfigError(
            f"calibration.images={count}: the first {count} of {dataset.name}'s {total} images would be used for "
            "calibration, and none would be left to evaluate; give fewer, or other images with "
            "calibration.root=FOLDER calibration.list=FILE"
        )
    own = part_of(dataset, range(count))
    warning = f"calibrated on the dataset's own first {count} images, which are left out of the error"
    return CalibrationSet(own, part_of(dataset, range(count, total)), (warning + _of_few_classes(own, dataset),))


def images_to_calibrate(cfg: DictConfig, dataset: Dataset | None = None) -> CalibrationSet:
    """The images of ``calibration.list``, or else the first ones of ``dataset``, by default the configuration's.

    For an export, where nothing is evaluated, and for cases where the network's answers are not used as they are.
    """
    count = _count(cfg)
    if _is_listed(cfg):
        images: Dataset = _listed(cfg, count)
    else:
        whole = dataset or _dataset(cfg)
        images = part_of(whole, range(min(count, len(whole.samples))))
    return CalibrationSet(images, images)


def _dataset(cfg: DictConfig) -> Dataset:
    try:
        return dataset_of(cfg)
    except ClsbenchError as error:
        raise ConfigError(
            f"precision=int8 measures ranges on images, and {error}; or give calibration.root=FOLDER "
            "calibration.list=FILE"
        ) from error


def _count(cfg: DictConfig) -> int:
    count = int(cfg.calibration.images)
    if count < 1:
        raise ConfigError(f"calibration.images={count}: give at least 1")
    return count


def _is_listed(cfg: DictConfig) -> bool:
    return cfg.calibration.root is not None or cfg.calibration.list is not None


def _of_few_classes(part: Dataset, whole: Dataset) -> str:
    seen, known = ({sample.label for sample in each.samples} for each in (part, whole))
    few = min(len(part.samples), len(known)) / 2
    return "" if len(seen) > few else f"; they cover {len(seen)} of its {len(known)} classes"


def _listed(cfg: DictConfig, count: int) -> Dataset:
    root = existing_path(cfg.calibration.root, "calibration.root")
    listed = image_files(root, existing_path(cfg.calibration.list, "calibration.list"), "calibration.list")
    return sampled(listed, count, cfg.seed) if count < len(listed.samples) else listed
