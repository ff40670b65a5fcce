"""``python -m clsbench.sync``."""

import sys

from clsbench.sync.command_line import main

if __name__ == "__main__":
    sys.exit(main())
