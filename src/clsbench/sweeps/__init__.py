"""A sweep: many cells in one command, each a child of one parent run, whatever happens to single cells."""
