"""``clsbench report-bug``: what a report of a fault needs, in one archive, without paths and secrets."""
