"""One Caffe layer type per module: its ONNX nodes, with the same numbers."""
