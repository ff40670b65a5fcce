"""``agreement.csv`` and ``flips.csv``: what was compared, and each image whose best class changed."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from clsbench.agree.comparison import Comparison, Flip
from clsbench.engines.engine import Description


@dataclass(frozen=True)
class Row:
    """One engine compared with the reference."""

    comparison: Comparison
    reference: str
    file: str  # where the network came from
    description: Description
    tolerance: float

    @property
    def agrees(self) -> bool:
        """Whether it is within the tolerance, on meaningful scores."""
        return self.comparison.agrees(self.tolerance) and not self.comparison.saturated(self.tolerance)

    @property
    def version(self) -> str:
        """The engine's own version."""
        return next(iter(self.description.versions.values()), "")


def write_agreement(rows: Sequence[Row], path: Path) -> None:
    """One row per engine, without the reference itself."""
    headings = (
        "engine,file,reference,images,top1_flips,max_abs_diff,mean_abs_diff,worst_image,tolerance,agrees,runtime,"
        "version,device,precision"
    )
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(headings.split(","))
        for row in rows:
            found, used = row.comparison, row.description
            writer.writerow(
                (
                    *(found.label, row.file, row.reference, found.images, len(found.flips)),
                    *(f"{found.max_abs_diff:.6g}", f"{found.mean_abs_diff:.6g}", found.worst_image),
                    *(row.tolerance, row.agrees, used.engine, row.version, used.device, used.precision),
                )
            )


def write_flips(flips: Sequence[Flip], path: Path) -> None:
    """One row per image and engine; only the heading if there are none."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("image", "engine", "reference_class", "engine_class", "reference_margin", "engine_margin"))
        for flip in flips:
            margins = f"{flip.reference_margin:.6g}", f"{flip.engine_margin:.6g}"
            writer.writerow((flip.image, flip.label, flip.reference_class, flip.engine_class, *margins))
