"""clsbench from Python and notebooks: the commands as functions that leave the caller's process unchanged."""
