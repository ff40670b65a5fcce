"""The tasks: each takes the configuration and the run's folder, and returns an outcome; one module per task."""
