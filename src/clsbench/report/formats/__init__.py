"""One output format per module; each returns the file's whole text."""
