"""``overrides.txt`` and ``config.yaml``: what was requested from a run, and the resulting configuration."""

from collections.abc import Sequence
from pathlib import Path

from omegaconf import DictConfig, OmegaConf

from clsbench.tracking.credentials import masked


def write_overrides(overrides: Sequence[str], folder: Path) -> None:
    """The overrides from the command line, one per line; passwords in addresses are masked."""
    (folder / "overrides.txt").write_text(masked("".join(f"{each}\n" for each in overrides)), encoding="utf-8")


def write_configuration(cfg: DictConfig, folder: Path) -> None:
    """Every value, resolved; passwords in addresses are masked."""
    (folder / "config.yaml").write_text(masked(OmegaConf.to_yaml(cfg, resolve=True)), encoding="utf-8")
