"""Configuration -> parts: the only place below the tasks that reads the configuration."""
