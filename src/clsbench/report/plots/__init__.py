"""One picture per module, drawn with matplotlib."""
