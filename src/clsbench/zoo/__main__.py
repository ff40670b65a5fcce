"""``python -m clsbench.zoo``: all networks as a table, or one network's layers or prototxt.

An entry point, so it may import from above: the lowering to BVLC's dialect, and the location of conf/.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]
from rich.table import Table

from clsbench.caffe.net import Net
from clsbench.caffe.prototxt_writer import prototxt_text
from clsbench.caffe.sizes import with_input_size
from clsbench.config import CONF
from clsbench.console.side_command import exit_code_of
from clsbench.console.terminal import console
from clsbench.errors import ConfigError
from clsbench.lowering.passes import FOR_BVLC, lower
from clsbench.zoo.catalogue import Entry, generated, read_catalogue
from clsbench.zoo.command_line import entry_called
from clsbench.zoo.figures import figures_of, layer_figures
from clsbench.zoo.fitting import fitted
from clsbench.zoo.known_figures import as_csv, known_figures
from clsbench.zoo.overview import layer_table, markdown_page, terminal_table


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 2 if there is no such network."""
    options = _parser().parse_args(arguments)

    def run() -> int:
        catalogue = read_catalogue(CONF / "model")
        if options.network is None:
            _print_all(catalogue, options)
        else:
            _print_one(entry_called(options.network, catalogue), options)
        return 0

    return exit_code_of(run)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="clsbench zoo", description="The networks that model=NAME knows.")
    parser.add_argument("network", nargs="?", help="a network or one of its aliases; default: a table of all networks")
    parser.add_argument("--size", choices=["standard", "large"], default="standard", help="the image size of NETWORK")
    parser.add_argument("--prototxt", action="store_true", help="print NETWORK's prototxt in BVLC Caffe's dialect")
    parser.add_argument("--markdown", action="store_true", help="print the table as in docs/zoo.md")
    parser.add_argument("--csv", action="store_true", help="print the computed figures as in zoo/figures.csv")
    parser.add_argument("--weights", type=Path, help="the folder with weights files; default: paths.weights")
    return parser


def _print_all(catalogue: Mapping[str, Entry], options: argparse.Namespace) -> None:
    if options.csv:
        sys.stdout.write(as_csv((name, figures_of(entry)) for name, entry in catalogue.items()))
        return
    known = known_figures()
    rows = {name: (entry, known.get(name) or figures_of(entry)) for name, entry in catalogue.items()}
    if options.markdown:
        sys.stdout.write(markdown_page(rows))
    else:
        _print(terminal_table(rows, (options.weights or _weights_folder()).expanduser()))


def _print_one(entry: Entry, options: argparse.Namespace) -> None:
    if options.size not in entry.sizes:
        raise ConfigError(f"{entry.name} has no {options.size} size; it has {', '.join(entry.sizes)}")
    net = _net(entry, options.size)
    if options.prototxt:
        sys.stdout.write(prototxt_text(lower(net, FOR_BVLC)))
    else:
        _print(layer_table(f"{entry.name} at {entry.sizes[options.size][0]} pixels", layer_figures(net)))


def _print(table: Table) -> None:
    """Prints at full width even if the terminal or a file is narrower: a cut-off figure is useless."""
    console.width = max(console.width, console.measure(table, options=console.options.update(max_width=1000)).maximum)
    console.print(table)


def _net(entry: Entry, size: str) -> Net:
    """As published if it takes the size, with its auxiliary classifiers; otherwise a version that takes it."""
    net, crop = generated(entry), entry.sizes[size][0]
    return with_input_size(net, crop) if size == "standard" else fitted(net, crop)


def _weights_folder() -> Path:
    content: Any = yaml.safe_load((CONF / "config.yaml").read_text(encoding="utf-8"))
    return Path(content["paths"]["weights"])


if __name__ == "__main__":
    sys.exit(main())
