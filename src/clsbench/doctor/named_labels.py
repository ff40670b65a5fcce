"""``labels.txt``: the list of the images, labelled by the wnids in their names."""

from collections.abc import Sequence
from pathlib import Path

from clsbench.data.label_order import ILSVRC2012, class_indices
from clsbench.doctor.candidate import State
from clsbench.doctor.examination import Examination
from clsbench.doctor.labelling import BY_NAME, wnid_of


def named_labels(parts: Examination, best: State, folder: Path) -> Sequence[str]:
    """Writes the list if the labels from the names are the best, and returns the overrides that use it."""
    if best.labelling.hypothesis.name != BY_NAME:
        return ()
    indices, path = class_indices(ILSVRC2012), folder.absolute() / "labels.txt"
    named = [(sample.name, wnid_of(sample.name)) for sample in parts.sample.whole.samples]
    lines = [f"{name} {indices[wnid]}\n" for name, wnid in named if wnid in indices]
    path.write_text("".join(lines), encoding="utf-8")
    return (
        f"dataset.list={path}",
        f"dataset.label_order={ILSVRC2012}",
        "dataset.first_label=0",
        f"model.label_order={best.labelling.order}",
    )
