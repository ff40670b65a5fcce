"""The hypotheses as data: adding one means adding a line."""

from collections.abc import Mapping

# Conventions for the mean, each the name of a file in conf/preprocessing.
PREPROCESSINGS = ("caffe", "torch", "inception", "dpn", "hik")

# Conventions in numbers: mean [blue, green, red], std, scale.
NUMBERS: Mapping[str, tuple[object, float, float]] = {
    "no mean": (0.0, 1.0, 1.0),
    "no mean, scale 1/255": (0.0, 1.0, 1 / 255),
    "mean 128": (128.0, 1.0, 1.0),
    "mean of Caffe, scale 1/255": ([104.0, 117.0, 123.0], 1.0, 1 / 255),
    "mean of Caffe, red first": ([123.0, 117.0, 104.0], 1.0, 1.0),
}

# The given mean with a different std and scale.
SCALES: Mapping[str, tuple[float, float]] = {
    "std 1, scale 1": (1.0, 1.0),
    "std 1, scale 1/255": (1.0, 1 / 255),
    "std 1, scale 0.017": (1.0, 0.017),
}

CHANNEL_ORDERS = ("bgr", "rgb")

RESIZES = ("short_side", "squash")

# Common view sizes; those far from the given one are left out.
CROP_SIZES = (224, 227, 192, 256, 299, 320, 331)
CROP_NEAR = (0.7, 1.4)

# Base sizes, including 256 and the crop size.
BASE_SIZES = (256,)
BASE_TO_CROP = (1.0, 1 / 0.875, 1.25)
BASE_NEAR = 1.4  # times the crop size

DENSE = ("mean", "max")

# What the labels may be: the dataset's order, the network's order, and the number of the first class.
LABEL_ORDERS = (
    ("ilsvrc2012", "ilsvrc2012"),
    ("ilsvrc2015", "ilsvrc2012"),
    ("ilsvrc2012", "ilsvrc2015"),
)
FIRST_LABELS = (0, 1, -1)
