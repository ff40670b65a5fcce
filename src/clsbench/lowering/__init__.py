"""Net -> simpler Net with the same output, one pass per module."""
