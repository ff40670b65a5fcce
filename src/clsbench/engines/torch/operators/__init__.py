"""ONNX operators in PyTorch: one kind of operator per module, one explicit table, and the module that runs a graph."""
