"""The only module that writes to MLflow: one run per table cell."""

import os

# Before MLflow's first import: a benchmark does not report its user's runs to anyone.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
# MLflow would print a link at the end of each run, even for one whose spool is sent for an earlier command.
os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")
