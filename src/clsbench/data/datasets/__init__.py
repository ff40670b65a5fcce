"""Datasets, one a module, as conf/dataset/ names them: each is called with the model's label order and the limit."""
