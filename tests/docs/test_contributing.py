import re

from clsbench import config

_ROOT = config.CONF.parent
_TEXT = (_ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_the_table_names_every_tool_and_every_benchmark_once_and_no_other_file() -> None:
    section = _TEXT.partition("## Tools and benchmarks\n")[2].partition("\n## ")[0]
    named = re.findall(r"^\| `([\w/.]+)` \|", section, flags=re.MULTILINE)
    files = [path for folder in ("tools", "benchmarks") for path in (_ROOT / folder).iterdir() if path.is_file()]
    assert sorted(named) == sorted(path.relative_to(_ROOT).as_posix() for path in files)
