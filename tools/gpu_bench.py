"""What the steps of gpu_check.py run on: a device, and the photographs and the network with real weights."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import clsbench

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("CLSBENCH_SHARED", ROOT.parent / "shared" / "data")).resolve()
PHOTOS = SHARED / "imagenet_sample" / "images"
LABELS = SHARED / "imagenet_sample" / "val_ilsvrc2012_order.txt"


@dataclass(frozen=True)
class Bench:
    """Where the steps run, and on how much data."""

    device: str
    quick: bool
    folder: Path
    step: str = ""

    def keep(self, found: Mapping[str, Any]) -> None:
        """Writes what the step has found so far, which stays if its time runs out."""
        file = self.folder / f"{self.step}.json"
        new = file.with_suffix(".new")
        new.write_text(json.dumps(found))
        new.replace(file)  # at once: a step may be killed at any moment

    def run(self, *overrides: str) -> Any:
        """The result of ``python -m clsbench`` in this process, in its own store."""
        paths = (f"paths.outputs={self.folder}/outputs", f"paths.cache={self.folder}/cache")
        return clsbench.run(*overrides, *paths, "artifacts=small")

    def squeezenet(self) -> list[str]:
        """Overrides: SqueezeNet with its weights on the photographs."""
        network = SHARED / "squeezenet"
        return [
            *("model=custom", f"model.prototxt={network}/deploy.prototxt"),
            *(f"model.weights={network}/squeezenet_v1.0.caffemodel", "preprocessing=caffe", "base_size=256"),
            *("dataset=list", f"dataset.root={PHOTOS}", f"dataset.list={LABELS}"),
            *(["limit=12"] if self.quick else []),
        ]

    def many(self, images: int) -> list[str]:
        """Overrides: this many photographs, made by linking the samples."""
        folder = self.folder / f"photographs-{images}"
        if not folder.exists():
            folder.mkdir(parents=True)
            samples = sorted(PHOTOS.iterdir())
            for index in range(images):
                (folder / f"{index:05}.jpg").symlink_to(samples[index % len(samples)])
            (folder / "list.txt").write_text("".join(f"{index:05}.jpg {index % 1000}\n" for index in range(images)))
        return ["dataset=list", f"dataset.root={folder}", f"dataset.list={folder}/list.txt"]

    def few(self, images: int) -> int:
        """That many, or with ``quick`` as many as take seconds."""
        return 24 if self.quick else images
