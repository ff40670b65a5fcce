"""The step of gpu_check.py about forms: how fast PyTorch runs a network in each, and whether its scores stay."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from gpu_bench import Bench
from numpy.typing import NDArray

from clsbench.config import CONF
from clsbench.engines.torch.engine import Torch
from clsbench.errors import EngineError
from clsbench.model.file_cache import FileCache
from clsbench.model.model import Model
from clsbench.zoo.catalogue import generated, read_catalogue
from clsbench.zoo.fitting import fitted

FORMS = ("channels last", "channels first", "CUDA graph", "torch.compile")
FORMED = ("squeezenet-v1.0", "resnet50")


def forms(bench: Bench) -> Mapping[str, Any]:
    """How fast is a network in each form that PyTorch can run it in, and does it keep the scores of the default?"""
    catalogue, cache = read_catalogue(CONF / "model"), FileCache(bench.folder / "zoo", 8 * 2**30)
    found: dict[str, Any] = {}
    batch = 2 if bench.quick else 64
    for name in FORMED[:1] if bench.quick else FORMED:
        sizes = next(iter(catalogue[name].sizes.values()))
        model = Model(name, fitted(generated(catalogue[name]), sizes[0]), None, cache)
        views = np.random.default_rng(0).standard_normal((batch, *model.input_shape), dtype=np.float32)
        for precision in ("fp32",) if bench.device == "cpu" else ("fp32", "fp16"):
            default = _in_form(bench, precision, "channels last", model, views)
            found[f"{name} {precision} channels last, the default"] = default[0]
            bench.keep(found)
            for form in FORMS[1:2] if bench.device == "cpu" else FORMS[1:]:
                found[f"{name} {precision} {form}"] = _beside_default(default, bench, precision, form, (model, views))
                bench.keep(found)
    return found


def _in_form(
    bench: Bench, precision: str, form: str, model: Model, views: NDArray[np.float32]
) -> tuple[dict[str, Any], NDArray[np.float32]]:
    engine = Torch(
        *(bench.device, precision, None, 1, len(views)),
        channels_last=form != "channels first",
        compile=form == "torch.compile",
        cuda_graphs=form == "CUDA graph",
        pixels=None,  # the time of a view is that of an evaluation: on a GPU, of one that is given as pixels
    )
    with engine.open(model) as predictor:
        taken = predictor.milliseconds(len(views))
        return {"ms_a_view": taken and taken / len(views), "batch_size": len(views)}, predictor(views)


def _beside_default(
    default: tuple[dict[str, Any], NDArray[np.float32]],
    bench: Bench,
    precision: str,
    form: str,
    of: tuple[Model, NDArray[np.float32]],
) -> dict[str, Any]:
    try:
        told, scores = _in_form(bench, precision, form, *of)
    except EngineError as error:  # no compiler, or an operator that cannot be recorded
        return {"left_out": str(error)[:300]}
    return {
        **told,
        "equal_to_the_bit": bool(np.array_equal(scores, default[1])),
        "largest_difference": float(np.abs(scores - default[1]).max()),
        "same_best_class": bool((scores.argmax(axis=1) == default[1].argmax(axis=1)).all()),
    }
