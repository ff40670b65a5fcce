"""``python -m clsbench.weights``: a table of the available weights; ``get`` fetches, ``convert`` translates."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from clsbench.config import CONF
from clsbench.console.side_command import exit_code_of
from clsbench.console.terminal import console
from clsbench.errors import ConfigError
from clsbench.weights.convert import check_place, converted, written_back
from clsbench.weights.get import Wanted, got
from clsbench.weights.local_file import local_file
from clsbench.weights.origins import HUB, LIBRARIES, PUBLISHED
from clsbench.weights.overview import weights_table
from clsbench.weights.sidecar import Sidecar, sidecar_path
from clsbench.weights.sources import sources_of
from clsbench.weights.state_dict import read_state_dict
from clsbench.zoo.catalogue import Entry, generated, read_catalogue
from clsbench.zoo.command_line import entry_called

_FOLDER = "the folder with weights files; default: paths.weights"


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 2 if something could not be done; then nothing was written."""
    options = _parser().parse_args(arguments)

    def run() -> int:
        options.run(read_catalogue(CONF / "model"), options)
        return 0

    return exit_code_of(run)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="clsbench weights", description="Weights of the zoo's networks.")
    parser.add_argument("--weights", type=Path, help=_FOLDER)
    parser.set_defaults(run=_list)
    commands = parser.add_subparsers(metavar="get | convert", title="without a command, a table of all networks")
    # Also allowed after the command, where the default must not override a value given before it.
    folder = argparse.ArgumentParser(add_help=False)
    folder.add_argument("--weights", type=Path, default=argparse.SUPPRESS, help=_FOLDER)
    get = commands.add_parser("get", parents=[folder], help="fetch weights to where model=NAME finds them")
    get.set_defaults(run=_get)
    get.add_argument("name", help="a network or one of its aliases")
    choices = (PUBLISHED, *LIBRARIES, HUB)
    get.add_argument(
        "--from", dest="origin", choices=choices, default=HUB, help="default: hub, a library that has them"
    )
    get.add_argument("--replace", action="store_true", help="overwrite existing weights")
    convert = commands.add_parser(
        "convert", parents=[folder], help="convert a state dict to a caffemodel, or with --reverse back"
    )
    convert.set_defaults(run=_convert)
    convert.add_argument("name", help="a network or one of its aliases")
    convert.add_argument("--state-dict", type=Path, help="a .safetensors or .pth file")
    convert.add_argument("--output", type=Path, required=True, help="the file to write")
    convert.add_argument("--reverse", action="store_true", help="write a state dict from --caffemodel")
    convert.add_argument("--caffemodel", type=Path, help="with --reverse; default: the network's in paths.weights")
    convert.add_argument(
        "--from", dest="library", choices=LIBRARIES, help="the library whose tensor names the file uses"
    )
    convert.add_argument("--replace", action="store_true", help="overwrite existing files")
    return parser


def _list(catalogue: Mapping[str, Entry], options: argparse.Namespace) -> None:
    table = weights_table(catalogue.values(), _folder(options), CONF / "model")
    wide = console.options.update(max_width=1000)
    console.width = max(console.width, console.measure(table, options=wide).maximum)
    console.print(table)


def _get(catalogue: Mapping[str, Entry], options: argparse.Namespace) -> None:
    entry = entry_called(options.name, catalogue)
    output = _folder(options) / entry.weights
    check_place(output, replace=options.replace)
    _show(got(Wanted(generated(entry), options.origin, output)), output)


def _convert(catalogue: Mapping[str, Entry], options: argparse.Namespace) -> None:
    entry = entry_called(options.name, catalogue)
    output = options.output.expanduser()
    check_place(output, replace=options.replace)
    if options.reverse:
        _reverse(entry, options, output)
        return
    if options.state_dict is None or options.caffemodel is not None:
        raise ConfigError("convert: give --state-dict FILE; --caffemodel goes with --reverse")
    path, net = options.state_dict.expanduser(), generated(entry)
    tensors = read_state_dict(path)
    _show(converted(net, local_file(net, path, tensors, options.library), tensors, output), output)


def _reverse(entry: Entry, options: argparse.Namespace, output: Path) -> None:
    if options.state_dict is not None:
        raise ConfigError("convert --reverse: it writes a state dict to --output, so give no --state-dict")
    caffemodel = (options.caffemodel or _folder(options) / entry.weights).expanduser()
    found = sources_of(entry.name)
    library = options.library or (found[0].library if found else LIBRARIES[0])
    written_back(generated(entry), caffemodel, library, output)
    console.print(f"{output}: {library}'s names, red first", markup=False)


def _show(sidecar: Sidecar, output: Path) -> None:
    console.print(f"{output}: {sidecar.title}; {sidecar_path(output).name} says what it needs", markup=False)
    for sentence in (sidecar.evidence, *sidecar.differences):
        console.print(f"  {sentence}", markup=False)
    for layer, settings in sidecar.network_settings.items():
        said = ", ".join(f"{key} {value}" for key, value in settings.items())
        console.print(f"  the network's {layer} becomes {said}, as in the source", markup=False)


def _folder(options: argparse.Namespace) -> Path:
    if options.weights is not None:
        return Path(options.weights).expanduser()
    content: Any = yaml.safe_load((CONF / "config.yaml").read_text(encoding="utf-8"))
    return Path(content["paths"]["weights"]).expanduser()
