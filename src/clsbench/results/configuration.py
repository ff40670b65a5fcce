"""``config.yaml`` and ``overrides.txt``: what a run was asked to do."""

from collections.abc import Sequence
from pathlib import Path

from omegaconf import DictConfig, OmegaConf


def write_configuration(cfg: DictConfig, overrides: Sequence[str], folder: Path) -> None:
    """Every value, resolved; and what the command line said, one override a line."""
    (folder / "config.yaml").write_text(OmegaConf.to_yaml(cfg, resolve=True), encoding="utf-8")
    (folder / "overrides.txt").write_text("".join(f"{each}\n" for each in overrides), encoding="utf-8")
