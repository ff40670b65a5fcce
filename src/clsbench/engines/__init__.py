"""Runtimes that run a network, one per module, all behind one protocol."""
