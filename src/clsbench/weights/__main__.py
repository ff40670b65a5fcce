"""``python -m clsbench.weights``: which weights there are, and how to get them."""

import sys

from clsbench.weights.command_line import main

if __name__ == "__main__":
    sys.exit(main())
