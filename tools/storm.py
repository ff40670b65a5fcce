"""Sends signals at random moments to evaluations and sweeps of the demo, and checks that nothing is lost or left over.

    python tools/storm.py --signals 200 --seed 1 --engines onnxruntime,caffe

Each round starts one command in its own folder and interrupts it up to eight times with SIGINT, SIGTERM or SIGKILL,
sometimes with two at once. The command then runs to its end. The script checks that

- the predictions are byte for byte those of an undisturbed command, once for each cell;
- no run is left open, and no process and no file is left over;
- a signal ends the command.

The last line sums up. The exit code is 1 if a check failed.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import Run

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
_A_ROUND = 8
_TWO_AT_ONCE = 0.3  # of the starts
_MARK = "CLSBENCH_STORM"
_ENGINES = "onnxruntime,opencv,openvino,torch,caffe"
_GRACE_SECONDS = 10.0
# What Python says, and ends with 1, if SIGINT comes before it has started itself, so before any line of the program.
_BEFORE_THE_PROGRAM = "Fatal Python error: init_import_site"


@dataclass(frozen=True)
class Command:
    """What is run, and how long it takes undisturbed; ``predictions`` by the fingerprint of the cell."""

    overrides: tuple[str, ...]
    seconds: float
    predictions: Mapping[str, bytes]
    files: frozenset[str]  # at the top of outputs


@dataclass
class Storm:
    """The results so far."""

    signals: int = 0
    rounds: int = 0
    found: Counter[str] = field(default_factory=Counter)

    def fault(self, kind: str, command: Command, detail: object) -> None:
        """Adds a fault of a ``kind``, with its place and details."""
        self.found[kind] += 1
        print(f"\n{kind}: {' '.join(command.overrides)}: {detail}", flush=True)

    @property
    def summary(self) -> str:
        """The summary, in one line."""
        kinds = ("results not equal", "results twice", "runs left open", "processes left", "files left", "wrong ends")
        counted = ", ".join(f"{self.found[kind]} {kind}" for kind in kinds)
        return f"{self.signals} signals in {self.rounds} rounds: {counted}"


def main() -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--signals", type=int, default=200, help="number of signals to send (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the moments and signals (default: %(default)s)")
    parser.add_argument("--engines", default=_ENGINES, help="engines, separated by commas (default: %(default)s)")
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    storm = Storm()
    with tempfile.TemporaryDirectory(prefix="storm-") as folder:
        undisturbed = list(_commands(Path(folder), arguments.engines.split(",")))
        for number, command in enumerate(cycle(undisturbed)):
            if storm.signals >= arguments.signals:
                break
            _round(storm, command, Path(folder) / f"round-{number}", chance)
            storm.rounds += 1
            print(f"\r{storm.summary}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    print(storm.summary)
    return 1 if storm.found else 0


def _commands(folder: Path, engines: Sequence[str]) -> Iterator[Command]:
    single = [(f"engine={each}", "crop=multi12", "batch_size=3") for each in engines]
    swept = [
        ("-m", f"hydra/launcher={each}", "crop=single,multi12", "batch_size=2,3", "workers=1")
        for each in ("basic", "joblib")
    ]
    for number, overrides in enumerate([*single, *swept]):
        outputs = folder / f"undisturbed-{number}"
        start = time.monotonic()
        with _started(overrides, outputs) as process:
            process.wait()
        said = _output_of(outputs)
        seconds = time.monotonic() - start
        if process.returncode:
            sys.exit(f"undisturbed, {' '.join(overrides)} ends with {process.returncode}:\n{said}")
        predictions = {_fingerprint(run): _predictions(run) for run in _cells(outputs) if run.info.status == "FINISHED"}
        yield Command(overrides, seconds, predictions, _files(outputs))


def _round(storm: Storm, command: Command, outputs: Path, chance: random.Random) -> None:
    for _ in range(_A_ROUND):
        sent = []
        with _started(command.overrides, outputs) as process:
            for wait in (chance.uniform(0, command.seconds), chance.uniform(0, 0.5)):
                try:
                    process.wait(wait)
                except subprocess.TimeoutExpired:
                    sent.append(chance.choice(_SIGNALS))
                    process.send_signal(sent[-1])
                    storm.signals += 1
                if chance.random() > _TWO_AT_ONCE:
                    break
            process.wait()
        said = _output_of(outputs)
        if process.returncode == 0:
            break
        right = {code for number in sent for code in (-number, 128 + number)}
        if said.startswith(_BEFORE_THE_PROGRAM) and process.returncode == 1 and signal.SIGINT in sent:
            continue
        if process.returncode not in right or ("Traceback" in said and signal.SIGKILL not in sent):
            names = " and ".join(number.name for number in sent) or "no signal"
            storm.fault("wrong ends", command, f"{names} ends with {process.returncode}: {said[-2000:]}")
    for _ in range(2):  # the second one finds everything done, and closes what the first may have left
        with _started(command.overrides, outputs) as process:
            process.wait()
        said = _output_of(outputs)
        if process.returncode:
            storm.fault("wrong ends", command, f"left alone it ends with {process.returncode}: {said[-2000:]}")
    _judge(storm, command, outputs)


def _judge(storm: Storm, command: Command, outputs: Path) -> None:
    cells = _cells(outputs)
    finished = [run for run in cells if run.info.status == "FINISHED"]
    if {_fingerprint(run): _predictions(run) for run in finished} != command.predictions:
        storm.fault("results not equal", command, f"{len(finished)} finished")
    if len(finished) > len(command.predictions):
        storm.fault("results twice", command, Counter(map(_fingerprint, finished)).most_common(1))
    for run in _runs(outputs):
        if run.info.status == "RUNNING":
            storm.fault("runs left open", command, run.info.run_id)
    for pid in _processes(outputs, _GRACE_SECONDS + command.seconds):
        storm.fault("processes left", command, Path(f"/proc/{pid}/cmdline").read_bytes())
    left = [*(_files(outputs) - command.files), *(outputs / "unfinished").glob("*"), *(outputs / "spool").glob("*")]
    if left:
        storm.fault("files left", command, left)


def _started(overrides: Sequence[str], outputs: Path) -> "subprocess.Popen[bytes]":
    with outputs.with_suffix(".txt").open("w") as said:  # not a pipe, because a leftover process would hold it open
        return subprocess.Popen(
            [sys.executable, "-m", "clsbench", *overrides, f"paths.outputs={outputs}"],
            env={**os.environ, _MARK: str(outputs)},
            stdout=said,
            stderr=subprocess.STDOUT,
        )


def _output_of(outputs: Path) -> str:
    return outputs.with_suffix(".txt").read_text(errors="replace")


def _processes(outputs: Path, grace: float) -> list[int]:
    """The processes started for ``outputs`` that do not end by themselves within ``grace`` seconds.

    A process still being started on a busy machine does not notice yet that its parent has gone.
    """
    end = time.monotonic() + grace
    while (living := [int(each.name) for each in Path("/proc").glob("[0-9]*") if _is_marked(each, outputs)]) and (
        time.monotonic() < end
    ):
        time.sleep(0.1)
    return living


def _is_marked(process: Path, outputs: Path) -> bool:
    try:
        return f"{_MARK}={outputs}".encode() in (process / "environ").read_bytes().split(b"\0")
    except OSError:  # it has ended, or is not ours
        return False


def _files(outputs: Path) -> frozenset[str]:
    return frozenset(each.name for each in outputs.iterdir())


def _runs(outputs: Path) -> list[Run]:
    client = MlflowClient(f"sqlite:///{outputs}/mlflow.db")
    return list(client.search_runs([each.experiment_id for each in client.search_experiments()]))


def _cells(outputs: Path) -> list[Run]:
    return [run for run in _runs(outputs) if run.data.tags.get("task") != "sweep"]


def _fingerprint(run: Run) -> str:
    return run.data.tags["fingerprint"]


def _predictions(run: Run) -> bytes:
    return (Path(run.info.artifact_uri.removeprefix("file://")) / "predictions.parquet").read_bytes()


if __name__ == "__main__":
    sys.exit(main())
