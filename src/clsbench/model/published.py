"""Published results of a model, for runs of the same table cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PublishedErrors:
    """Top-1 and top-5 error in percent; top-5 is None if it was not published."""

    top1_error: float
    top5_error: float | None


def published_errors(
    published: Mapping[str, Any], sizes: Mapping[str, tuple[int, int]], cell: tuple[str, int | str, int | str]
) -> PublishedErrors | None:
    """The published errors of ``cell`` = (crop policy, crop size, base size); None if there are none.

    ``published`` maps size name -> crop policy -> [top-1, top-5]; ``sizes`` maps size name -> (crop size, base size). A
    run with other pixels than the published ones is another cell, whatever the size is called.
    """
    crop, crop_size, base_size = cell
    for size, pixels in sizes.items():
        errors: Sequence[float | None] | None = (published.get(size) or {}).get(crop)
        if pixels == (crop_size, base_size) and errors and errors[0] is not None:
            return PublishedErrors(errors[0], errors[1])
    return None
