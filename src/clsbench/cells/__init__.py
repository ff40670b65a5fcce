"""What a cell is, whether it is done already, and what was published of it."""
