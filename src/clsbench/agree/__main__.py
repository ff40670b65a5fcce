"""``python -m clsbench.agree``: do engines, or a Caffe network and its conversion, give the same scores?

An entry point, so it may import from above: it is ``python -m clsbench task=agree`` with shorter words.
"""

import sys

from clsbench.agree.command_line import as_task
from clsbench.command import main
from clsbench.composition.arguments import with_help_of

if __name__ == "__main__":
    sys.argv[1:] = with_help_of("agree", as_task(sys.argv[1:]))
    main()
