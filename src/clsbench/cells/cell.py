"""What identifies a run in the tracker: its choices, its inputs' checksums, and a fingerprint of all that matters."""

from collections.abc import Mapping

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf

from clsbench.cells.network import network_of
from clsbench.composition.exact import exact_identity, rescoring_text
from clsbench.composition.parts import Parts
from clsbench.composition.preprocessing import preprocessing_identity
from clsbench.composition.resizing import resize_identity
from clsbench.composition.sizes import Pixels
from clsbench.composition.surroundings import store_chosen_by
from clsbench.config import CONF, RESULTS_VERSION, fingerprint
from clsbench.data.resize import LINEAR
from clsbench.data.resizes import Resize
from clsbench.engines.engine import Description, Engine
from clsbench.model.classifier import Classifier
from clsbench.model.quantised import Quantised
from clsbench.model.weights_file import RANDOM
from clsbench.results.environment import git_commit
from clsbench.results.result_sentences import describe_errors, describe_times
from clsbench.sweeps.membership import sweep_tags
from clsbench.timing.published import DEVICE
from clsbench.tracking.process_identity import host
from clsbench.tracking.tracker import DESCRIPTION_TAG, Cell, DatasetInput


def cell_of(cfg: DictConfig, parts: Parts) -> Cell:
    """An evaluation, as far as it is known before the engine is opened."""
    choices = HydraConfig.get().runtime.choices
    pixels, model, dataset, crop = parts.pixels, parts.model, parts.dataset, parts.views.crop.name
    tags = {
        "crop": crop,
        "engine": choices["engine"],
        "dataset": dataset.name,
        "dataset_sha256": dataset.digest,
        "fingerprint": fingerprint(_evaluation_identity(cfg, parts)),
    }
    return Cell(
        name=f"{title_of(model)} {crop} {pixels.crop_size} {choices['engine']}{_precision(cfg, model)}" + _part(cfg),
        params={
            **model_params(cfg, model, pixels),
            "crop": crop,
            "base_size": pixels.base_label,
            "resize": _resize(parts.views.resize),
            "preprocessing": _preprocessing(cfg, choices["preprocessing"]),
            "dataset": dataset.name,
            "limit": _part(cfg).strip().removeprefix("first ") or "all",
            "engine": choices["engine"],
            **({"rescoring": rescoring_text(cfg)} if cfg.exact else {}),
        },
        tags=model_tags(cfg, model) | tags,
        dataset=DatasetInput(dataset.name, dataset.digest, str(cfg.dataset.get("root") or "")),
        network=network_of(cfg, model),
        description=(
            f"**{title_of(model)}**: {crop} crop of {pixels.crop_size} pixels from base size {pixels.base_label}, "
            f"{len(dataset.samples)} images of {dataset.name}, on {choices['engine']}."
        ),
    )


def _precision(cfg: DictConfig, model: Classifier) -> str:
    return f" {cfg.engine.precision} exact" if cfg.exact else _int8(model)


def _int8(model: Classifier) -> str:
    return " int8" if isinstance(model, Quantised) else ""


def _part(cfg: DictConfig) -> str:
    if cfg.sample is not None:
        return f" sample {cfg.sample} seed {cfg.seed}"
    return "" if cfg.limit is None else f" first {cfg.limit}"


def _preprocessing(cfg: DictConfig, chosen: str) -> str:
    return "sidecar" if cfg.model.sidecar.get("preprocessing") else cfg.model.preprocessing_from or chosen


def _resize(resize: Resize) -> str:
    interpolation = getattr(resize, "interpolation", LINEAR)
    return resize.name if interpolation == LINEAR else f"{resize.name} {interpolation}"


def export_cell(cfg: DictConfig, model: Classifier, pixels: Pixels) -> Cell:
    """An export."""
    identity: dict[str, object]
    identity = {"task": "export", "network": model.network_sha256, "weights": model.weights_sha256}
    if cfg.precision != "fp32":
        identity |= {"precision": cfg.precision, **_quantisation(model)}
    precision = "" if cfg.precision == "fp32" else f" {cfg.precision}"
    return Cell(
        name=f"{title_of(model)} export {pixels.crop_size}{precision}",
        params=model_params(cfg, model, pixels) | {"precision": cfg.precision},
        tags=model_tags(cfg, model) | {"fingerprint": fingerprint(identity)},
        description=f"**{title_of(model)}** as prototxt and ONNX for views of {pixels.crop_size} pixels.",
    )


def time_cell(cfg: DictConfig, model: Classifier, pixels: Pixels, opened_as: Engine) -> Cell:
    """A timing, as far as it is known before the engine, ``opened_as``, is opened."""
    engine, timing = HydraConfig.get().runtime.choices["engine"], cfg.timing
    given = {key: timing[key] for key in ("iterations", "seconds", "phase")}
    settings = {f"timing_{key}": str(value) for key, value in given.items() if value is not None}
    task = "time" if timing.name == "clean" else f"{timing.name}-time"
    batch = "" if cfg.batch_size == 1 else f" batch {cfg.batch_size}"
    return Cell(
        name=f"{title_of(model)} {task} {pixels.crop_size} {engine}{_int8(model)}{batch}",
        params=model_params(cfg, model, pixels) | {"engine": engine, "timing": timing.name} | settings,
        tags=model_tags(cfg, model)
        | {
            "engine": engine,
            "timing": timing.name,
            "fingerprint": fingerprint(_timing_identity(cfg, model, opened_as)),
        },
        network=network_of(cfg, model),
        description=f"**{title_of(model)}** timed with views of {pixels.crop_size} pixels on {engine} ({timing.name}).",
    )


def evaluated_tags(cell: Cell, metrics: Mapping[str, float]) -> dict[str, str]:
    """The run's description: its result in words and, if it does not count for the table, why."""
    doubts = {
        f"only {_of_part(str(cell.params['limit']))}": cell.params["limit"] != "all",
        "random weights": cell.tags["weights"] == RANDOM,
        "weights from another training": cell.tags.get("weights_relation") == "architecture",
        f"{metrics.get('images_bad', 0):.0f} images could not be read": metrics.get("images_bad", 0) > 0,
        f"{metrics.get('missed_images', 0):.0f} of the checked images are decided differently in fp32": (
            metrics.get("missed_images", 0) > 0
        ),
    }
    return _described(cell, describe_errors(metrics, [doubt for doubt, so in doubts.items() if so]))


def _of_part(limit: str) -> str:
    words = limit.split()
    return f"a sample of {words[1]} images" if words[0] == "sample" else f"the first {limit} images"


def timed_tags(cell: Cell, metrics: Mapping[str, float], hardware: str) -> dict[str, str]:
    """The run's description: its times in words."""
    return _described(cell, describe_times(metrics, hardware, DEVICE))


def _described(cell: Cell, result: str) -> dict[str, str]:
    return {DESCRIPTION_TAG: "\n\n".join(part for part in (cell.description, result) if part)}


def opened_params(description: Description) -> dict[str, str | int | float]:
    """What the engine chose itself."""
    return {
        "device": description.device,
        "precision": description.precision,
        "batch_size": description.batch_size,
        "threads": description.threads,
        "streams": description.streams,
    }


def description_tags(description: Description) -> dict[str, str]:
    """Device, precision and versions, as the opened engine actually uses them."""
    versions = {f"{name}_version": version for name, version in description.versions.items()}
    provider = {"provider": description.provider} if description.provider else {}
    note = {"precision_note": description.precision_note} if description.precision_note else {}
    return {"device": description.device, "precision": description.precision, **note, **provider, **versions}


def _evaluation_identity(cfg: DictConfig, parts: Parts) -> dict[str, object]:
    """Everything that can change an evaluation's result or speed: of runs with the same identity, one is enough."""
    return {
        **_common_identity(cfg, parts.model, parts.engine),
        "crop": OmegaConf.to_container(cfg.crop, resolve=True),
        "preprocessing": preprocessing_identity(cfg),
        "pixels": tuple(parts.pixels.identity.values()),
        **resize_identity(cfg),
        **exact_identity(cfg),
        "limit": cfg.limit,
        "label_order": cfg.model.label_order,
        "channel_order": cfg.model.channel_order,
        "workers": cfg.workers,
        "dataset": parts.dataset.digest,
        # Knowledge about the weights decides whether the run is compared with published numbers.
        **({"weights_source": source} if (source := cfg.model.sidecar.get("source")) else {}),
    }


def _timing_identity(cfg: DictConfig, model: Classifier, engine: Engine) -> dict[str, object]:
    """Everything that can change a timing, as for an evaluation."""
    timing = OmegaConf.to_container(cfg.timing, resolve=True)
    return {**_common_identity(cfg, model, engine), "timing": timing, "host": host()}


def _common_identity(cfg: DictConfig, model: Classifier, engine: Engine) -> dict[str, object]:
    settings = {key: value for key, value in cfg.engine.items() if key != "python"}  # its version is more specific
    return {
        "results": RESULTS_VERSION,
        "task": cfg.task.name,
        "engine": settings,  # including its batch size
        "batch_size": cfg.batch_size,
        "runtime": dict(engine.identity()),
        "network": model.network_sha256,
        "weights": model.weights_sha256,
        **_quantisation(model),
    }


def _quantisation(model: Classifier) -> dict[str, object]:
    return {"quantisation": dict(model.identity)} if isinstance(model, Quantised) else {}


def title_of(model: Classifier) -> str:
    """The model's name, marked if the weights are random."""
    return model.name if model.weights else f"{model.name} (random weights)"


def model_params(cfg: DictConfig, model: Classifier, pixels: Pixels) -> dict[str, str | int | float]:
    """The network and its size."""
    weights = model.weights.name if model.weights else RANDOM
    calibration = {}
    if isinstance(model, Quantised):
        calibration = {"calibration": model.said, "quantisation": model.quantised_by}
    return {
        "model": model.name,
        "weights": weights,
        "size": cfg.size,
        "crop_size": pixels.crop_size.label,
        **calibration,
    }


def model_tags(cfg: DictConfig, model: Classifier) -> dict[str, str]:
    """The network, its checksums, and what ran it."""
    tags = {
        "task": cfg.task.name,
        "model": model.name,
        "size": cfg.size,
        "weights": "file" if model.weights else RANDOM,
        "network_sha256": model.network_sha256,
        "weights_sha256": model.weights_sha256,
        "git_commit": git_commit(CONF.parent),
        "weights_source": cfg.model.sidecar.get("source", ""),
        "weights_relation": cfg.model.sidecar.get("relation", ""),
        "store_chosen_by": store_chosen_by(cfg),
        "weights_settings": cfg.model.sidecar.get("changed", ""),
        "notes": "; ".join(model.notes),
    }
    return {key: value for key, value in tags.items() if value} | sweep_tags()
