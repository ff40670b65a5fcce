"""clsbench: how good and how fast a Caffe image classifier is, kept as MLflow runs."""
