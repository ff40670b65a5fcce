"""clsbench from Python and notebooks: what a command does, in the process of the caller, who is left undisturbed."""
