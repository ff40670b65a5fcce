"""One way to write a document down a module; each returns the file's whole text."""
