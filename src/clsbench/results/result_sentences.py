"""A run's result as a sentence of Markdown for its description: measured and published figures."""

from collections.abc import Mapping, Sequence

from clsbench.evaluation.interval import rare

_ERRORS = (("top-1 error", "top1"), ("top-5 error", "top5"))
_TIMES = (("forward", "forward_ms"), ("backward", "backward_ms"))


def describe_errors(metrics: Mapping[str, float], doubts: Sequence[str]) -> str:
    """The errors, and ``doubts``: why they do not count for a table; empty if no image was seen."""
    parts = [_error(label, k, metrics) for label, k in _ERRORS if f"{k}_error" in metrics]
    if not parts:
        return ""
    text = f"{'; '.join(parts)}. {metrics.get('images', 0):.0f} images"
    if "images_per_second" in metrics:
        text += f", {metrics['images_per_second']:.4g} a second"
    return f"{text}." + (f"\n\n**Not a result of the table**: {', '.join(doubts)}." if doubts else "")


def describe_times(metrics: Mapping[str, float], hardware: str, published_on: str) -> str:
    """The times; empty if none was measured."""
    parts = [_time(label, key, metrics, published_on) for label, key in _TIMES if f"{key}_p50" in metrics]
    return f"{'; '.join(parts)}. On {hardware}." if parts else ""


def _error(label: str, k: str, metrics: Mapping[str, float]) -> str:
    text = f"{label} **{metrics[f'{k}_error']:.3f} %**"
    if few := rare(metrics[f"{k}_error"], metrics.get("images")):
        text += f" {few}"
    elif (stderr := metrics.get(f"{k}_stderr")) is not None:
        text += f" ± {stderr:.3f}"
    if (published := metrics.get(f"published_{k}_error")) is not None:
        text += f" (published {published:.2f}, difference {metrics[f'{k}_error'] - published:+.3f})"
    return text


def _time(label: str, key: str, metrics: Mapping[str, float], published_on: str) -> str:
    text = f"{label} **{metrics[f'{key}_p50']:.3f} ms** at the median"
    if (mean := metrics.get(f"{key}_mean")) is not None:
        text += f", {mean:.3f} in the mean"
    if (published := metrics.get(f"published_{key}")) is not None:
        text += f" (published {published:.2f}, on {published_on})"
    return text
