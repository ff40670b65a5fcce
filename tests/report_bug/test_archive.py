"""``clsbench report-bug`` after real runs."""

import getpass
import json
import zipfile
from pathlib import Path

import pytest
from command_line import cli

from clsbench.report_bug.__main__ import main


def _texts(archive: Path) -> dict[str, str]:
    with zipfile.ZipFile(archive) as opened:
        return {name: opened.read(name).decode() for name in opened.namelist()}


def test_a_run_gives_its_configuration_log_and_numbers_without_its_folders(tmp_path: Path) -> None:
    folder = tmp_path / "a secret client"
    folder.mkdir()
    ended = cli("clsbench", folder)("limit=4", "artifacts=small", "tracking.experiment=clsbench")
    assert ended.code == 0, ended.said
    archive = tmp_path / "report.zip"
    store = f"sqlite:///{ended.outputs}/mlflow.db"
    assert main([ended.run.info.run_id[:10], "--network", "--tracking-uri", store, "--output", str(archive)]) == 0
    texts = _texts(archive)
    assert set(texts) == {
        "config.yaml", "overrides.txt", "clsbench.log", "environment.json", "network.prototxt", "run.json"
    }  # fmt: skip
    run = json.loads(texts["run.json"])
    assert run["metrics"]["images"] == 4
    assert run["params"]["model"] == "digits"
    assert "limit=4" in texts["overrides.txt"]
    assert "engine=onnxruntime" in texts["clsbench.log"]
    for text in texts.values():
        assert "secret client" not in text
        assert str(tmp_path) not in text
        assert f"/{getpass.getuser()}/" not in text


def test_without_a_run_the_machine_is_told_alone(tmp_path: Path) -> None:
    archive = tmp_path / "report.zip"
    assert main(["--output", str(archive)]) == 0
    (text,) = _texts(archive).values()
    assert json.loads(text)["packages"]["mlflow"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["abcdef12"], "no such store; run something first"),
        (["--output", "/proc/none/report.zip"], "cannot be written"),
    ],
)
def test_what_cannot_be_made_is_one_error(
    arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--tracking-uri", f"sqlite:///{tmp_path}/none.db"]) == 2
    assert words in capsys.readouterr().err
