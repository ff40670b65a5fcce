"""One network with its weights, and the files that engines open."""
