"""What a cell is, whether it is already done, and what was published about it."""
