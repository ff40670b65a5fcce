import re
from pathlib import Path

from clsbench import config

_ROOT = config.CONF.parent
_MAP = (_ROOT / "docs" / "map.md").read_text(encoding="utf-8")


def test_every_file_and_folder_that_the_map_names_is_there() -> None:
    named = set(re.findall(r"`((?:src|conf|tests)/[\w/.-]+)`", _MAP))
    assert len(named) > 25
    assert [path for path in sorted(named) if not (_ROOT / path).exists()] == []


def test_every_room_of_the_source_is_on_the_map() -> None:
    rooms = {path.parent.name for path in (_ROOT / "src" / "clsbench").glob("*/__init__.py")}
    table = _MAP.partition("## From a command line to a task")[0]
    assert rooms - set(re.findall(r"`(\w+)`", table)) == set()


def test_no_module_lies_loose_beside_the_rooms_but_the_entrance() -> None:
    loose = {path.stem for path in Path(_ROOT, "src", "clsbench").glob("*.py")}
    assert loose == {"__init__", "__main__", "app", "command", "config", "disk", "errors", "signals"}
