"""The archive: a run's configuration, environment and log, or only the environment."""

import json
import zipfile
from collections.abc import Mapping, Set
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml  # type: ignore[import-untyped]

from clsbench.compare.stored_runs import RunStore, StoredRun
from clsbench.errors import ConfigError
from clsbench.report_bug.anonymous import anonymous, places_in
from clsbench.results.environment import write_environment

_CONFIG = "config.yaml"
_FILES = (_CONFIG, "overrides.txt", "clsbench.log", "environment.json")
_NETWORK = "network.prototxt"
_OF_THE_MACHINE = ("mlflow.", "clsbench.")  # tags with these prefixes: user, host, process, spool


def of_run(store: RunStore, run: StoredRun, *, network: bool) -> dict[str, str]:
    """The text of each file by name; files that the run lacks are absent."""
    files = {name: path for name in (*_FILES, *([_NETWORK] if network else [])) if (path := store.file(run, name))}
    texts = {name: path.read_text("utf-8", errors="replace") for name, path in files.items()}
    texts["run.json"] = json.dumps(_described(run), indent=2, ensure_ascii=False) + "\n"
    settings = _settings(texts.get(_CONFIG, ""))
    places = {*places_in(settings), str(Path.home()), str(Path.cwd() / "file")}
    if settings:  # value by value, because YAML breaks long lines in the middle of a path
        texts[_CONFIG] = yaml.safe_dump(_shown(settings, places), sort_keys=False, allow_unicode=True)
    return {name: anonymous(text, places) for name, text in texts.items()}


def of_this_machine() -> dict[str, str]:
    """The environment, for a fault that occurs before there is a run."""
    with TemporaryDirectory(prefix="clsbench-report-bug-") as folder:
        path = Path(folder) / "environment.json"
        write_environment({}, path)
        return {path.name: anonymous(path.read_text("utf-8"))}


def write_archive(texts: Mapping[str, str], path: Path) -> None:
    """Writes a zip file, replacing an old one. Raises ConfigError if it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in texts.items():
                archive.writestr(name, text)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written ({error.strerror}); give another file as --output") from error


def _described(run: StoredRun) -> dict[str, object]:
    tags = {name: value for name, value in run.tags.items() if not name.startswith(_OF_THE_MACHINE)}
    return {"status": run.status, "params": dict(run.params), "tags": tags, "metrics": dict(run.metrics)}


def _settings(config: str) -> object:
    try:
        return yaml.safe_load(config)
    except yaml.YAMLError:  # damaged: included as plain text
        return None


def _shown(value: object, places: Set[str]) -> object:
    if isinstance(value, dict):
        return {key: _shown(each, places) for key, each in value.items()}
    if isinstance(value, list):
        return [_shown(each, places) for each in value]
    return anonymous(value, places) if isinstance(value, str) else value
