"""``clsbench``, which is ``python -m clsbench``: one run, a sweep of runs with ``-m``, or the command named first."""

import signal

# Ctrl-C during the imports ends the process without a traceback; main has its own handlers.
if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from clsbench.subcommands.dispatch import dispatch as main

if __name__ == "__main__":
    main()
