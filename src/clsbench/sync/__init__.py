"""``python -m clsbench.sync``: sends what runs wrote while their store was away."""
