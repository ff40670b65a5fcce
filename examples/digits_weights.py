"""Writes the demo's weights for digits.c, BatchNorm folded in: python examples/digits_weights.py weights.bin"""

import sys
from pathlib import Path

import numpy as np

import clsbench
from clsbench.caffe.caffemodel import read_caffemodel
from clsbench.caffe.prototxt import read_prototxt
from clsbench.caffe.weights import attach
from clsbench.lowering.passes import FOR_ONNX, lower


def main() -> None:
    """Weights, then the bias, of each layer in turn, as float32."""
    demo = Path(clsbench.__file__).parent / "demo"
    weights = demo / "digits.caffemodel"
    net = lower(attach(read_prototxt(demo / "digits.prototxt"), read_caffemodel(weights), weights.name), FOR_ONNX)
    blobs = [blob for layer in net.layers for blob in layer.blobs]
    np.concatenate([np.asarray(blob, "<f4").ravel() for blob in blobs]).tofile(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
