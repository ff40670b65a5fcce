"""The tasks: each takes the configuration and the run's folder, and ends with an outcome; one module a task."""
