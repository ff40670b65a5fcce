"""``clsbench``, which is ``python -m clsbench``: one run, with ``-m`` a sweep of runs, or the command named first."""

import signal

# Ctrl-C while the imports go on ends the process without a traceback; main has handlers of its own.
if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from clsbench.subcommands.dispatch import dispatch as main

if __name__ == "__main__":
    main()
