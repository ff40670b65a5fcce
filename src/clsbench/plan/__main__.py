"""``python -m clsbench.plan OVERRIDES``: ``python -m clsbench OVERRIDES task=plan``.

An entry point, so it may import from above.
"""

import sys

from clsbench.command import main

if __name__ == "__main__":
    sys.argv[1:] = [*sys.argv[1:], "task=plan"]
    main()
