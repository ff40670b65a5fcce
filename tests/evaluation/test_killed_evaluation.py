"""A process that evaluates is killed at random moments, until it once comes to its end."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

# One image in nine is bad, and the images of two views leave few places where a batch of 3 ends.
_PROGRAM = """
import sys, time, zlib
from pathlib import Path
import numpy as np
from types import SimpleNamespace
from clsbench.data.dataset import Sample
from clsbench.data.loader import LoadedImage
from clsbench.engines.uniform import Uniform
from clsbench.evaluation.evaluate import evaluate_images
from clsbench.evaluation.journal import journal_at
from clsbench.evaluation.tally import Tally

def score(views):
    time.sleep(0.005)
    seeds = [zlib.crc32(views.tobytes(), place) for place in range(len(views))]
    return np.stack([np.random.default_rng(seed).random(7, np.float32) for seed in seeds])

def image(index):
    if index % 9 == 4:
        return LoadedImage(index, None, np.empty(0, np.float32), "truncated")
    views = np.random.default_rng(index).random((1 + index % 2, 1, 2, 2), np.float32)
    return LoadedImage(index, views, np.ones(len(views), np.float32), None)

samples, tally = [Sample(str(index), index % 7) for index in range(600)], Tally(7)
with journal_at(Path(sys.argv[1]), samples, resume=True) as journal:
    print("begins", flush=True)
    predictions = journal.restored({"fingerprint": "f"}, 3)
    start = len(predictions)
    tally.take_over(predictions, 3)
    def told(some):
        predictions.extend(some)
        journal.add(some)
    with Uniform(3, 2, score).open(SimpleNamespace(classes=7)) as predictor:
        evaluate_images(map(image, range(start, 600)), samples, predictor, tally, told)
    journal.finished()
counted = {key: tally.metrics()[key] for key in ("images", "images_bad", "views", "forwards", "top1_error")}
print(start, flush=True)
print(counted, *predictions, sep="\\n", flush=True)
"""


def _begun(folder: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen([sys.executable, "-c", _PROGRAM, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "begins\n"
    return process


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_killed_at_random_moments_it_ends_with_the_result_of_an_undisturbed_one(
    tmp_path: Path, number: signal.Signals
) -> None:
    start, expected = _begun(tmp_path / "undisturbed").communicate()[0].split("\n", 1)
    assert (start, len(expected.splitlines())) == ("0", 601)

    moments, kills = random.Random(5), 0
    while True:
        process = _begun(tmp_path / "killed")
        if kills < 5:
            time.sleep(moments.uniform(0, 0.1))
            process.send_signal(number)
        said = process.communicate(timeout=60)[0]
        if process.returncode == 0:
            break
        kills += 1
    start, result = said.split("\n", 1)
    assert kills == 5
    assert 0 < int(start) < 600
    assert result == expected
    assert not (tmp_path / "killed").exists()
