"""``task=doctor``: which setting makes the accuracy wrong? Tries hypotheses on a sample of the images."""
