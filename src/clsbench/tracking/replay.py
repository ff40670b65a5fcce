"""Sends spools to their store once it answers again: in order, each write as often as needed, nothing twice."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import Run
from mlflow.exceptions import MlflowException

from clsbench.errors import TrackingError
from clsbench.tracking.broken_off import close_statement
from clsbench.tracking.credentials import reachable
from clsbench.tracking.outage import TROUBLE, check_reachable, is_outage, reason
from clsbench.tracking.spool import Entry, Record, Spool, held, is_spool, record_of, spooled
from clsbench.tracking.stale_runs import STALE_ERROR
from clsbench.tracking.writes import End, Tags, Write, name_of

_SQLITE = "sqlite:///"


class Result(Enum):
    """The result for one spool."""

    SENT = "sent"
    HELD = "held"  # by its run, which is still going, or by another command that is sending it
    AWAY = "away"  # the spool stays unchanged
    SET_ASIDE = "set aside"  # the store will not accept it
    DAMAGED = "damaged"  # the spool stays unchanged


@dataclass(frozen=True)
class Outcome:
    """``detail`` gives the reason for a failure, or says how the run ended."""

    run_id: str
    name: str
    uri: str
    result: Result
    detail: str


def replay_all(root: Path, target: Callable[[Record], str | None]) -> Iterator[Outcome]:
    """Sends each spool below ``root``; ``target`` gives the address, and None skips the spool."""
    away: dict[str, str] = {}
    for folder in spooled(root):
        try:
            record = record_of(folder)
        except TrackingError as error:
            if is_spool(folder):  # otherwise another command was faster
                yield Outcome(folder.name, "", "", Result.DAMAGED, str(error))
            continue
        uri = target(record)
        if uri is None:
            continue
        if uri not in away and (trouble := _trouble(uri)):
            away[uri] = trouble
        if uri in away:
            yield Outcome(record.run_id, record.name, uri, Result.AWAY, away[uri])
        elif spool := held(folder):
            yield replay(spool, record, uri)
        elif is_spool(folder):
            yield Outcome(record.run_id, record.name, uri, Result.HELD, "another process is at it")


def replay(spool: Spool, record: Record, uri: str) -> Outcome:
    """Sends the spool's content to ``uri``; the spool is closed, and removed if everything was accepted."""
    try:
        check_reachable(uri)
        result, detail = _sent(spool, record, uri)
    except TrackingError as error:
        result, detail = Result.DAMAGED, str(error)
    except TROUBLE as error:
        result, detail = Result.AWAY, reason(error)
    except BaseException as error:  # a signal: another command may take it
        close_statement(error)
        spool.close()
        raise
    if result is Result.SENT:
        spool.remove()
    elif result is Result.SET_ASIDE:
        detail = f"{detail}; its spool is kept in {spool.set_aside(detail)}"
    else:
        spool.close()
    return Outcome(record.run_id, record.name, uri, result, detail)


def same_store(one: str, other: str) -> bool:
    """Whether two addresses are spelled alike, apart from a trailing slash."""
    return one.rstrip("/") == other.rstrip("/")


def _sent(spool: Spool, record: Record, uri: str) -> tuple[Result, str]:
    entries = spool.entries()
    client = MlflowClient(tracking_uri=uri)
    run = _run(client, record.run_id)
    if run is None or run.info.lifecycle_stage == "deleted":
        gone = f"the run is {'unknown' if run is None else 'deleted'} at {uri}"
        if same_store(uri, reachable(record.uri, uri)):
            return Result.SET_ASIDE, gone
        return Result.AWAY, f"{gone}, it was made at {record.uri}"
    if run.data.tags.get("error") == STALE_ERROR:  # set by a command that did not know about the spool
        client.delete_tag(record.run_id, "error")
    writes = _with_end(entries)
    refused = [text for write in writes if (text := _refusal(write, client, record.run_id))]
    if refused:
        return Result.SET_ASIDE, "; ".join(refused)
    return Result.SENT, next((write.status for write in reversed(writes) if isinstance(write, End)), "")


def _run(client: MlflowClient, run_id: str) -> Run | None:
    try:
        return client.get_run(run_id)
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            return None
        raise


def _with_end(entries: list[Entry]) -> list[Write]:
    """All writes; a run whose process was ended from outside ends as KILLED at the time of its last one."""
    writes = [entry.write for entry in entries]
    if any(isinstance(write, End) for write in writes) or not entries:
        return writes
    return [*writes, Tags({"error": STALE_ERROR}), End("KILLED", entries[-1].time)]


def _refusal(write: Write, client: MlflowClient, run_id: str) -> str:
    """Why the store will never accept the write; empty if it accepted it. Raises if it may accept it later."""
    try:
        write.send(client, run_id)
    except TROUBLE as error:
        if is_outage(error):
            raise
        return f"{name_of(write)} refused ({str(error).partition(chr(10))[0]})"
    return ""


def _trouble(uri: str) -> str:
    """Why nothing can be sent there; empty if all seems well."""
    try:
        check_reachable(uri)
    except OSError as error:
        return str(error)
    # MLflow would create an empty store in place of one whose disk is missing.
    missing = uri.startswith(_SQLITE) and not Path(uri.removeprefix(_SQLITE)).is_file()
    return f"there is no file {uri.removeprefix(_SQLITE)}" if missing else ""
