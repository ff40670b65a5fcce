"""The only writer of MLflow: one run for each table cell."""
