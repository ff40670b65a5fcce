"""``python -m clsbench.plan OVERRIDES``: ``python -m clsbench OVERRIDES task=plan``.

An entry point, so it may import from above.
"""

import sys

from clsbench.command import main
from clsbench.composition.arguments import with_help_of

if __name__ == "__main__":
    sys.argv[1:] = with_help_of("plan", [*sys.argv[1:], "task=plan"])
    main()
