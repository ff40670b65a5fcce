"""The shape of every blob, by the rules of Caffe's own layers."""

from clsbench.caffe.shapes.infer import LayerShapes, infer_shapes, output_of, outputs_of

__all__ = ["LayerShapes", "infer_shapes", "output_of", "outputs_of"]
