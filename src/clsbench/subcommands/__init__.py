"""What the first word of ``clsbench`` may be: a table of commands, their page of help, and the way to each."""
