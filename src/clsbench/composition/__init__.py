"""Builds parts from the configuration: the only place below the tasks that reads it."""
