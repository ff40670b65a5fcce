"""The tutorials' commands on the demo network do what their text says, in order, in an empty folder."""

import re
import shlex
from pathlib import Path

import pytest
from warm_start import run_module

from clsbench import config
from clsbench.subcommands.table import COMMANDS, module_of

_PAGE = (config.CONF.parent / "docs" / "tutorials.md").read_text("utf-8")
_DEMO = Path(config.__file__).parent / "demo"


def _blocks(heading: str) -> list[str]:
    section = _PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^```\n(.*?)^```", section, re.MULTILINE | re.DOTALL)


def _expanded(line: str) -> list[str]:
    """The words of a command, with what the page's first block sets."""
    for name in ("NET", "IMAGES"):
        (value,) = re.findall(rf'^{name}="(.*)"$', _PAGE, re.MULTILINE)
        line = line.replace(f"${name}", value)
    return shlex.split(line.replace("$DEMO", str(_DEMO)))


def _run_line(line: str, folder: Path) -> tuple[int, str]:
    program, *words = _expanded(line)
    assert program == "clsbench"
    module = "clsbench"
    if words[0] in COMMANDS:
        module = f"clsbench.{module_of(words.pop(0))}"
    own = f"paths.outputs={folder}/outputs"
    if module == "clsbench.report":
        own = f"--tracking-uri=sqlite:///{folder}/outputs/mlflow.db"
        words.append(f"--output={folder}/report")
    return run_module(module, [*words, own], folder)


@pytest.mark.parametrize(
    ("heading", "codes", "words"),
    [
        ("My Caffe model in five minutes", [0, 0], ["top-1 error %", "1 finished, 1 skipped"]),
        ("Convert to ONNX and prove it", [0, 0, 0], ["digits-28.onnx", "yes", "matches digits: 14 blobs"]),
        ("Time it and read the result", [0, 0], ["2 cells: 2 finished", "opencv"]),
        ("Why is my accuracy wrong?", [1], ["overrides: preprocessing."]),
    ],
)
def test_every_command_of_a_tutorial_does_what_it_says(
    heading: str, codes: list[int], words: list[str], tmp_path: Path
) -> None:
    lines = "".join(_blocks(heading)).splitlines()
    ended = [_run_line(line, tmp_path) for line in lines]
    assert [code for code, _ in ended] == codes, ended
    for (_, said), word in zip(ended, words, strict=True):
        assert word in said
