"""Restores what a command changes in its process, for a caller who continues."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

from hydra.core.global_hydra import GlobalHydra
from hydra.core.singleton import Singleton

from clsbench.console.terminal import console, errors

# MLflow and its migrations are quietened, our own records go to the run's file; an empty name is the root.
_LOGGERS = ("", "clsbench", "mlflow", "alembic")


@contextmanager
def undisturbed(*, show: bool) -> Iterator[None]:
    """Restores the environment, the working folder, loggers and Hydra's state, however the block ends.

    ``show``: whether tables, progress and warnings are printed inside the block. Signal handlers are not changed.
    """
    environment, folder = dict(os.environ), os.getcwd()  # noqa: PTH109 - a string, for chdir
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    settings = [(each, each.level, list(each.handlers), each.propagate, each.disabled) for each in loggers]
    state, quiet = Singleton.get_state(), (console.quiet, errors.quiet)
    GlobalHydra.instance().clear()
    console.quiet = errors.quiet = not show
    try:
        yield
    finally:
        console.quiet, errors.quiet = quiet
        Singleton.set_state(state)
        for logger, level, handlers, propagate, disabled in settings:
            logger.handlers[:] = handlers
            logger.propagate, logger.disabled = propagate, disabled
            logger.setLevel(level)
        if os.environ != environment:
            os.environ.clear()
            os.environ.update(environment)
        os.chdir(folder)
