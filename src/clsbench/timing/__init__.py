"""How long one forward and one backward take: measured in a process that does nothing else."""
