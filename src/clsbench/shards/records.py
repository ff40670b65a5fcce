"""What a worker leaves of a shard that it has evaluated: one line per image, between a first and a last line."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from clsbench.caffe.whole_file import whole_file
from clsbench.data.dataset import Sample
from clsbench.errors import MergeError
from clsbench.evaluation.journal_lines import Line, good_lines, image_of, text_of, with_check
from clsbench.evaluation.record import Prediction
from clsbench.shards.shard import Shard

_VERSION = 1  # of the file format
_json = json.JSONEncoder(separators=(",", ":"), allow_nan=False, sort_keys=True).encode


@dataclass(frozen=True)
class Work:
    """The cost of a shard: seconds of its evaluation and of opening the engine, MiB at the peak, and its forwards.

    It is counted as for an evaluation: times leave out what an earlier process did. ``views`` and ``milliseconds`` are
    per forward, and the first forward warms the engine up.
    """

    images: int  # to which ``seconds`` refers
    seconds: float
    load_seconds: float
    peak_rss_mib: float
    views: Sequence[int]
    milliseconds: Sequence[float]
    host: str = ""
    processor: str = ""
    device: str = ""  # as the user named it, if several GPUs shared the evaluation


@dataclass(frozen=True)
class Records:
    """An evaluated shard. ``identity``: everything that the whole's predictions depend on, equal for every shard.

    The predictions' indices refer to all images; ``engine`` is what the engine reported about itself.
    """

    shard: Shard
    identity: Mapping[str, str]
    predictions: Sequence[Prediction] = field(repr=False)
    work: Work
    engine: Mapping[str, Any]


def write_records(records: Records, batch_size: int, path: Path) -> None:
    """Writes whole or not at all, on any file system with atomic renames; replaces a file of the same shard."""
    with whole_file(path) as file:
        check = 0
        for text in _texts(records, batch_size):
            line, check = with_check(text, check)
            file.write(line)
        file.flush()
        os.fsync(file.fileno())


def read_records(path: Path, samples: Sequence[Sample]) -> Records:
    """The records as written. Raises MergeError if the file is damaged or has another format."""
    lines = list(good_lines(path.read_bytes()))
    if not _is_whole(lines):
        raise MergeError(
            f"{path}: it is damaged, or from another version of clsbench: {len(lines)} of its lines are whole; "
            "evaluate "
            "the shard again, which replaces it"
        )
    first, last = _object(lines[0]), _object(lines[-1])
    return Records(
        shard=Shard(*first["shard"]),
        identity=first["identity"],
        predictions=[_prediction(line, samples, path) for line in lines[1:-1]],
        work=Work(**last["work"]),
        engine=last["engine"],
    )


def readable(path: Path) -> bool:
    """Whether the file is there and intact."""
    try:
        lines = list(good_lines(path.read_bytes()))
    except FileNotFoundError:
        return False
    return _is_whole(lines)


def _is_whole(lines: Sequence[Line]) -> bool:
    return (
        bool(lines) and _object(lines[0]).get("records") == _VERSION and _object(lines[-1]).get("end") == len(lines) - 2
    )


def _texts(records: Records, batch_size: int) -> Iterator[bytes]:
    shard = [records.shard.number, records.shard.count]
    yield _json({"records": _VERSION, "shard": shard, "identity": records.identity}).encode()
    for prediction in records.predictions:
        yield text_of(prediction, batch_size)
    end = {"end": len(records.predictions), "work": asdict(records.work), "engine": records.engine}
    yield _json(end).encode()


def _object(line: Line) -> dict[str, Any]:
    found = json.loads(line.text)
    return found if isinstance(found, dict) else {}


def _prediction(line: Line, samples: Sequence[Sample], path: Path) -> Prediction:
    index = json.loads(line.text)[0]
    if not 0 <= index < len(samples):
        raise MergeError(
            f"{path}: it has image {index + 1}, but there are {len(samples)}; was it made from other images?"
        )
    return image_of(line, samples[index], index).prediction


def moved(predictions: Sequence[Prediction], by: int) -> list[Prediction]:
    """The records with indices among all images, not within a block that begins after ``by`` images."""
    return [replace(prediction, index=prediction.index + by) for prediction in predictions]
