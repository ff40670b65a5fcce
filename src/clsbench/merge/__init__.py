"""``task=merge``: merges the shards of an evaluation into one run, whatever jobs evaluated them."""
