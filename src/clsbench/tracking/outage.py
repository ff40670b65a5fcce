"""Tells whether the store is away for now or refused a write, and limits how long MLflow may wait for an answer."""

import os
import re
from http.client import HTTPException

import requests
from mlflow.exceptions import MlflowException
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from urllib3.exceptions import HTTPError

from clsbench.tracking.database import check_connection, database_of

# Everything that a write can raise that is not a bug of ours; the errors of requests are OSErrors.
TROUBLE = (MlflowException, SQLAlchemyError, OSError)

# Signing in (401, 403, 407) or waiting (408, 429) resolves these: the write is not to blame.
_PASSING = {401, 403, 407, 408, 429}
_ANSWER_SECONDS = 5


def limit_waiting(seconds: int, retries: int) -> None:
    """MLflow abandons an HTTP request after ``seconds`` per attempt, unless the user's environment says otherwise.

    By default it tries for minutes: 120 seconds, eight times, with doubling pauses.
    """
    limits = {"TIMEOUT": seconds, "MAX_RETRIES": retries, "BACKOFF_FACTOR": 1}
    for name, value in limits.items():
        os.environ.setdefault(f"MLFLOW_HTTP_REQUEST_{name}", str(value))
    # A server may request a pause of any length.
    os.environ.setdefault("MLFLOW_HTTP_RESPECT_RETRY_AFTER_HEADER", "false")


def is_outage(error: BaseException) -> bool:
    """Whether the same write may be accepted later: there was no answer, or one that blames the server."""
    status = _status(error)
    return status is None or status >= 500 or status in _PASSING


def check_reachable(uri: str) -> None:
    """Raises OSError within seconds if ``uri`` is an HTTP or database address and nothing answers there."""
    if (database := database_of(uri)) is not None:
        check_connection(database, _ANSWER_SECONDS)
    if not uri.startswith(("http://", "https://")):
        return
    try:
        requests.get(f"{uri.rstrip('/')}/health", timeout=_ANSWER_SECONDS)
    except requests.exceptions.SSLError:
        return  # something answers; MLflow has its own settings for certificates
    except requests.Timeout as error:
        raise TimeoutError(f"no answer within {_ANSWER_SECONDS} seconds") from error
    except requests.ConnectionError as error:
        raise ConnectionError(reason(error)) from error
    except requests.RequestException:
        return  # any other answer, which MLflow explains


def reason(error: BaseException) -> str:
    """The first line of the underlying error, such as ``[Errno 111] Connection refused``."""
    network = (*TROUBLE, HTTPError, HTTPException)
    while isinstance(inner := error.__cause__ or error.__context__, network):
        error = inner
    if isinstance(error, DBAPIError) and error.orig is not None:
        error = error.orig
    return str(error).strip().partition("\n")[0] or type(error).__name__


def _status(error: BaseException) -> int | None:
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return error.response.status_code
    if isinstance(error, MlflowException):
        # If MLflow knows only the number of an answer, such as a proxy's 413, it calls it an "internal error".
        number = re.search(r"failed with error code (\d{3})\b", str(error))
        return int(number[1]) if number else int(error.get_http_status_code())  # type: ignore[no-untyped-call]
    return None
