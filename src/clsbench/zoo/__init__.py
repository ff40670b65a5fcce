"""The published networks as functions that return a Net; one family a module."""
