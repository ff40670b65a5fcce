"""How long a forward and a backward take: measured in a process that does nothing else."""
