"""Weights of the same networks from other sources, translated to the published layer names and back."""
