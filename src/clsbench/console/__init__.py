"""What a person at the terminal sees: progress while a run works, its result at the end."""
