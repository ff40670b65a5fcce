"""An image that cannot be scored: one exception, whose text is the reason that a report shows."""

from clsbench.errors import DataError


class BadImageError(DataError):
    """One image is missing, damaged, not an image, or too large; ``dataset.on_bad_image`` says what follows."""
