"""Evaluations compared image by image: which has more errors, and can it be chance?"""

from collections.abc import Mapping, Sequence
from typing import Any

from clsbench.compare.agreement_matrix import agreement_of
from clsbench.compare.comparison import Comparison
from clsbench.compare.contenders import Contender
from clsbench.compare.flips import KINDS, Flips, flips_of
from clsbench.compare.image_tables import Errors, agreement_table, error_table, flip_table
from clsbench.compare.number_format import format_interval, format_p, more_errors, points
from clsbench.compare.paired import SIGNIFICANT, Paired, paired
from clsbench.compare.paired_images import PairedImages, paired_images
from clsbench.compare.predictions import TOP, Predictions


def compare_by_images(contenders: Sequence[Contender], predictions: Sequence[Predictions]) -> Comparison:
    """Each run against the first, on the images that all share. Raises DataError if there are none."""
    letters = [each.letter for each in contenders]
    images = paired_images(predictions, [each.label_order for each in contenders], letters)
    others = range(1, len(letters))
    errors = [_errors(images, other) for other in others]
    flips = [flips_of(images, other, (letters[0], letters[other])) for other in others]
    matrices = agreement_of(images) if len(letters) > 2 else {}
    pairs = list(zip(errors, flips, strict=True))
    return Comparison(
        answers=[_answer(found[1], each) if found else _without_labels(each, images) for found, each in pairs],
        notes=images.notes,
        tables=[
            *([error_table(letters, errors)] if errors[0] else []),
            flip_table(flips, images),
            *(agreement_table(letters, name, values) for name, values in matrices.items()),
        ],
        facts={
            "images": images.count,
            "pairs": [_facts(found, each) for found, each in pairs],
            **{name: dict(zip(letters, values.tolist(), strict=True)) for name, values in matrices.items()},
        },
        worse=any(_is_worse(found[1]) for found in errors if found),
        flips=flips,
    )


def _errors(images: PairedImages, other: int) -> Errors:
    """Empty if no image has a label; no top-5 if a network has fewer than five classes."""
    labelled = images.labelled
    if not labelled.any():
        return {}
    a, b = images.runs[0], images.runs[other]
    counted = (1, TOP) if a.has_top5 and b.has_top5 else (1,)
    return {k: paired(a.hits(k)[labelled], b.hits(k)[labelled]) for k in counted}


def _is_worse(found: Paired) -> bool:
    return found.lost > found.gained and found.p < SIGNIFICANT


def _answer(found: Paired, flips: Flips) -> str:
    if found.p < SIGNIFICANT:
        verdict = f"{flips.b} is significantly {'worse' if _is_worse(found) else 'better'}"
    else:
        verdict = "no significant difference" if flips.rows else "no difference on any image"
    return (
        f"{flips.b} makes {more_errors(found.lost - found.gained)} {flips.a} on {found.images:,} images "
        f"(top-1 error {points(found.difference)} points, 95 % interval {format_interval(found.interval)}, "
        f"McNemar {format_p(found.p)}): {verdict}"
    )


def _without_labels(flips: Flips, images: PairedImages) -> str:
    same = f"{images.count - len(flips.rows):,} of {images.count:,} images"
    return f"{flips.b} has {flips.a}'s best class on {same}; no image has a label, so neither is better"


def _facts(errors: Errors, flips: Flips) -> dict[str, Any]:
    return {
        "a": flips.a,
        "b": flips.b,
        "errors": {f"top{k}": _counts(each) for k, each in errors.items()},
        "flips": {"all": len(flips.rows), **{kind.replace(" ", "_"): flips.count(kind) for kind in KINDS}},
    }


def _counts(found: Paired) -> Mapping[str, Any]:
    return {
        "images": found.images,
        "errors_a": found.errors_a,
        "errors_b": found.errors_b,
        "only_b_wrong": found.lost,
        "only_a_wrong": found.gained,
        "difference_points": found.difference,
        "interval_95_points": found.interval,
        "mcnemar_p": found.p,
    }
