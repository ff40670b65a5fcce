"""Images and labels: datasets, decoding, preprocessing, crops, and the loader that runs ahead of the engine."""
