"""``python -m clsbench.sync``: what runs wrote while their store was away goes there."""
