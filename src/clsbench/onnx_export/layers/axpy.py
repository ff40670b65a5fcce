"""Axpy of the SE networks: top = a * x + y, with one a per image and channel."""

from clsbench.onnx_export.site import Site


def axpy(site: Site) -> None:
    """Mul, then Add."""
    gate, x, y = site.layer.bottoms
    if site.bottoms[0].rank == 2:
        gate = site.reshaped(gate, (*site.bottoms[0].reshape_target, 1, 1))
    site.finish("Add", [site.step("Mul", [x, gate]), y])
