"""A file behind a URL, fetched in as many attempts as needed; the checksum decides whether it is the right one."""

import fcntl
import http.client
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from clsbench.errors import BusyError, WeightsError
from clsbench.model.weights_file import sha256_of
from clsbench.weights.download_bar import Show, progress_bar

_PIECE = 2**20  # bytes
_SECONDS = 15  # without a response
_ATTEMPTS = 4
_FROM = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_RANGE_NOT_SATISFIABLE = 416


class _BrokenError(Exception):
    """The connection ended before the file did."""


def fetch_file(url: str, target: Path, checksum: str) -> None:
    """Makes ``target``, whose sha256 begins with ``checksum``, resuming where an earlier call was cut off.

    Proxies come from the environment (https_proxy, no_proxy). Raises WeightsError, or BusyError if another process is
    fetching the same file; what was fetched is kept for the next call.
    """
    if target.is_file() and sha256_of(target).startswith(checksum):
        return
    part = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with part.open("ab") as file, _own(file, part), progress_bar(target.name) as show:
            _fetch(url, file, show)
            found = sha256_of(part)
            if not found.startswith(checksum):
                part.unlink()
                raise WeightsError(
                    f"{url}: the file has sha256 {found[: len(checksum)]}..., not {checksum}...: damaged in transit, "
                    "or replaced there; the download was deleted, so start again"
                )
            part.replace(target)
    except OSError as error:
        raise WeightsError(f"{target}: cannot write it: {error}") from error
    finally:
        if part.exists() and not part.stat().st_size:
            part.unlink()


def _fetch(url: str, file: BinaryIO, show: Show) -> None:
    reason = ""
    for _ in range(_ATTEMPTS):
        try:
            _go_on(url, file, show)
        except _BrokenError as broken:
            reason = str(broken)
        else:
            return
    raise WeightsError(
        f"{url}: interrupted {_ATTEMPTS} times, most recently after {file.tell() / 2**20:.1f} MiB ({reason}); run "
        "the command again to continue from there"
    )


def _go_on(url: str, file: BinaryIO, show: Show) -> None:
    """Appends what is missing. Raises _BrokenError if the connection ends too early."""
    have = file.seek(0, 2)
    headers = {"User-Agent": "clsbench", **({"Range": f"bytes={have}-"} if have else {})}
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - a location of sources.py
    try:
        with urllib.request.build_opener().open(request, timeout=_SECONDS) as answer:
            begin, total = _place(answer)
            file.truncate(begin)
            file.seek(0, 2)
            _copy(answer, file, total, show)
    except urllib.error.HTTPError as error:
        if error.code == _RANGE_NOT_SATISFIABLE and have:
            _all_there(error, file, have)
            return
        raise WeightsError(f"{url}: the server says {error.code} {error.reason}; is the file still there?") from error
    except urllib.error.URLError as error:
        raise WeightsError(f"{url}: cannot be reached: {error.reason}") from error
    except (TimeoutError, http.client.HTTPException, ConnectionError) as error:
        raise _BrokenError(str(error) or type(error).__name__) from error


def _place(answer: http.client.HTTPResponse) -> tuple[int, int | None]:
    """Where the response begins in the file, and the file's size."""
    if answer.status == http.HTTPStatus.PARTIAL_CONTENT and (
        found := _FROM.fullmatch(answer.headers.get("Content-Range", ""))
    ):
        return int(found[1]), None if found[2] == "*" else int(found[2])
    length = answer.headers.get("Content-Length", "")
    return 0, int(length) if length.isdecimal() else None


def _copy(answer: http.client.HTTPResponse, file: BinaryIO, total: int | None, show: Show) -> None:
    show(file.tell(), total)
    while piece := answer.read(_PIECE):
        file.write(piece)
        show(file.tell(), total)
    file.flush()
    if total is not None and file.tell() < total:
        raise _BrokenError(f"{file.tell()} of {total} bytes")


def _all_there(error: urllib.error.HTTPError, file: BinaryIO, have: int) -> None:
    """The server has nothing from here on: all is there, or the old file was longer and is fetched from its start."""
    if error.headers.get("Content-Range", "") != f"bytes */{have}":
        file.truncate(0)
        raise _BrokenError("the file became shorter") from error


@contextmanager
def _own(file: BinaryIO, part: Path) -> Iterator[None]:
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise BusyError(f"{part}: another process is fetching it; wait for it, or end it") from None
    yield
