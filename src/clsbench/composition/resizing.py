"""The part of the group ``resize`` that goes into a fingerprint."""

from omegaconf import DictConfig, OmegaConf

# The published resize, the only one in clsbench 0.1, so that earlier runs keep their identity.
_PUBLISHED = {"_target_": "clsbench.data.resizes.ShortSide", "interpolation": "linear"}


def resize_identity(cfg: DictConfig) -> dict[str, object]:
    """Empty for the published resize; otherwise its settings under ``resize``."""
    settings = OmegaConf.to_container(cfg.resize, resolve=True)
    assert isinstance(settings, dict)
    return {} if settings == _PUBLISHED else {"resize": settings}
