"""``python -m clsbench.doctor``: why is the accuracy wrong?

An entry point, so it may import from above: it is ``python -m clsbench task=doctor`` with shorter words.
"""

import sys

from clsbench.command import main
from clsbench.composition.arguments import with_help_of
from clsbench.doctor.command_line import as_task

if __name__ == "__main__":
    sys.argv[1:] = with_help_of("doctor", as_task(sys.argv[1:]))
    main()
