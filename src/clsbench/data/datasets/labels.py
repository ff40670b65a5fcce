"""The meaning of a dataset's class indices: a wnid each, or a class of the model itself."""

from collections.abc import Callable

from clsbench.data.label_order import class_indices, wnids
from clsbench.errors import ConfigError, DataError


def labels_by_category(
    label_order: str | None, model_label_order: str | None
) -> tuple[Callable[[str], int], int | None]:
    """Maps a category to the model's class index, and gives the number of classes, None if only the model knows.

    A category is a wnid if ``label_order``, the dataset's, is not None; else a class index of the model, as text.
    """
    if label_order is None:
        return int, None
    if model_label_order is None:
        raise ConfigError(
            f"dataset.label_order={label_order}, but model.label_order is null (its own classes); give "
            "dataset.label_order=null if the labels are of those classes, otherwise model.label_order"
        )
    labels = class_indices(model_label_order)
    return labels.__getitem__, len(labels)


def category_of(name: str, label: int, label_order: str | None, first_label: int = 0) -> str:
    """The category of image ``name`` with ``label``, where classes are numbered from ``first_label``.

    Raises DataError if it is not a class of ``label_order``.
    """
    index = label - first_label
    if label_order is None:
        return str(index)
    known = wnids(label_order)
    if 0 <= index < len(known):
        return known[index]
    last = len(known) - 1 + first_label
    cure = "" if first_label else "; dataset.first_label=1 is for labels from 1"
    raise DataError(f"{name}: label {label} is not a class of {label_order} ({first_label}..{last}){cure}")
