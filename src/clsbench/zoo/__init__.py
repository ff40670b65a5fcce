"""The published networks as functions that return a Net; one family per module."""
