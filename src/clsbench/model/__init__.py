"""One network with its weights, and the files of it that engines open."""
