"""Cells of Table 1 and Table 3 whose measured values are MADE UP: the published one and a little more or less.

No weights are at hand where tests run, so the pages that show a whole table are filled with these.
"""

from pathlib import Path

import numpy as np
import yaml  # type: ignore[import-untyped]

from clsbench.config import CONF
from clsbench.tracking.tracker import Cell, DatasetInput, Tracker

_SAID = "MADE UP for a test: measured values are the published ones and a little more or less"


def write_table_1(tracker: Tracker, models: list[str], folder: Path) -> str:
    """One run a cell of ``models``: two sizes, two crops; the link that the last one gives."""
    noise = np.random.default_rng(0)
    for name in models:
        model = yaml.safe_load((CONF / "model" / f"{name}.yaml").read_text(encoding="utf-8"))["model"]
        for size in ("standard", "large"):
            for crop, published in model["published"][size].items():
                cell = _cell(name, size, crop, model["sizes"][size])
                with tracker.run(cell, folder / "none.log") as run:
                    run.params({"device": "cpu", "precision": "fp32", "batch_size": 8, "threads": 2, "streams": 1})
                    run.tags({"device": "cpu", "precision": "fp32"})
                    run.metrics(_metrics(published, noise))
    return run.link


def write_table_3(tracker: Tracker, models: list[str], folder: Path) -> None:
    """One timing a model."""
    for place, name in enumerate(models):
        forward = 20.0 + 7.25 * place
        common: dict[str, str | int | float] = {"model": name, "size": "standard", "crop_size": 224}
        tags = {"task": "time", "model": name, "size": "standard", "weights": "random", "engine": "onnxruntime"}
        cell = Cell(
            name=f"{name} (random weights) time 224 onnxruntime",
            params=common | {"weights": "random", "engine": "onnxruntime", "timing": "clean", "batch_size": 1},
            tags=tags | {"device": "cpu", "precision": "fp32", "hardware": "a made-up CPU"},
            description=_SAID,
        )
        with tracker.run(cell, folder / "none.log") as run:
            run.params({"threads": 2})
            run.metrics({"forward_ms_p50": forward, "forward_ms_mean": forward + 0.5, "iterations": 100})


def _cell(name: str, size: str, crop: str, sizes: dict[str, int]) -> Cell:
    tags = {"task": "evaluate", "model": name, "crop": crop, "size": size, "engine": "onnxruntime"}
    params = {"model": name, "weights": f"{name}.caffemodel", "size": size, "crop": crop, "engine": "onnxruntime"}
    return Cell(
        name=f"{name} {crop} {sizes['crop_size']} onnxruntime",
        params=params | sizes | {"preprocessing": "none", "dataset": "imagenet", "limit": "all"},
        tags=tags | {"dataset": "imagenet", "weights": "file", "notes": _SAID},
        dataset=DatasetInput("imagenet", "0" * 36, "made up"),
        description=f"**{name}**, {crop} crop. {_SAID}.",
    )


def _metrics(published: list[float], noise: np.random.Generator) -> dict[str, float]:
    metrics = {"images": 50000.0, "images_bad": 0.0}
    for k, error in zip((1, 5), published, strict=True):
        delta = round(float(noise.normal(0, 0.04)), 3)
        metrics |= {
            f"top{k}_error": round(error + delta, 3),
            f"published_top{k}_error": error,
            f"delta_top{k}_error": delta,
        }
    return metrics
