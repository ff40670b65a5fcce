"""One table a module: which cells it has and how they are laid out."""
