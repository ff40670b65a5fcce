"""Which tensor of a hub's model belongs to which layer: one module per family."""
