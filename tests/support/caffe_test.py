"""Real pycaffe's own ``caffe test``: a training file's TEST net, its data layers included, on its own images."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

# Runs on the Python 3.9 of pycaffe.
_SCRIPT = """
import json, sys
import caffe
import numpy as np

prototxt, weights, batches, output, blobs, save = json.loads(sys.argv[1])
caffe.set_mode_cpu()
net = caffe.Net(prototxt, weights, caffe.TEST) if weights and not save else caffe.Net(prototxt, caffe.TEST)
if save:
    net.save(weights)
kept = {name: [] for name in blobs}
for _ in range(batches):
    net.forward()
    for name in blobs:
        kept[name].append(np.array(net.blobs[name].data))
np.savez(output, **{name: np.stack(each) for name, each in kept.items()})
"""


@dataclass(frozen=True)
class CaffeTest:
    """Runs training files in phase TEST."""

    python: Path
    folder: Path

    def __call__(
        self, prototxt: Path, weights: Path | None, batches: int, *blobs: str, save: bool = False
    ) -> dict[str, NDArray[np.float32]]:
        """Each of ``blobs`` after each of ``batches`` forwards, (batch, ...); ``save`` keeps the fillers' weights."""
        output = self.folder / "blobs.npz"
        given = json.dumps([str(prototxt), str(weights) if weights else None, batches, str(output), blobs, save])
        ended = subprocess.run(
            [self.python, "-c", _SCRIPT, given], capture_output=True, text=True, check=False, cwd=prototxt.parent
        )
        assert ended.returncode == 0, ended.stderr[-2000:]
        with np.load(output) as archive:
            return {name: archive[name] for name in archive.files}


@pytest.fixture
def caffe_test(caffe_python: Path, tmp_path: Path) -> CaffeTest:
    """``caffe test`` of the real Caffe."""
    return CaffeTest(caffe_python, tmp_path)
