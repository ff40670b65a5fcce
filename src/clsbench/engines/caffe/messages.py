"""Finds Caffe's error message in everything that the dead process wrote to stderr."""

import re
import signal

# glog's prefix (its README): level, date, time, thread, file:line]
_FATAL = re.compile(r"^F\d{4,8} \d\d:\d\d:\d\d\.\d+ +\d+ ([^\]]+)\] ?(.*)$")
_PARSER = re.compile(r"^\[libprotobuf (?:ERROR|FATAL) [^\]]*\] ?(.*)$")
_END_OF_FATAL = "*** Check failure stack trace"
_TAIL_LINES = 8


def final_message(written: str) -> str:
    """Caffe's fatal message, preceded by its parser's complaints; without a fatal message, the last lines it wrote."""
    lines = written.splitlines()
    parser = [match[1] for line in lines if (match := _PARSER.match(line))]
    for at, line in enumerate(lines):
        if match := _FATAL.match(line):
            more = _until_stack_trace(lines[at + 1 :])
            return "; ".join([*parser, " ".join([match[2], *more]).strip() + f" [{match[1]}]"])
    return " | ".join(line.strip() for line in lines[-_TAIL_LINES:] if line.strip()) or "it wrote nothing"


def cure_of(words: str) -> str:
    """The remedy for Caffe's own message; empty if the message is clear enough."""
    if "has no field named" in words or "Unknown layer type" in words:
        return (
            "; the network belongs to a fork of Caffe that this pycaffe does not support (docs/layers.md): use "
            "another engine, or the fork's own pycaffe with engine.python=..."
        )
    return ""


def cause_of_death(code: int) -> str:
    """How a process ended, from its exit code (negative: a signal, as subprocess gives it)."""
    if code >= 0:
        return f"exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    if -code == signal.SIGKILL:
        return f"{name}: killed from outside, most often because memory ran out; a smaller batch_size needs less"
    return name


def _until_stack_trace(lines: list[str]) -> list[str]:
    more: list[str] = []
    for line in lines:
        if line.startswith(_END_OF_FATAL) or _FATAL.match(line):
            break
        more.append(line.strip())
    return more
