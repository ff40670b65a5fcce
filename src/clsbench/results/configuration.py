"""``overrides.txt`` and ``config.yaml``: what a run was asked to do, and what that came to."""

from collections.abc import Sequence
from pathlib import Path

from omegaconf import DictConfig, OmegaConf


def write_overrides(overrides: Sequence[str], folder: Path) -> None:
    """What the command line said, one override a line."""
    (folder / "overrides.txt").write_text("".join(f"{each}\n" for each in overrides), encoding="utf-8")


def write_configuration(cfg: DictConfig, folder: Path) -> None:
    """Every value, resolved."""
    (folder / "config.yaml").write_text(OmegaConf.to_yaml(cfg, resolve=True), encoding="utf-8")
