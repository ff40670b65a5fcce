"""What a fingerprint takes in of the group ``resize``."""

from omegaconf import DictConfig, OmegaConf

# The published resize, the only one of clsbench 0.1: runs of before stay the same runs.
_PUBLISHED = {"_target_": "clsbench.data.resizes.ShortSide", "interpolation": "linear"}


def resize_identity(cfg: DictConfig) -> dict[str, object]:
    """Empty for the published resize, else its settings under ``resize``."""
    settings = OmegaConf.to_container(cfg.resize, resolve=True)
    assert isinstance(settings, dict)
    return {} if settings == _PUBLISHED else {"resize": settings}
