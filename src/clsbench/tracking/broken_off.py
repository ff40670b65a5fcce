"""A signal can break off a statement of the store, which then must not stay open."""

import traceback


def close_statement(error: BaseException) -> None:
    """Closes what ``error`` broke off, so that this process can still end its run in the store.

    SQLAlchemy closes the connection after an exception that is no Exception, but not the cursor. The traceback keeps
    the cursor alive, and since Python 3.11 an open cursor keeps a SQLite file locked although its connection is closed:
    each later write would wait 20 seconds (MLflow's ``busy_timeout``) and then fail. Its frames have ended, so their
    variables can be released.
    """
    if not isinstance(error, Exception):
        traceback.clear_frames(error.__traceback__)
