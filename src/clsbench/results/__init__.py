"""The files that a run leaves behind, beside its metrics."""
