"""``task=agree``: the same images on several engines, and how far their scores differ."""
