"""The tables of an image-by-image comparison: errors, flips, and how far several runs agree."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from clsbench.compare.agreement_matrix import MCNEMAR_P, SAME_CLASS
from clsbench.compare.flips import GAINED, KINDS, LOST, Flips
from clsbench.compare.number_format import format_interval, p_cell, points, rate
from clsbench.compare.paired import Paired
from clsbench.compare.paired_images import PairedImages
from clsbench.compare.tables import Table

Errors = Mapping[int, Paired]  # by k

_MATRICES: Mapping[str, tuple[str, Callable[[float], str]]] = {
    SAME_CLASS: ("Same best class, % of images", "{:.2f}".format),
    MCNEMAR_P: ("McNemar p of top-1 errors, not corrected for several pairs", p_cell),
}


def error_table(letters: Sequence[str], errors: Sequence[Errors]) -> Table:
    """All other runs compared with the first, top-1 and top-5."""
    first, other = letters[0], letters[1] if len(letters) == 2 else "other"
    rows = []
    for letter, found in zip(letters[1:], errors, strict=True):
        for k, each in found.items():
            rates = (rate(count, each.images) for count in (each.errors_a, each.errors_b))
            counts = f"{each.lost:,}", f"{each.gained:,}"
            figures = *rates, points(each.difference), format_interval(each.interval), *counts, p_cell(each.p)
            rows.append((f"top-{k} {letter}", *figures))
    only = f"only {first}\nright", f"only {first}\nwrong"
    headings = ("error %", first, other, f"{other} - {first}", "95 % interval", *only, "p")
    return Table(f"Errors on the {errors[0][1].images:,} common images, with McNemar's p", headings, rows)


def flip_table(flips: Sequence[Flips], images: PairedImages) -> Table:
    """The number of flips of each kind; kinds that do not occur are left out."""
    kinds = [kind for kind in KINDS if any(each.count(kind) for each in flips)]
    words = {LOST: f"only {flips[0].a} right", GAINED: f"only {flips[0].a} wrong"}
    rows = [
        (f"{each.b} against {each.a}", f"{len(each.rows):,}", *(f"{each.count(kind):,}" for kind in kinds))
        for each in flips
    ]
    title = "Images whose best class differs" if images.same_classes else "Images that become right or wrong"
    return Table(title, ("", "flips", *(words.get(kind, kind) for kind in kinds)), rows)


def agreement_table(letters: Sequence[str], name: str, values: NDArray[np.float64]) -> Table:
    """One matrix over all runs."""
    title, shown = _MATRICES[name]
    rows = [(letter, *(shown(value) for value in row)) for letter, row in zip(letters, values, strict=True)]
    return Table(title, ("", *letters), rows)
