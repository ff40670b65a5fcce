"""The gradients of real pycaffe, in the order and under the names that it has for them."""

import os
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clsbench.engines.caffe import worker as caffe_worker
from clsbench.engines.caffe.timed import forced_backward

_CODE = """
import sys, numpy as np, caffe
worker, prototxt, caffemodel, output, views, found = sys.argv[1:]
sys.path.insert(0, worker)
import worker as caffe_worker
net = caffe.Net(prototxt, caffemodel, caffe.TEST)
views = np.load(views)
caffe_worker.forward(net, output, views, np.zeros((len(views), net.blobs[output].data.shape[1]), "f"))
caffe_worker.backward(net, output)
arrays = {"%s/%d" % (name, place): blob.diff for name, blobs in net.params.items() for place, blob in enumerate(blobs)}
np.savez(found, images=net.blobs[net.inputs[0]].diff, **arrays)
"""


def gradients(python: Path, network: Any, views: NDArray[np.float32], folder: Path) -> dict[str, NDArray[np.float32]]:
    """ "images", and for every layer "<layer>/0" and so on, of the worker's own backward."""
    np.save(folder / "views.npy", views)
    with forced_backward(network) as forced:
        subprocess.run(
            [
                *(python, "-c", _CODE, Path(caffe_worker.__file__).parent),
                *(forced.prototxt(), forced.caffemodel(), forced.output, folder / "views.npy", folder / "found.npz"),
            ],
            env=os.environ | {"GLOG_minloglevel": "2"},
            check=True,
        )
    with np.load(folder / "found.npz") as archive:
        return {name: archive[name] for name in archive.files}
