"""``python -m clsbench.merge OVERRIDES``: ``python -m clsbench OVERRIDES task=merge``.

An entry point, so it may import from above.
"""

import sys

from clsbench.command import main

if __name__ == "__main__":
    sys.argv[1:] = [*sys.argv[1:], "task=merge"]
    main()
