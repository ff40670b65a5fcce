"""How a command beside ``python -m clsbench`` ends: a user error is one message and exit code 2."""

import sys
from collections.abc import Callable

from clsbench.errors import ClsbenchError


def exit_code_of(work: Callable[[], int]) -> int:
    """The result of ``work``; 2 after a ClsbenchError, which is shown; 0 if a pipe's reader has ended."""
    try:
        return work()
    except ClsbenchError as error:
        # Imported late, for a command that only shows its --help.
        from clsbench.console.terminal import show_error  # noqa: PLC0415

        show_error(error)
        return 2
    except BrokenPipeError:
        sys.stderr.close()
        return 0
