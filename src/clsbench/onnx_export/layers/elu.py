"""ELU: x if it is positive, else alpha * (exp(x) - 1)."""

from clsbench.caffe.settings import real
from clsbench.onnx_export.site import Site


def elu(site: Site) -> None:
    """Elu."""
    site.finish("Elu", site.layer.bottoms, {"alpha": real(site.layer, "alpha")})
