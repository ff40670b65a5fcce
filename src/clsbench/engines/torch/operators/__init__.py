"""ONNX operators in PyTorch: one kind of operator a module, one explicit table, and the module that runs a graph."""
