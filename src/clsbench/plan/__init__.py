"""``task=plan``: what a run or a sweep will take, and what it lacks, before anything is computed."""
