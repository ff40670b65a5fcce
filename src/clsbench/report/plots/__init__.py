"""One picture a module, drawn with matplotlib."""
