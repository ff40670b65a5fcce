"""From loaded images to predictions, rates and latencies."""
