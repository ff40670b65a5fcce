"""Compares every converted network with the original in timm or torchvision: same random weights, same scores?

python tools/weights_check.py                  all networks; writes docs/weights-check.md
python tools/weights_check.py senet dpn-92     only these; prints the result

Run it in the environment that tools/setup_weights_check.sh makes. No weights are downloaded. The exit code is 1 if a
network differs.
"""

import argparse
import logging
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import timm
import torch
import torchvision

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from weights_proof import IMAGES, TOLERANCE, Agreement, agreements  # noqa: E402

from clsbench.config import CONF  # noqa: E402
from clsbench.engines.cores import available_cores  # noqa: E402
from clsbench.results.environment import cpu_name  # noqa: E402
from clsbench.weights.mappings import MAPPINGS, REFUSED, mapping_of  # noqa: E402
from clsbench.weights.source import Source  # noqa: E402
from clsbench.weights.sources import SOURCES  # noqa: E402
from clsbench.zoo.catalogue import read_catalogue  # noqa: E402

REPORT = ROOT / "docs" / "weights-check.md"


def all_agreements(sources: Sequence[Source]) -> Iterator[Agreement]:
    """One source and size after another; the files of each are removed before the next."""
    catalogue = read_catalogue(CONF / "model")
    for source in sources:
        entry = catalogue[source.network]
        with tempfile.TemporaryDirectory(prefix="weights-check-") as folder:
            yield from agreements(source, entry, Path(folder), tuple(entry.sizes))


def report(results: Sequence[Agreement]) -> str:
    """The page, with one line per source and size."""
    agree = sum(result.passed for result in results)
    networks = {result.source.network for result in results}
    lines = [
        "# Converted weights against the hub's own models",
        "",
        f"`make weights-check` wrote this page on {date.today().isoformat()}: {cpu_name()}, {available_cores()} cores, "
        f"torch {torch.__version__}, torchvision {torchvision.__version__}, timm {timm.__version__}.",
        "",
        f"This covers {len(networks)} networks. Each model of timm or torchvision gets random weights that keep the "
        "variance, and BatchNorm statistics, factors and shifts that differ by channel. Its state dict is saved as a "
        f"file like the hub's and converted into a caffemodel. Then {IMAGES} generated images (random colours that "
        "change slowly, with noise), normalised as the source says, go through both: the hub's model in PyTorch, and "
        "the caffemodel in ONNX Runtime. The two are the same if each image has the same best class and no "
        f"probability differs by more than {TOLERANCE:g}: {agree} of {len(results)} are. Converting the caffemodel to "
        "a state dict and back gives the same file, bit by bit, for all of them.",
        "",
        "No weights of the hub were read here. To measure the accuracy of converted weights on ImageNet, use "
        "`clsbench -m experiment=table1_hub`.",
        "",
        "| network | source | relation | size | pixels | largest difference | same best class | largest probability |",
        "| --- | --- | --- | --- | ---: | ---: | --- | ---: |",
    ]
    lines += [_row(result) for result in results]
    lines += ["", *_differences(results), *_settings(), *_refused()]
    return "\n".join(lines) + "\n"


def _row(result: Agreement) -> str:
    mark = " (1)" if result.changed else ""
    return (
        f"| {result.source.network} | {result.source.title} | {result.source.relation} | {result.size} | "
        f"{result.pixels} | {result.difference:.1e}{mark} | {'yes' if result.same_argmax else 'NO'} | "
        f"{result.largest_probability:.3f} |"
    )


def _differences(results: Sequence[Agreement]) -> Iterator[str]:
    """The networks for which the hub's code computes something different, though the weights are the published ones."""
    yield "## (1) Where the hub's code computes something different from the published network"
    yield ""
    yield (
        "As far as is known, the weights are the same, so the published network keeps its own settings. The hub's "
        "model was given these settings for the comparison. The last column shows the difference without that: the "
        "random weights were made to distinguish images, so a small change of the network changes the scores a lot."
    )
    yield ""
    yield "| network | size | set in the hub's model | largest difference from the model as it is |"
    yield "| --- | --- | --- | ---: |"
    for result in results:
        if result.changed and result.untouched is not None:
            yield f"| {result.source.network} | {result.size} | {result.changed} | {result.untouched:.1e} |"
    yield ""
    for network in dict.fromkeys(result.source.network for result in results if result.changed):
        for sentence in mapping_of(network, "timm").differences:
            yield f"- {network}: {sentence}."
    yield ""


def _settings() -> Iterator[str]:
    yield "## Where the published network follows the hub's settings"
    yield ""
    yield (
        "These are other weights, trained with these settings. The settings are in the file beside the converted "
        "weights, and `model=NAME` reads them from there."
    )
    yield ""
    for (network, library), make in MAPPINGS.items():
        for layer, settings in make().settings.items():
            values = ", ".join(f"{name} {value}" for name, value in settings.items())
            yield f"- {network} from {library}: layer `{layer}`: {values}."
    yield ""


def _refused() -> Iterator[str]:
    yield "## Refused"
    yield ""
    for network, reason in REFUSED.items():
        yield f"- {network}: {reason}."


def main() -> int:
    """Returns 0 if all are the same."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NETWORK", help="network to compare (default: all)")
    names = parser.parse_args().names
    logging.basicConfig(level=logging.WARNING)
    if unknown := sorted(set(names) - {source.network for source in SOURCES}):
        parser.error(f"no source has these networks: {', '.join(unknown)}")
    results = []
    for result in all_agreements([source for source in SOURCES if not names or source.network in names]):
        print(_row(result), flush=True)
        results.append(result)
    if not names:
        REPORT.write_text(report(results), encoding="utf-8")
    return 0 if all(result.passed for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
