"""Compares the times that `task=time` measures with those of a bare loop around the same engine.

    python benchmarks/timing.py --rounds 11 --iterations 200
    python benchmarks/timing.py --caffe

- Without --caffe: SqueezeNet (from CLSBENCH_SHARED, default ../shared/data) and resnet50 of the zoo, random weights;
  batch 1, fp32, CPU, ONNX Runtime with all cores for one call. The measuring process of `task=time` and a loop in this
  process, which calls the session directly, take turns. The script prints the medians of each round's p50.
- With --caffe: SqueezeNet on real pycaffe with timing=clean and timing=caffe, and the sum of the layer times.
"""

import argparse
import os
import statistics
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np
from hydra import compose, initialize_config_dir
from hydra.utils import instantiate

from clsbench import config
from clsbench.composition.network import model_of, net_of
from clsbench.composition.sizes import pixels_of
from clsbench.composition.surroundings import engine_of
from clsbench.engines.cores import available_cores
from clsbench.engines.onnxruntime.engine import OnnxRuntime
from clsbench.results.environment import cpu_name
from clsbench.timing.job import Job, files_of
from clsbench.timing.measure import random_views
from clsbench.timing.measuring_process import timed
from clsbench.timing.plan import Plan
from clsbench.timing.times import Times

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("CLSBENCH_SHARED", ROOT.parent / "shared" / "data")).resolve()
SQUEEZENET = [
    "model=custom",
    f"model.prototxt={SHARED}/squeezenet/deploy.prototxt",
    f"model.weights={SHARED}/squeezenet/squeezenet_v1.0.caffemodel",
    "crop_size=227",
]
RESNET50 = ["model=resnet50", "model.weights=random"]


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=11, help="number of rounds (default: %(default)s)")
    parser.add_argument(
        "--iterations", type=int, default=200, help="number of iterations per round (default: %(default)s)"
    )
    parser.add_argument("--caffe", action="store_true", help="measure real pycaffe instead")
    options = parser.parse_args()
    print(f"{cpu_name()}, {available_cores()} cores; {options.rounds} rounds of {options.iterations} iterations")
    config.register()
    with initialize_config_dir(version_base="1.3", config_dir=str(config.CONF)):
        if options.caffe:
            print(caffe_table(options.rounds, options.iterations))
            return
        for name, overrides in (("SqueezeNet", SQUEEZENET), ("resnet50", RESNET50)):
            job = job_of_cell([*overrides, "engine=onnxruntime", "engine.streams=1"], options.iterations)
            print(
                table(
                    name,
                    rounds(
                        {"task=time": partial(task_time, job), "bare loop": partial(bare_loop, job)}, options.rounds
                    ),
                )
            )


def job_of_cell(overrides: list[str], iterations: int) -> Job:
    """The job that task=time would give its measuring process, without a pass for single layers."""
    cfg = compose("config", overrides=["task=time", "batch_size=1", "device=cpu", *overrides])
    net = net_of(cfg)
    model = model_of(cfg, net, pixels_of(cfg, net).crop_size)
    plan: Plan = replace(instantiate(cfg.timing), iterations=iterations, layer_iterations=0)
    files = files_of(model, for_caffe="engine=caffe" in overrides)
    return Job(engine_of(cfg), files, plan, 1, model.input_rms)


def rounds(measures: Mapping[str, Callable[[], float]], number: int) -> Mapping[str, list[float]]:
    """Every measure's figure in each round; each round takes them in turn."""
    found: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(number):
        for name, measure in measures.items():
            found[name].append(measure())
    return found


def task_time(job: Job) -> float:
    """forward_ms_p50 of the measuring process."""
    times = Times(job.batch)
    timed(job, times, lambda _: None)
    return times.metrics()["forward_ms_p50"]


def bare_loop(job: Job) -> float:
    """The median milliseconds of the session's run itself."""
    assert isinstance(job.engine, OnnxRuntime)
    with job.engine.open(job.network) as predictor:
        session, outputs, feed = predictor.session, [job.network.output], {predictor.input: random_views(job)}
        for _ in range(job.plan.warmup):
            session.run(outputs, feed)
        samples = []
        for _ in range(job.plan.iterations):
            start = perf_counter()
            session.run(outputs, feed)
            samples.append(1000 * (perf_counter() - start))
    return float(np.median(samples))


def table(name: str, found: Mapping[str, list[float]]) -> str:
    """The medians, and the median of the rounds' own ratios: a round's two times share the machine's state."""
    ours, bare = (statistics.median(values) for values in found.values())
    ratios = [a / b for a, b in zip(*found.values(), strict=True)]
    each = ", ".join(f"{ratio:.3f}" for ratio in sorted(ratios))
    ratio = statistics.median(ratios)
    return f"{name}: task=time {ours:.3f} ms, bare loop {bare:.3f} ms, median ratio {ratio:.4f} (rounds: {each})"


def caffe_table(number: int, iterations: int) -> str:
    """pycaffe's mean forward for each way of timing, and the sums of the layers' clocks; medians over the rounds."""
    ways = {
        "timing=clean": ["timing.backward=false"],
        "timing=caffe timing.backward=false": ["timing=caffe", "timing.backward=false"],
        "timing=caffe": ["timing=caffe"],
    }
    jobs = {
        name: job_of_cell([*SQUEEZENET, "engine=caffe", *overrides], iterations) for name, overrides in ways.items()
    }
    sums: dict[str, list[float]] = {}

    def mean(name: str) -> float:
        times = Times(jobs[name].batch)
        timed(jobs[name], times, lambda _: None)
        metrics = times.metrics()
        if "layers_forward_ms" in metrics:
            sums.setdefault(f"{name}, sum of the layers", []).append(metrics["layers_forward_ms"])
        return metrics["forward_ms_mean"]

    found = {**rounds({name: partial(mean, name) for name in jobs}, number), **sums}
    lines = [f"  {name}: {statistics.median(values):.3f} ms" for name, values in found.items()]
    return "\n".join(["SqueezeNet on pycaffe, mean forward:", *lines])


if __name__ == "__main__":
    main()
