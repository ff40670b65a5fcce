"""Custom classes: a network whose number of classes is not ImageNet's 1,000 has none of its label orders."""

import logging
from contextlib import suppress

from omegaconf import DictConfig

from clsbench.caffe.heads import with_head
from clsbench.caffe.shapes import output_of
from clsbench.composition.data_layer import TASKS_WITH_IMAGES
from clsbench.composition.model_files import onnx_file_of
from clsbench.composition.network import net_of
from clsbench.composition.weights_settings import is_asked
from clsbench.data.label_order import ILSVRC2012, wnids
from clsbench.errors import ClsbenchError

log = logging.getLogger(__name__)


def with_own_classes(cfg: DictConfig) -> DictConfig:
    """A copy of ``cfg`` whose label orders are null if they cannot be the network's; the user's explicit choices stay.

    Applies to the user's own networks on images other than ImageNet's validation set.
    """
    completed = cfg.copy()
    is_own = cfg.model.prototxt is not None or cfg.model.onnx is not None
    if not is_own or cfg.model.label_order is None or cfg.task.name not in TASKS_WITH_IMAGES:
        return completed
    if cfg.dataset.get("expected") or is_asked("model.label_order") or is_asked("dataset.label_order"):
        return completed
    classes = _classes(cfg)
    if classes is None or classes == len(wnids(ILSVRC2012)):
        return completed
    completed.model.label_order = None
    if cfg.dataset.get("label_order") is not None:
        completed.dataset.label_order = None
    log.info("%d classes: not ImageNet's, so model.label_order and dataset.label_order are null", classes)
    return completed


def _classes(cfg: DictConfig) -> int | None:
    """The number of classes; None if it cannot be determined, which is reported when the network is assembled."""
    with suppress(ClsbenchError):
        if cfg.model.onnx is not None:
            return onnx_file_of(cfg.copy())[1].classes
        net = net_of(cfg)
        _, shape = output_of(net if cfg.model.output is None else with_head(net, cfg.model.output))
        return shape[1] if len(shape) > 1 else None
    return None
