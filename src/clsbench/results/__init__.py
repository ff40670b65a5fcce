"""The files of a run, besides its metrics."""
