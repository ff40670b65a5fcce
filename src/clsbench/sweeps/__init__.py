"""A sweep: many cells by one command, each a child of one parent run, whatever happens to single ones."""
