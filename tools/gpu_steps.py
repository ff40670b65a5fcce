"""The steps of gpu_check.py: each answers one question, in numbers that JSON can hold."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import onnxruntime as ort
from gpu_bench import PHOTOS, Bench
from gpu_forms import forms

from clsbench.config import CONF
from clsbench.data.crop import ViewMaker
from clsbench.data.crops.single import SingleCrop
from clsbench.data.opencv import cv2
from clsbench.data.preprocessing import Preprocessing
from clsbench.engines.cores import available_cores
from clsbench.engines.device import parse_device
from clsbench.engines.onnxruntime.engine import OnnxRuntime
from clsbench.engines.torch.engine import Torch
from clsbench.model.file_cache import FileCache
from clsbench.model.model import Model
from clsbench.timing.gpu import visible_gpus
from clsbench.zoo.catalogue import generated, read_catalogue
from clsbench.zoo.fitting import fitted

ZOO = (
    *("squeezenet-v1.0", "resnet50", "se-resnet50", "resnet18-priv", "inception-v3", "dpn-92", "wrn50-2"),
    "resnext50-32x4d",
)
TIMED = ("resnet18-priv", "resnet101-v2", "inception-v3", "resnext50-32x4d", "dpn-92", "se-resnet50", "senet")
EVALUATED = ("squeezenet-v1.0", "resnet50", "se-resnet50")
_ERRORS_FOUND = 99


def fp32(bench: Bench) -> Mapping[str, Any]:
    """Are the best classes of all photographs those of ONNX Runtime on the CPU?"""
    found = {}
    for crop, fewer in (("single", []), ("multi12", [] if bench.quick else ["limit=100"])):  # pixels, mirrored views
        chosen = [*bench.squeezenet(), f"crop={crop}", *fewer]
        reference = bench.run(*chosen, "engine=onnxruntime", "device=cpu")
        found[crop] = _beside(reference, bench.run(*chosen, "engine=torch", f"device={bench.device}"))
        bench.keep(found)
    return found


def precisions(bench: Bench) -> Mapping[str, Any]:
    """What do the lower precisions change?"""
    reference = bench.run(*bench.squeezenet(), "engine=torch", f"device={bench.device}")
    lower = ["bf16"] if bench.device == "cpu" else ["tf32", "bf16", "fp16"]
    engine = ("engine=torch", f"device={bench.device}")
    return {name: _beside(reference, bench.run(*bench.squeezenet(), *engine, f"precision={name}")) for name in lower}


def _beside(reference: Any, other: Any) -> Mapping[str, Any]:
    rows, others = reference.predictions.to_pylist(), other.predictions.to_pylist()
    best = [(row["image"], row["top5"][:1], its["top5"][:1]) for row, its in zip(rows, others, strict=True)]
    apart = [
        abs(probability - its["label_probability"])
        for row, its in zip(rows, others, strict=True)
        if (probability := row["label_probability"]) is not None
    ]
    return {
        "images": len(rows),
        "other_best_class": [name for name, first, second in best if first != second],
        "largest_difference": max(apart),
        "top1_error": [reference.metrics["top1_error"], other.metrics["top1_error"]],
        "device": other.tags["device"],
    }


def zoo(bench: Bench) -> Mapping[str, Any]:
    """Do networks of the zoo, with random weights at both sizes, have the scores that they have on the CPU?"""
    catalogue, cache, found = read_catalogue(CONF / "model"), FileCache(bench.folder / "zoo", 8 * 2**30), {}
    for name in ZOO[:1] if bench.quick else ZOO:
        for size, sizes in catalogue[name].sizes.items():
            model = Model(name, fitted(generated(catalogue[name]), sizes[0]), None, cache)
            views = np.random.default_rng(0).standard_normal((4, *model.input_shape), dtype=np.float32)
            with OnnxRuntime("cpu", "fp32", None, 1, None, "cpu").open(model) as predictor:
                reference = predictor(views)
            with Torch(bench.device, "fp32", None, 1, 4, True, False, False).open(model) as predictor:
                scores = predictor(views)
            found[f"{name} {size}"] = {
                "largest_difference": float(np.abs(scores - reference).max()),
                "same_best_class": bool((scores.argmax(axis=1) == reference.argmax(axis=1)).all()),
            }
            bench.keep(found)
    return found


def times(bench: Bench) -> Mapping[str, Any]:
    """Table 3 at batch 1, forward and backward, beside the published Titan X."""
    found = {}
    for name in TIMED[:1] if bench.quick else TIMED:
        more = ("timing.iterations=3", "timing.warmup=1") if bench.quick else ("timing.iterations=50",)
        timed = ("task=time", f"model={name}", "model.weights=random", "batch_size=1", "timing.layer_iterations=0")
        metrics = bench.run(*timed, *more, "engine=torch", f"device={bench.device}").metrics
        kept = (
            "forward_ms_p50",
            "backward_ms_p50",
            "published_forward_ms",
            "published_backward_ms",
            "joules_per_image",
        )
        found[name] = {key: metrics[key] for key in (*kept, "gpu_process_mib") if key in metrics}
        bench.keep(found)
    return found


def evaluations(bench: Bench) -> Mapping[str, Any]:
    """Images a second of whole evaluations, beside decode, resize and crop alone on all cores."""
    found: dict[str, Any] = {"decode alone": _decode_alone(bench)}
    precisions_here = ("fp32",) if bench.device == "cpu" else ("fp32", "fp16")
    for name in EVALUATED[:1] if bench.quick else EVALUATED:
        for precision in precisions_here:
            for crop, images in (("single", 20_000), ("multi12", 2000)):
                chosen = [f"model={name}", "model.weights=random", f"crop={crop}", *bench.many(bench.few(images))]
                result = bench.run(*chosen, "engine=torch", f"device={bench.device}", f"precision={precision}")
                found[f"{name} {precision} {crop}"] = {
                    "images_per_second": result.metrics["images_per_second"],
                    "batch_size": result.params["batch_size"],
                }
                bench.keep(found)
    return found


def _decode_alone(bench: Bench) -> Mapping[str, float]:
    cv2.setNumThreads(1)
    views = ViewMaker(Preprocessing([104.0, 117.0, 123.0], 1.0, 1.0, "pixels"), SingleCrop(224, 256))
    samples, images = sorted(PHOTOS.iterdir()), bench.few(6000)
    with ThreadPoolExecutor(available_cores()) as threads:
        start = time.perf_counter()
        for _ in threads.map(lambda index: views.of_stored(samples[index % len(samples)].read_bytes()), range(images)):
            pass
        return {"images_per_second": images / (time.perf_counter() - start), "cores": available_cores()}


def timm(bench: Bench) -> Mapping[str, Any]:
    """The images a second of timm's own loader and ResNet-50 on the same photographs."""
    import torch  # noqa: PLC0415 - a step of its own needs it

    try:
        import timm  # noqa: PLC0415
    except ImportError:
        return {"left_out": "timm is not installed"}

    images = bench.few(6000)
    folder = bench.folder / f"timm-{images}"
    if not folder.exists():
        (folder / "0").mkdir(parents=True)
        samples = sorted(PHOTOS.iterdir())
        for index in range(images):
            (folder / "0" / f"{index:05}.jpg").symlink_to(samples[index % len(samples)])
    model = timm.create_model("resnet50", pretrained=False).eval().to(bench.device)
    workers = len(os.sched_getaffinity(0))
    loader = timm.data.create_loader(
        timm.data.create_dataset("", str(folder)),
        input_size=(3, 224, 224),
        batch_size=24 if bench.quick else 256,
        use_prefetcher=bench.device != "cpu",
        num_workers=workers,
        crop_pct=0.875,
        device=torch.device(bench.device),
    )
    start = time.perf_counter()
    with torch.inference_mode():
        for batch, _ in loader:
            model(batch).argmax(dim=1).cpu()
    return {
        "images_per_second": images / (time.perf_counter() - start),
        "workers": workers,
        "version": timm.__version__,
        "convolutions_in_tf32": torch.backends.cudnn.allow_tf32,  # PyTorch's default on a GPU; ours are in fp32
    }


def several(bench: Bench) -> Mapping[str, Any]:
    """Has an evaluation on all GPUs the predictions of one GPU, and how much sooner is it done?"""
    if bench.device == "cpu" or len(visible_gpus()) < 2:
        return {"left_out": "there are no several GPUs here"}
    chosen = ["model=resnet50", "model.weights=random", *bench.many(bench.few(20_000)), "engine=torch"]
    one, both = (bench.run(*chosen, "batch_size=128", f"device={device}") for device in ("cuda:0", "all"))
    files = [result.file("predictions.parquet").read_bytes() for result in (one, both)]
    return {
        "devices": both.tags["devices"],
        "same_predictions": files[0] == files[1],
        "images_per_second_of_one": one.metrics["images_per_second"],
        "images_per_second_of_all": both.metrics["images"] / both.metrics["wall_seconds"],
    }


def onnxruntime(bench: Bench) -> Mapping[str, Any]:
    """Does ONNX Runtime's CUDA provider, which takes pixels, agree with its CPU provider, in fp32 and tf32?"""
    if bench.device == "cpu" or "CUDAExecutionProvider" not in ort.get_available_providers():
        return {"left_out": "there is no GPU here, or no onnxruntime-gpu"}
    reference = bench.run(*bench.squeezenet(), "engine=onnxruntime", "device=cpu")
    chosen = [*bench.squeezenet(), "engine=onnxruntime", f"device={bench.device}"]
    return {name: _beside(reference, bench.run(*chosen, f"precision={name}")) for name in ("fp32", "tf32")}


def too_large(bench: Bench) -> Mapping[str, Any]:
    """Is a batch that does not fit in the 4 GiB which PyTorch may take here halved, and are the predictions there?"""
    import torch  # noqa: PLC0415 - a step of its own needs it

    if bench.device == "cpu":
        return {"left_out": "a CPU's memory is not filled here"}
    # A limit, because the memory of a large card holds any batch that is done in a minute.
    index = parse_device(bench.device).index
    torch.cuda.set_per_process_memory_fraction(4 * 2**30 / torch.cuda.mem_get_info(index)[1], index)
    chosen = ["model=resnet50", "model.weights=random", *bench.many(1024), "batch_size=1024", "engine.streams=1"]
    result = bench.run(*chosen, "engine=torch", f"device={bench.device}")
    used = json.loads(result.file("environment.json").read_text())["engine"]["batch_size"]
    return {"asked": 1024, "used": used, "predictions": len(result.predictions)}


def memcheck(bench: Bench) -> Mapping[str, Any]:
    """compute-sanitizer over one forward."""
    if bench.device == "cpu":
        return {"left_out": "there is no compute-sanitizer for a CPU"}
    if not shutil.which("compute-sanitizer"):
        return {"left_out": "compute-sanitizer is not installed"}
    evaluated = [
        *bench.squeezenet(),
        "limit=2",
        "engine=torch",
        f"device={bench.device}",
        "batch_size=2",
        "tracking=none",
    ]
    # Its exit code is the program's, unless it is told one for errors that it finds.
    checker = ["compute-sanitizer", "--tool", "memcheck", "--error-exitcode", str(_ERRORS_FOUND)]
    # Every tensor is an allocation of its own, so that reading beyond it is seen.
    own = {**os.environ, "PYTORCH_NO_CUDA_MEMORY_CACHING": "1"}
    command = [*checker, sys.executable, "-m", "clsbench", *evaluated]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=bench.folder, env=own)
    return {"rc": ended.returncode, "errors": ended.returncode == _ERRORS_FOUND, "said": ended.stdout[-800:]}


# In order of value, in case the time runs out, with seconds for each.
STEPS: Mapping[str, tuple[Callable[[Bench], Mapping[str, Any]], float]] = {
    "fp32": (fp32, 60),
    "precisions": (precisions, 60),
    "zoo": (zoo, 90),
    "times": (times, 90),
    "evaluations": (evaluations, 150),
    "timm": (timm, 60),
    "onnxruntime": (onnxruntime, 60),
    "several": (several, 90),
    "too_large": (too_large, 60),
    "memcheck": (memcheck, 60),
    "forms": (forms, 120),
}
