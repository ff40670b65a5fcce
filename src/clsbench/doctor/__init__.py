"""``task=doctor``: which setting makes the accuracy wrong? Hypotheses, tried on a sample of the images."""
