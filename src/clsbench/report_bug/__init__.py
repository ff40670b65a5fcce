"""``clsbench report-bug``: everything that a bug report needs, in one archive, without paths and secrets."""
