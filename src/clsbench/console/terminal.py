"""The terminal that everything is printed to."""

from rich.console import Console

from clsbench.console.safe_text import safe_text
from clsbench.tracking.credentials import masked

console = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)


def show_error(error: Exception) -> None:
    """Prints an error that the user can fix."""
    errors.print(f"error: {safe_text(masked(str(error)))}", markup=False, style="red")
