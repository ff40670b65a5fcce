"""JSON files that exist whole or not at all."""

import json
from collections.abc import Mapping
from pathlib import Path

from clsbench.caffe.whole_file import whole_file


def write_json(content: Mapping[str, object], path: Path) -> None:
    """Writes the file, replacing an existing one."""
    with whole_file(path) as file:
        file.write(json.dumps(content, indent=1).encode())
