"""For each pair of runs: how often their best classes are the same, and McNemar's p value of their errors."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from clsbench.compare.paired import paired
from clsbench.compare.paired_images import PairedImages

SAME_CLASS, MCNEMAR_P = "same_best_class_percent", "mcnemar_p"


def agreement_of(images: PairedImages) -> Mapping[str, NDArray[np.float64]]:
    """The matrices by name, if they can be computed."""
    found = {}
    if images.same_classes:
        found[SAME_CLASS] = 100 * same_class_shares([run.top5[:, 0] for run in images.runs])
    if images.labelled.any():
        found[MCNEMAR_P] = mcnemar_p_values([run.hits(1)[images.labelled] for run in images.runs])
    return found


def same_class_shares(classes: Sequence[NDArray[np.int64]]) -> NDArray[np.float64]:
    """(run, run): the share of images whose best class (image,) is the same in both."""
    stacked = np.stack(classes)
    return np.array([(stacked == each).mean(axis=1) for each in stacked])


def mcnemar_p_values(hits: Sequence[NDArray[np.bool_]]) -> NDArray[np.float64]:
    """(run, run): of top-1 hits (image,); not corrected for the number of pairs."""
    return np.array([[paired(a, b).p for b in hits] for a in hits])
