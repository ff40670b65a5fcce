"""``python -m clsbench.new model NAME``: a commented YAML file to start from, for ``--config-dir``."""

import argparse
import re
import sys
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from clsbench.config import CONF
from clsbench.console.side_command import exit_code_of
from clsbench.console.terminal import console
from clsbench.errors import ConfigError

_GROUPS = ("model", "preprocessing", "crop", "experiment")
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 2 if the file cannot be written."""
    options = _parser().parse_args(arguments)
    return exit_code_of(lambda: _written(options.group, options.name, Path(options.config_dir)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="clsbench new",
        description="Writes a commented YAML file as a template: FOLDER/GROUP/NAME.yaml.",
    )
    parser.add_argument("group", choices=_GROUPS, help="what the file configures")
    parser.add_argument("name", help="the name to use later, as in model=NAME")
    parser.add_argument(
        "--config-dir", default="myconf", metavar="FOLDER", help="pass the same folder to clsbench; default: myconf"
    )
    return parser


def _written(group: str, name: str, folder: Path) -> int:
    path = folder / group / f"{name}.yaml"
    if not _NAME.fullmatch(name):
        raise ConfigError(f"{name!r}: a name consists of letters, digits, '.', '-' and '_'; choose another one")
    if (CONF / group / f"{name}.yaml").is_file():
        raise ConfigError(f"{group}={name} is clsbench's own, which would hide yours; choose another name")
    template = (files("clsbench.new") / "templates" / f"{group}.yaml").read_text("utf-8")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(template.replace("NAME", name).replace("FOLDER", str(folder)))
    except FileExistsError as error:
        raise ConfigError(f"{path} already exists; choose another name, or remove it") from error
    except OSError as error:
        raise ConfigError(f"{path} cannot be written ({error.strerror}); give another --config-dir") from error
    use = f"{'-m ' if group == 'experiment' else ''}--config-dir {folder} {group}={name}"
    console.print(f"{path}: edit it, then clsbench {use}", markup=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
