"""One Caffe layer type a module: its ONNX nodes, with the same numbers."""
