"""The title of a sweep in words: ``3 networks x 2 crops``."""

from collections.abc import Sequence

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.errors import HydraException

_NOUNS = {
    "model": ("network", "networks"),
    "model.prototxt": ("network", "networks"),
    "model.onnx": ("ONNX file", "ONNX files"),
    "batch_size": ("batch size", "batch sizes"),
    "crop_size": ("crop size", "crop sizes"),
    "base_size": ("base size", "base sizes"),
    "preprocessing": ("preprocessing", "preprocessings"),
}
_LONGEST = 100


def sweep_title(experiment: str | None, overrides: Sequence[str]) -> str:
    """Made from the experiment's name and the number of values in each of the sweep's ``overrides``."""
    counts = " x ".join(words for override in overrides if (words := _counted(override)))
    return f"sweep {': '.join(part for part in (experiment, counts) if part) or 'of one run'}"[:_LONGEST]


def _counted(override: str) -> str:
    """Empty if the override has one value."""
    try:
        parsed = OverridesParser.create().parse_override(override)
        count = len(list(parsed.sweep_string_iterator())) if parsed.is_sweep_override() else 1
    except HydraException:  # Hydra has accepted it; a name is no reason to end the sweep
        return ""
    if count == 1:
        return ""
    key = override.partition("=")[0].lstrip("+~")
    noun = key.rpartition(".")[2].replace("_", " ")
    _, several = _NOUNS.get(key, (noun, noun if noun.endswith("s") else f"{noun}s"))
    return f"{count} {several}"
