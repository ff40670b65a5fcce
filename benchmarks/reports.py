"""Measures how long each report takes from a store with many runs.

    python benchmarks/reports.py --runs 1000 --rounds 3

Each figure is the wall time of ``python -m clsbench.report NAME`` in its own process, including the plots. The runs are
synthetic: those of Table 1, then as many evaluations as timings of your own networks. The exit code is 1 if a median
exceeds --limit.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests" / "support")]

from report_store import FakeRun, FakeStore, evaluation, timing, whole_table  # noqa: E402 - after its folder

from clsbench.report.cells import AccuracyCell  # noqa: E402

REPORTS = ("table", "heatmap", "bars", "table1", "table3", "lite", "crop_curve", "pareto")
SIZES = (192, 224, 256, 288, 320)


def main() -> None:
    """Measures in turns, and prints a table; exit code 1 if a report exceeds the limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1000, help="number of runs in the store (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="number of rounds (default: %(default)s)")
    limit = "longest permitted median wall time of a report, in seconds (default: %(default)s)"
    parser.add_argument("--limit", type=float, default=5.0, help=limit)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        store = FakeStore(Path(name))
        for run in made_up(options.runs):
            store.write(run)
        seconds: dict[str, list[float]] = {report: [] for report in REPORTS}
        for _ in range(options.rounds):
            for report in REPORTS:
                seconds[report].append(timed(report, store.uri, Path(name) / report))
    print(f"\n| report over {options.runs:,} runs | median s | slowest s |\n| --- | ---: | ---: |")
    for report, each in seconds.items():
        print(f"| {report} | {statistics.median(each):.2f} | {max(each):.2f} |")
    sys.exit(any(statistics.median(each) > options.limit for each in seconds.values()))


def made_up(number: int) -> Iterator[FakeRun]:
    """Table 1's runs first, then alternating evaluations and timings of the user's own networks."""
    published = list(whole_table())[:number]
    yield from published
    for place in range(number - len(published)):
        half, is_timing = divmod(place, 2)
        model, size = f"net{half // len(SIZES):03}", SIZES[half % len(SIZES)]
        if is_timing:
            yield timing(model, size, 1 + half % 17, 2 + half % 13)
            continue
        run = evaluation(AccuracyCell(model, "standard", "single", size, size, "caffe", {}), 20 + half % 31, 5.0)
        facts = {"dataset": "list:val"}
        yield replace(run, tags={**run.tags, **facts}, params={**run.params, **facts})


def timed(report: str, uri: str, output: Path) -> float:
    """Wall-clock seconds of one command, from start to end."""
    command = [sys.executable, "-m", "clsbench.report", report, "--tracking-uri", uri, "--output", str(output)]
    started = perf_counter()
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return perf_counter() - started


if __name__ == "__main__":
    main()
