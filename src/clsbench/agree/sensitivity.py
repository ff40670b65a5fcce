"""The cost of each layer in int8: the error with that layer restored to fp32, image by image."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clsbench.agree.images import DatasetImages
from clsbench.agree.scores import image_scores
from clsbench.compare.number_format import format_p
from clsbench.compare.paired import SIGNIFICANT, Paired, paired
from clsbench.console.progress import Standing, progress_bar
from clsbench.engines.engine import Network
from clsbench.engines.onnxruntime import OnnxRuntime
from clsbench.errors import DataError
from clsbench.evaluation.top_k import top_k
from clsbench.timing.job import NetworkFiles

FP32, INT8 = "fp32", "int8"


@dataclass(frozen=True)
class Sensitivity:
    """``hits`` (image,) by variant: "fp32", "int8", and the name of each layer restored to fp32."""

    hits: Mapping[str, NDArray[np.bool_]]

    @property
    def images(self) -> int:
        """The number of images."""
        return len(self.hits[INT8])

    def error(self, variant: str) -> float:
        """The top-1 error in percent."""
        return 100 * float(1 - self.hits[variant].mean())

    def against_int8(self, variant: str) -> Paired:
        """The variant compared with the network with all layers in int8."""
        return paired(self.hits[INT8], self.hits[variant])

    @property
    def verdict(self) -> str:
        """The cost of int8, and what to do about it, in words."""
        pair = self.against_int8(FP32)
        said = f"int8 makes {pair.errors_a} errors on {self.images} images, fp32 {pair.errors_b} ({format_p(pair.p)})"
        if pair.errors_a <= pair.errors_b:
            return f"{said}: no layer needs to stay in fp32"
        helpful = self.helpful()
        if not helpful:
            return f"{said}: putting any one of the worst layers back to fp32 makes no fewer errors"
        doubt = "" if pair.p < SIGNIFICANT else ", which may be chance"
        return f"{said}{doubt}; fewer with only {' or '.join(helpful)} in fp32"

    def helpful(self) -> list[str]:
        """The layers without which fewer images are wrong, most helpful first; none if int8 costs nothing."""
        if self.error(INT8) <= self.error(FP32):
            return []
        layers = [layer for layer in self.hits if layer not in (FP32, INT8)]
        better = [layer for layer in layers if self.error(layer) < self.error(INT8)]
        return sorted(better, key=self.error)


def sensitivity(
    engine: OnnxRuntime, network: Network, variants: Mapping[str, Path], images: DatasetImages
) -> Sensitivity:
    """Runs every image through every variant's ONNX file; bad images and those without a label are left out.

    Raises DataError if none is left.
    """
    hits: dict[str, list[bool]] = {variant: [] for variant in variants}
    with ExitStack() as stack:
        predictors = {}
        for variant, path in variants.items():
            files = NetworkFiles(network.input_shape, network.output, network.classes, str(path), None, None)
            opened = replace(engine, precision=FP32 if variant == FP32 else INT8).open(files)
            predictors[variant] = stack.enter_context(opened)
        samples = images.dataset.samples
        loaded = stack.enter_context(images.opened())
        show = stack.enter_context(progress_bar(f"{len(variants)} variants", images.count))
        for done, image in enumerate(loaded, 1):
            sample = samples[image.index]
            if image.views is not None and sample.label is not None:
                for variant, predictor in predictors.items():
                    scores = image_scores(predictor, image.views, image.weights, sample.name)
                    hits[variant].append(int(top_k(scores, 1)[0]) in (sample.label, *sample.also))
            show(Standing(done, None, None, None))
    if not hits[INT8]:
        raise DataError(
            f"{images.name}: no image has a label and can be read; without labels, the error of a layer "
            "cannot be measured"
        )
    return Sensitivity({variant: np.array(each, np.bool_) for variant, each in hits.items()})
