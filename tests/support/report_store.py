"""A tracking store with synthetic runs: every figure is made up from the published one, the same every time."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag

from clsbench.config import CONF
from clsbench.report.cells import AccuracyCell, accuracy_cells
from clsbench.report.networks import read_networks
from clsbench.report.run import Run

IMAGES = 50_000
# 2026-01-01 00:00 UTC; a run a minute.
_START_MS, _MINUTE_MS = 1_767_225_600_000, 60_000


# What a name or an error may hold that every format must show letter by letter.
HOSTILE = "EngineError: <script>alert(1)</script> & 50 % of GPU_0 | ${12} ~ `x` [a](http://b) \\ ^"


@dataclass(frozen=True)
class FakeRun:
    """One run to be written."""

    name: str
    tags: Mapping[str, str]
    params: Mapping[str, str]
    metrics: Mapping[str, float] = field(default_factory=dict)
    status: str = "FINISHED"

    def tagged(self, **tags: str) -> "FakeRun":
        return replace(self, tags={**self.tags, **tags})

    def with_params(self, **params: str) -> "FakeRun":
        return replace(self, params={**self.params, **params})

    def measured(self, **metrics: float) -> "FakeRun":
        return replace(self, metrics={**self.metrics, **metrics})

    def ended(self, status: str, error: str = "") -> "FakeRun":
        """Without any metric."""
        return replace(self, status=status, metrics={}, tags={**self.tags, **({"error": error} if error else {})})


def evaluation(cell: AccuracyCell, top1: float, top5: float, images: int = IMAGES) -> FakeRun:
    """A complete evaluation on the default engine."""
    rates = {"top1": top1, "top5": top5}
    errors = {f"{key}_error": value for key, value in rates.items()}
    stderrs = {f"{key}_stderr": (value * (100 - value) / images) ** 0.5 for key, value in rates.items()}
    setup = {"engine": "onnxruntime", "device": "cpu", "precision": "fp32"}
    facts = {"model": cell.model, "size": cell.size, "crop": cell.crop, "dataset": "imagenet"}
    return FakeRun(
        name=f"{cell.model} {cell.crop} {cell.crop_size} onnxruntime",
        tags={"task": "evaluate", "weights": "file", "sweep_id": "synthetic", **facts, **setup},
        params={
            **{"crop_size": str(cell.crop_size), "base_size": str(cell.base_size), "limit": "all"},
            **{"preprocessing": cell.preprocessing, "weights": f"{cell.model}.caffemodel", **facts, **setup},
        },
        metrics={"images": float(images), "images_bad": 0.0, **errors, **stderrs},
    )


def timing(model: str, crop_size: int, forward: float, backward: float | None = None) -> FakeRun:
    """A timing of one image with random weights."""
    setup = {"engine": "torch", "device": "cpu", "precision": "fp32", "timing": "clean"}
    both = {"forward": forward} | ({"backward": backward} if backward is not None else {})
    metrics = {f"{way}_ms_{kind}": ms * by for way, ms in both.items() for kind, by in _KINDS.items()}
    return FakeRun(
        name=f"{model} (random weights) time {crop_size} torch",
        tags={"task": "time", "model": model, "weights": "random", "hardware": "Synthetic CPU", **setup},
        params={"model": model, "crop_size": str(crop_size), "batch_size": "1", "threads": "2", **setup},
        metrics=metrics,
    )


def as_read(runs: Iterable[FakeRun]) -> list[Run]:
    """The records that a store gives of ``runs``, which were made one after the other."""
    return [
        Run(
            run_id=f"{number:032x}",
            name=run.name,
            status=run.status,
            started_ms=_START_MS + number * _MINUTE_MS,
            params=run.params,
            tags=run.tags,
            metrics=run.metrics,
            link=f"http://127.0.0.1:5000/#/experiments/1/runs/{number:032x}",
        )
        for number, run in enumerate(runs)
    ]


_KINDS = {"mean": 1.0, "p50": 0.98, "std": 0.05}


def whole_table() -> Iterator[FakeRun]:
    """Every cell of Table 1, up to 0.06 points from the published errors."""
    for number, cell in enumerate(accuracy_cells(read_networks(CONF).table("table1"))):
        away = (number % 7 - 3) * 0.02
        published = cell.published or {"top1_error": 18.0, "top5_error": 4.0}
        yield evaluation(cell, round(published["top1_error"] + away, 3), round(published["top5_error"] - away / 2, 3))


def mixed_table() -> Iterator[FakeRun]:
    """Table 1 with a cell of every kind that is no plain result, in the order in which the runs were made."""
    whole = {(run.tags["model"], run.tags["size"], run.tags["crop"]): run for run in whole_table()}

    def take(model: str, size: str, crop: str) -> FakeRun:
        return whole.pop((model, size, crop))

    take("resnet18-priv", "standard", "single")  # missing
    yield take("resnet18-priv", "standard", "multi12").ended("FAILED", HOSTILE)
    yield take("resnet18-priv", "large", "single").ended("KILLED", "Killed: stopped by signal 9")
    small = take("resnet18-priv", "large", "multi12")
    yield small.with_params(limit="100").measured(images=100, top1_error=29.0, top1_stderr=4.54, top5_stderr=2.74)
    random = take("resnext26-32x4d-priv", "standard", "single").tagged(weights="random")
    yield replace(random.measured(top1_error=99.9, top5_error=99.5), name=HOSTILE)
    bad = take("resnext26-32x4d-priv", "standard", "multi12").tagged(bad_images="3 of 50000: see bad_images.csv")
    yield bad.measured(images_bad=3)
    other = {"weights_relation": "architecture", "weights_source": "timm some_net.in1k (same architecture)"}
    yield take("resnext26-32x4d-priv", "large", "single").tagged(**other)
    yield take("resnext26-32x4d-priv", "large", "multi12").ended("RUNNING")
    yield take("resnet101-v2", "standard", "single").measured(top1_error=22.15)  # outside
    newer = take("resnet101-v2", "standard", "multi12")
    yield newer.measured(top1_error=50.0)
    yield newer
    finished = take("resnet101-v2", "large", "single")
    yield finished
    yield finished.ended("FAILED", "a later failure")
    yield take("resnet152-v2", "standard", "single").tagged(engine="openvino", precision="bf16")
    yield take("resnet152-v2", "standard", "multi12").with_params(preprocessing="torch")
    far = take("resnet269-v2", "standard", "single").with_params(limit="1000")
    yield far.measured(images=1000, top1_error=40.0, top1_stderr=1.55, top5_stderr=0.69)
    yield take("resnet269-v2", "standard", "multi12").tagged(dataset="list:some_images")  # no cell of the table
    yield from whole.values()


class FakeStore:
    """A SQLite store in ``folder``; runs are written one after the other, a minute apart."""

    def __init__(self, folder: Path) -> None:
        self.uri = f"sqlite:///{folder}/mlflow.db"
        self.client = MlflowClient(tracking_uri=self.uri)
        self.artifacts = folder / "artifacts"
        self.experiment_id = self.client.create_experiment("clsbench", artifact_location=self.artifacts.as_uri())
        self._written = 0

    def write(self, run: FakeRun) -> str:
        """The run's id."""
        started = _START_MS + self._written * _MINUTE_MS
        self._written += 1
        made = self.client.create_run(
            self.experiment_id, run_name=run.name, start_time=started, tags={"mlflow.runName": run.name}
        )
        run_id = str(made.info.run_id)
        self.client.log_batch(
            run_id,
            metrics=[Metric(key, value, started, 0) for key, value in run.metrics.items()],
            params=[Param(key, value) for key, value in run.params.items()],
            tags=[RunTag(key, value) for key, value in run.tags.items()],
        )
        if run.status != "RUNNING":
            self.client.set_terminated(run_id, run.status, end_time=started + _MINUTE_MS // 2)
        return run_id


@dataclass(frozen=True)
class MixedStore:
    """A store of ``mixed_table``; ``run_ids`` in the order in which the runs were made, ``parent`` the sweep's run."""

    store: FakeStore
    run_ids: list[str]
    parent: str
