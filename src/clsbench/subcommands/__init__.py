"""What the first word of ``clsbench`` may be: a table of commands, their help page, and how to run each."""
