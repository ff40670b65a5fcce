"""Weights of the same networks from elsewhere, translated to the published layer names and back."""
