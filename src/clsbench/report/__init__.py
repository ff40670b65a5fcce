"""``python -m clsbench.report``: the published tables and figures, rebuilt from tracked runs only."""
