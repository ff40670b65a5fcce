"""``python -m clsbench.merge OVERRIDES``: ``python -m clsbench OVERRIDES task=merge``.

An entry point, so it may import from above.
"""

import sys

from clsbench.command import main
from clsbench.composition.arguments import with_help_of

if __name__ == "__main__":
    sys.argv[1:] = with_help_of("merge", [*sys.argv[1:], "task=merge"])
    main()
