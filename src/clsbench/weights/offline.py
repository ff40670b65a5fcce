"""Whether the user forbids the network, and what to do without it."""

import http.client
import os
import urllib.error
import urllib.request

from clsbench.errors import WeightsError

# The first is ours; the second is the Hugging Face hub's own.
_VARIABLES = ("CLSBENCH_OFFLINE", "HF_HUB_OFFLINE")
_YES = ("1", "ON", "YES", "TRUE")
_SECONDS = 15  # without a response


def offline_variable() -> str | None:
    """The environment variable that forbids network access; None if it is allowed."""
    return next((name for name in _VARIABLES if os.environ.get(name, "").upper() in _YES), None)


def no_answer(url: str) -> str | None:
    """Why nothing answers at ``url``, after one brief attempt; None if something does, whatever the answer."""
    request = urllib.request.Request(url, headers={"User-Agent": "clsbench"}, method="HEAD")  # noqa: S310 - https
    try:
        with urllib.request.build_opener().open(request, timeout=_SECONDS):
            return None
    except urllib.error.HTTPError:
        return None
    except urllib.error.URLError as error:
        return f"{url} cannot be reached: {error.reason}"
    except (OSError, http.client.HTTPException) as error:
        return f"{url} cannot be reached: {error}"


def check_online(location: str) -> None:
    """Raises WeightsError if network access is forbidden, so that ``location`` is out of reach."""
    if variable := offline_variable():
        raise WeightsError(f"{location} not fetched, as {variable} is set; unset it")
