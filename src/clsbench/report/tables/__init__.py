"""One table per module: which cells it has, and how they are laid out."""
