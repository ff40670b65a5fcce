"""``python -m clsbench``: one run, or with ``-m`` a sweep of runs."""

from clsbench.command import main

if __name__ == "__main__":
    main()
