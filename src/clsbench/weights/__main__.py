"""``python -m clsbench.weights``: the available weights, and how to get them."""

import sys

from clsbench.weights.command_line import main

if __name__ == "__main__":
    sys.exit(main())
