"""Compares every zoo network on real pycaffe with the default engine, at both sizes: same weights, same scores?

python tools/zoo_check.py                  all networks; writes docs/zoo-check.md
python tools/zoo_check.py senet dpn-92     only these; prints the result

The exit code is 1 if a network differs.
"""

import argparse
import logging
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from clsbench.config import CONF
from clsbench.engines.caffe.engine import Caffe
from clsbench.engines.cores import available_cores
from clsbench.engines.onnxruntime.engine import OnnxRuntime
from clsbench.model.file_cache import FileCache
from clsbench.model.model import Model
from clsbench.results.environment import cpu_name
from clsbench.zoo.catalogue import Entry, generated, read_catalogue
from clsbench.zoo.fitting import fitted

REPORT = Path(__file__).resolve().parents[1] / "docs" / "zoo-check.md"
# The allowed difference between two engines: a hundredth of a percent.
TOLERANCE = 1e-4
VIEWS = 2
_CACHE_BYTES = 4 * 2**30


@dataclass(frozen=True)
class Comparison:
    """Both engines on the same views: the largest difference of any probability, and of the best class."""

    name: str
    size: str
    crop_size: int
    difference: float
    same_argmax: bool
    largest_probability: float
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether the engines agree."""
        return self.same_argmax and self.difference <= TOLERANCE


def compared(entry: Entry, size: str, folder: Path, python: str | None) -> Comparison:
    """One network with random weights at one size; its files go to ``folder``. ``python`` imports caffe."""
    started = time.perf_counter()
    crop = entry.sizes[size][0]
    model = Model(entry.name, fitted(generated(entry), crop), None, FileCache(folder, _CACHE_BYTES))
    views = np.random.default_rng(0).standard_normal((VIEWS, *model.input_shape), dtype=np.float32)
    threads = available_cores()
    onnxruntime = OnnxRuntime(
        device="cpu", precision="fp32", threads=threads, streams=1, batch_size=None, provider="cpu"
    )
    caffe = Caffe(device="cpu", precision="fp32", threads=threads, processes=1, batch_size=None, python=python)
    with onnxruntime.open(model) as predictor:
        ours = predictor(views)
    with caffe.open(model) as predictor:
        reference = predictor(views)
    return Comparison(
        name=entry.name,
        size=size,
        crop_size=crop,
        difference=float(np.abs(ours - reference).max()),
        same_argmax=bool((ours.argmax(axis=1) == reference.argmax(axis=1)).all()),
        largest_probability=float(reference.max()),
        seconds=time.perf_counter() - started,
    )


def comparisons(entries: Sequence[Entry]) -> Iterator[Comparison]:
    """One network and size after another; the files of each are removed before the next."""
    for entry in entries:
        for size in entry.sizes:
            with tempfile.TemporaryDirectory(prefix="zoo-check-") as folder:
                yield compared(entry, size, Path(folder), None)


def report(results: Sequence[Comparison]) -> str:
    """The page, with one line per network and size."""
    agree = sum(result.passed for result in results)
    lines = [
        "# The zoo on two engines",
        "",
        f"`make zoo-check` wrote this page on {date.today().isoformat()}: {cpu_name()}, {available_cores()} cores.",
        "",
        "Each network ran with the same random weights on real pycaffe and on ONNX Runtime, with "
        f"{VIEWS} views of noise. The two agree if the best class is the same and no probability differs by more than "
        f"{TOLERANCE:g}: {agree} of {len(results)} do.",
        "",
        "| network | size | pixels | largest difference | same best class | largest probability | seconds |",
        "| --- | --- | ---: | ---: | --- | ---: | ---: |",
    ]
    lines += [_row(result) for result in results]
    return "\n".join(lines) + "\n"


def _row(result: Comparison) -> str:
    return (
        f"| {result.name} | {result.size} | {result.crop_size} | {result.difference:.1e} | "
        f"{'yes' if result.same_argmax else 'NO'} | {result.largest_probability:.3f} | {result.seconds:.1f} |"
    )


def main() -> int:
    """Returns 0 if all agree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NETWORK", help="network to compare (default: all)")
    names = parser.parse_args().names
    logging.basicConfig(level=logging.WARNING)
    catalogue = read_catalogue(CONF / "model")
    unknown = [name for name in names if name not in catalogue]
    if unknown:
        parser.error(f"no such network in the zoo: {', '.join(unknown)}")
    results = []
    for result in comparisons([catalogue[name] for name in names or catalogue]):
        print(_row(result), flush=True)
        results.append(result)
    if not names:
        REPORT.write_text(report(results), encoding="utf-8")
    return 0 if all(result.passed for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
