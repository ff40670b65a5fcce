"""A run that was stopped goes on: the same command, killed in the middle, ends with what it would have had anyway."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command_line import Cli, Ended

from clsbench.evaluation.folder_lock import locked

_COUNTED = ("images", "images_bad", "views", "forwards", "top1_error", "top5_error", "top1_stderr", "top5_stderr")


def _journal(outputs: Path) -> Path | None:
    return next(outputs.glob("unfinished/*/predictions.journal"), None)


def _stopped(outputs: Path, overrides: list[str], images: int, number: signal.Signals) -> int:
    """The exit code of the command, sent ``number`` once its journal has grown by ``images``."""
    command = [sys.executable, "-m", "clsbench", *overrides, f"paths.outputs={outputs}"]
    before = path.stat().st_size if (path := _journal(outputs)) else 0
    with subprocess.Popen(command, cwd=outputs.parent, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            path = _journal(outputs)
            if path and path.stat().st_size > before + 50 * images:  # a line has more than 50 bytes
                process.send_signal(number)
                break
            time.sleep(0.001)
        return process.wait(60)


def _predictions(outputs: Path) -> bytes:
    latest = max(outputs.glob("runs/*"))
    return (latest / "predictions.parquet").read_bytes()


@pytest.mark.shared
def test_squeezenet_killed_twice_has_the_result_of_an_undisturbed_run(
    clsbench: Cli, squeezenet: list[str], shared: Path, tmp_path: Path
) -> None:
    images = tmp_path / "images"
    images.mkdir()
    lines = (shared / "imagenet_sample" / "val_ilsvrc2012_order.txt").read_text().splitlines()[:30]
    for line in lines:
        (images / line.split()[0]).symlink_to(shared / "imagenet_sample" / "images" / line.split()[0])
    (images / lines[11].split()[0]).unlink()
    (tmp_path / "list.txt").write_text("\n".join(lines))
    own = [f"dataset.root={images}", f"dataset.list={tmp_path}/list.txt", "crop=multi12", "batch_size=8", "limit=27"]
    command = [*squeezenet, *own]

    undisturbed = tmp_path / "undisturbed"
    assert _stopped(undisturbed, command, 10**9, signal.SIGKILL) == 0
    expected = Ended(0, "", undisturbed).run
    assert not list(undisturbed.glob("unfinished/*"))

    outputs = tmp_path / "outputs"
    assert _stopped(outputs, command, 5, signal.SIGKILL) == -signal.SIGKILL
    assert _stopped(outputs, command, 5, signal.SIGINT) == 128 + signal.SIGINT
    ended = clsbench(*command)
    assert ended.code == 0, ended.said
    run = ended.runs[0]
    assert run.data.tags["resumed"] in ended.said
    assert run.data.tags["resumed"].startswith("from image ")
    assert run.data.tags["bad_images"] == expected.data.tags["bad_images"]
    for metric in _COUNTED:
        assert run.data.metrics[metric] == expected.data.metrics[metric], metric
    assert run.data.metrics["images_bad"] == 1
    assert _predictions(outputs) == _predictions(undisturbed)
    assert not list(outputs.glob("unfinished/*"))


def test_the_untracked_demo_goes_on_unless_another_process_is_at_it_or_resume_is_false(
    clsbench: Cli, tmp_path: Path
) -> None:
    outputs, command = tmp_path / "outputs", ["tracking=none", "engine.threads=1", "batch_size=1"]
    assert _stopped(outputs, command, 20, signal.SIGKILL) == -signal.SIGKILL
    path = _journal(outputs)
    assert path
    content = path.read_bytes()

    with locked(path.parent):
        refused = clsbench(*command)
    assert refused.code == 1
    assert f"process {os.getpid()} on " in refused.said
    assert "Traceback" not in refused.said

    resumed = clsbench(*command)
    assert resumed.code == 0, resumed.said
    assert "resumes from image " in resumed.said
    result = _predictions(outputs)
    path.parent.mkdir()
    path.write_bytes(content)
    anew = clsbench(*command, "resume=false")
    assert anew.code == 0, anew.said
    assert "resumes" not in anew.said
    assert _predictions(outputs) == result
    assert not path.parent.exists()
