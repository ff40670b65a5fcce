"""Runtimes that forward a network, one a module, all behind one protocol."""
