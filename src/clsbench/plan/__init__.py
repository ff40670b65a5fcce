"""``task=plan``: what a run or a sweep will take, and what is missing for it, before any of it is computed."""
