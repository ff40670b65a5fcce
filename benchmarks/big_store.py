"""Measures how long clsbench commands take on a store with many runs.

    python benchmarks/big_store.py --runs 10000
    python benchmarks/big_store.py --runs 10000 --uri postgresql://localhost/empty     # pip install psycopg2-binary

The script fills the store with copies of a run of the demo, which has all tags, params and metrics of an evaluation.
Some become cells of Table 1 (--published), the others evaluations of your own networks. It then runs each command in
its own process, in turns, and prints the median wall time and processor time. On a busy machine, only the processor
time is meaningful. The exit code is 1 if a median processor time exceeds --limit.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from time import perf_counter

from mlflow import MlflowClient

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests" / "support")]

from copied_runs import Copy, copy_run  # noqa: E402 - after its folder
from report_store import whole_table  # noqa: E402

from clsbench.results.environment import cpu_name  # noqa: E402

_CELLS = "batch_size=1,2,3,4,5,6,7,8"
_SIZES = (192, 224, 256, 288, 320)


def main() -> None:
    """Fills the store, measures in turns, and prints a table; exit code 1 if a command exceeds the limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10_000, help="number of runs in the store (default: %(default)s)")
    parser.add_argument(
        "--published", type=int, default=10, help="percentage of cells of Table 1 (default: %(default)s)"
    )
    parser.add_argument("--uri", help="tracking URI of an empty database (default: SQLite in a temporary folder)")
    parser.add_argument("--rounds", type=int, default=3, help="number of rounds (default: %(default)s)")
    limit = "longest permitted median processor time of a command, in seconds (default: %(default)s)"
    parser.add_argument("--limit", type=float, default=5.0, help=limit)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="clsbench-big-store-") as name:
        folder = Path(name)
        uri = options.uri or f"sqlite:///{folder}/mlflow.db"
        demo = [f"tracking.uri={uri}", f"paths.outputs={folder}/outputs", "workers=1"]
        seconds("run", "limit=60", *demo)
        template = the_only_run(uri)
        started = perf_counter()
        copies = copy_run(uri, template, made_up(options.runs, options.published))
        filled = f"filled in {perf_counter() - started:.0f} s"
        print(f"{cpu_name()}; {options.runs:,} runs in {uri.partition(':')[0]}, {filled}")
        seconds("-m", _CELLS, "limit=60", *demo)
        commands: dict[str, Callable[[int], tuple[str, ...]]] = {
            "a run from start to end": lambda turn: ("run", f"seed={turn}", "sample=60", *demo),
            "a sweep of 8 cells that are all done": lambda _: ("-m", _CELLS, "limit=60", *demo),
            "report table1": lambda _: ("report", "table1", "--tracking-uri", uri, "--output", f"{folder}/table1"),
            "report table": lambda _: ("report", "table", "--tracking-uri", uri, "--output", f"{folder}/table"),
            "compare": lambda _: ("compare", *copies[:2], "--tracking-uri", uri, "--output", f"{folder}/compared"),
        }
        taken: dict[str, list[tuple[float, float]]] = {what: [] for what in commands}
        for turn in range(options.rounds):
            for what, command in commands.items():
                taken[what].append(seconds(*command(turn)))
                print(what, *(f"{each:.2f}" for each in taken[what][-1]), file=sys.stderr, flush=True)
    print("\n| command | wall s, median | processor s, median |\n| --- | ---: | ---: |")
    medians = {what: [statistics.median(each) for each in zip(*both, strict=True)] for what, both in taken.items()}
    for what, (wall, processor) in medians.items():
        print(f"| {what} | {wall:.2f} | {processor:.2f} |")
    sys.exit(any(processor > options.limit for _, processor in medians.values()))


def made_up(number: int, published: int) -> Iterator[Copy]:
    """Cells of Table 1, and evaluations of the user's own networks on one list, evenly mixed."""
    table = cycle(list(whole_table()))
    for place in range(number):
        fingerprint = {"fingerprint": f"{place:064x}"}
        if place * published // 100 != (place + 1) * published // 100:
            cell = next(table)
            yield Copy(cell.name, {**cell.tags, **fingerprint}, cell.params, cell.metrics)
        else:
            size = {"crop_size": str(_SIZES[place % len(_SIZES)])}
            facts = {"model": f"net{place // len(_SIZES):05}", "dataset": "list:val"}
            yield Copy(f"{facts['model']} single {size['crop_size']}", {**facts, **fingerprint}, {**facts, **size})


def the_only_run(uri: str) -> str:
    """The id of the only run."""
    client = MlflowClient(tracking_uri=uri)
    (found,) = client.search_runs([experiment.experiment_id for experiment in client.search_experiments()])
    return str(found.info.run_id)


def seconds(*words: str) -> tuple[float, float]:
    """Wall-clock seconds of one command, from start to end, and its processor seconds."""
    before, started = os.times(), perf_counter()
    ended = subprocess.run([sys.executable, "-m", "clsbench", *words], capture_output=True, text=True, check=False)
    wall, after = perf_counter() - started, os.times()
    if ended.returncode:
        sys.exit(f"{' '.join(words)} ends with {ended.returncode}:\n{ended.stdout}{ended.stderr}")
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, used


if __name__ == "__main__":
    main()
