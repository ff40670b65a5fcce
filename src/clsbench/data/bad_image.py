"""The exception for an image that cannot be scored; its text is the reason shown in a report."""

from clsbench.errors import DataError


class BadImageError(DataError):
    """An image is missing, damaged, not an image, or too large; ``dataset.on_bad_image`` decides what follows."""
