"""Datasets, one per module, named as in conf/dataset/: each is called with the model's label order and the limit."""
