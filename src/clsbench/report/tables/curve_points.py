"""The published points of accuracy against crop size, read off soeaver/caffe-model, cls/accuracy.png."""

# network -> (crop size, top-1 accuracy, top-5 accuracy), accuracies in percent; base sizes are not published, except
# for the two points per network that Table 1 also has.
PUBLISHED: dict[str, tuple[tuple[int, float, float], ...]] = {
    "inception-v3": (
        (235, 74.89, 92.05),
        (267, 77.10, 93.35),
        (299, 78.33, 94.25),
        (331, 79.20, 94.74),
        (363, 79.67, 95.00),
        (395, 79.90, 95.18),
        (427, 79.56, 95.16),
        (459, 79.02, 95.06),
    ),
    "resnet101-v2": (
        (224, 78.05, 93.88),
        (256, 79.01, 94.30),
        (288, 79.50, 94.76),
        (320, 79.63, 94.84),
        (352, 79.46, 94.69),
        (384, 79.20, 94.58),
        (416, 78.76, 94.35),
        (448, 78.14, 94.22),
    ),
}
