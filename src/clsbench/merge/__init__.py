"""``task=merge``: the shards of an evaluation, by whatever jobs they were evaluated, become one run."""
