"""Split: one blob under several names; it only gets here if one of them is an output or is written again."""

from clsbench.onnx_export.site import Site


def split(site: Site) -> None:
    """An Identity for each top."""
    for top in site.layer.tops:
        site.graph.add_node(site.layer.name, "Identity", site.layer.bottoms, [top], {})
