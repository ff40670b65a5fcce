"""Starters for configurations of a user's own."""
