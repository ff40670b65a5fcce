"""Runs pycaffe in a process of its own: `python worker.py`, with one JSON line in and one out per batch.

`python worker.py version` prints pycaffe's version instead, after the word "version".

Runs on Python 2.7 and 3, so that a legacy interpreter can execute it; needs only the standard library, numpy and caffe.
The first line on stdin is the setup (see `caffe_process.Setup`). Every further line is a command: the number of views
in the shared file, or one of COMMANDS. Answer lines begin with MARK. The end of stdin ends the process.
"""
# Python 2.7 has no annotations, f-strings or pathlib:
# ruff: noqa: PTH108, PTH119, PTH120, PTH123, UP024, UP031
# mypy: disable-error-code="no-untyped-def, no-untyped-call"

import json
import os
import platform
import signal
import sys
import tempfile
import traceback
from timeit import default_timer  # perf_counter, if available

MARK = "clsbench-caffe "
VERSION = "version"
SELECTING_GPU = "selecting GPU"
BATCH_NORM = """
input: "data" input_dim: 1 input_dim: 1 input_dim: 8 input_dim: 8
layer { name: "bn" type: "BatchNorm" bottom: "data" top: "bn" }
"""


def main():
    """Serves batches until stdin ends."""
    answers = own_stdout()
    prepare_process()
    setup = json.loads(sys.stdin.readline())
    try:
        views, scores = shared_arrays(setup)
        caffe = imported_caffe(answers)
        select_device(caffe, setup["gpu"], answers)
        if setup["gathers"]:
            check_batch_norm(caffe, answers)
        net = loaded_net(caffe, setup, answers)
        answer(answers, {"ready": versions(caffe)})
        serve(net, setup["output"], views, scores, answers)
    except ImportError as error:
        traceback.print_exc()
        answer(answers, {"missing": str(error)})
    except Exception as error:  # noqa: BLE001 - told to the parent, which raises it
        traceback.print_exc()
        answer(answers, {"error": "%s: %s" % (type(error).__name__, error)})


def own_stdout():
    """A file for the answers; any other output to stdout (Caffe, glog, a site's start-up file) goes to stderr."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return answers


def prepare_process():
    """Leaves Ctrl-C to the parent, and imports nothing from this file's folder."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    here = os.path.dirname(os.path.realpath(__file__))
    sys.path[:] = [folder for folder in sys.path if os.path.realpath(folder) != here]
    try:  # if memory runs out, the kernel ends this process, not its parent, which can report it
        with open("/proc/self/oom_score_adj", "w") as score:
            score.write("500")
    except (IOError, OSError):
        pass


def shared_arrays(setup):
    """The views and the scores; the file's name is removed at once, so nothing is left behind whichever side dies."""
    import numpy as np

    path = native(setup["arrays"])
    values = np.memmap(path, np.float32, "r+")
    os.unlink(path)
    size = int(np.prod(setup["views_shape"]))
    return values[:size].reshape(setup["views_shape"]), values[size:].reshape(setup["scores_shape"])


def imported_caffe(answers):
    """The caffe package; raises ImportError if it is not pycaffe."""
    answer(answers, {"stage": "importing caffe"})
    import_caffe_io_late()
    import caffe

    if not hasattr(caffe, "Net"):
        raise ImportError("its package caffe has no Net; the one of that name on PyPI is a placeholder")
    return caffe


def import_caffe_io_late():
    """Has `caffe.io` loaded when it is first used: it imports scikit-image and SciPy, which takes longer than the rest.

    On Python 2.7, which has no LazyLoader, it is loaded with caffe.
    """
    try:
        from importlib.machinery import PathFinder
        from importlib.util import LazyLoader
    except ImportError:
        return

    class CaffeIoLate:
        @staticmethod
        def find_spec(name, path, target=None):  # noqa: ARG004 - importlib's interface
            spec = PathFinder.find_spec(name, path) if name == "caffe.io" else None
            if spec is not None and spec.loader is not None:
                spec.loader = LazyLoader(spec.loader)
            return spec

    sys.meta_path.insert(0, CaffeIoLate)


def print_version():
    """Prints the version; raises ImportError if there is no pycaffe."""
    prepare_process()
    import_caffe_io_late()
    import caffe

    sys.stdout.write("%s %s\n" % (VERSION, getattr(caffe, "__version__", "unknown")))


def select_device(caffe, gpu, answers):
    """Sets Caffe's mode; a build without CUDA ends the process if a GPU is requested."""
    if gpu is None:
        caffe.set_mode_cpu()
        return
    answer(answers, {"stage": "%s %d" % (SELECTING_GPU, gpu)})
    caffe.set_device(gpu)
    caffe.set_mode_gpu()


def loaded_net(caffe, setup, answers):
    """The net with its weights."""
    answer(answers, {"stage": "loading %s" % os.path.basename(setup["prototxt"])})
    net = caffe.Net(native(setup["prototxt"]), native(setup["caffemodel"]), getattr(caffe, setup["phase"]))
    shape = list(net.blobs[net.inputs[0]].data.shape)
    if shape[1:] != setup["views_shape"][1:]:
        raise ValueError("the net's input has shape %s, the views %s" % (shape[1:], setup["views_shape"][1:]))
    return net


def check_batch_norm(caffe, answers):
    """Raises ValueError if BatchNorm computes no statistics in phase TRAIN: it would be faster than Caffe's."""
    import numpy as np

    answer(answers, {"stage": "trying BatchNorm in phase TRAIN"})
    with tempfile.NamedTemporaryFile("w", suffix=".prototxt") as text:
        text.write(BATCH_NORM)
        text.flush()
        net = caffe.Net(text.name, caffe.TRAIN)
    net.blobs["data"].data[...] = np.cos(np.arange(64)).reshape(1, 1, 8, 8) + 7
    net._forward(0, len(net.layers) - 1)
    spread = float(net.blobs["bn"].data.std())
    if not 0.9 < spread < 1.1:
        raise ValueError(
            "this pycaffe's BatchNorm computes no statistics (the deviation of its output is %.4g, and should be 1), "
            "so its time would not be that of Caffe's; use timing.phase=test, or another pycaffe in engine.python"
            % spread
        )


def serve(net, output, views, scores, answers):
    """Runs batch after batch; an exception from Caffe becomes an answer, and the next batch may follow."""
    while True:
        line = sys.stdin.readline()
        if not line:
            return
        command = line.strip()
        try:
            if command in COMMANDS:
                done = COMMANDS[command](net, native(output))
            else:
                done = forward(net, native(output), views[: int(command)], scores)
        except Exception as error:  # noqa: BLE001 - told to the parent, which raises it
            traceback.print_exc()
            answer(answers, {"error": "%s: %s" % (type(error).__name__, error)})
        else:
            answer(answers, {"done": done})


def forward(net, output, views, scores):
    """Writes the scores (batch, class) of ``views`` and returns their number."""
    blob = net.blobs[net.inputs[0]]
    if len(blob.data) != len(views):
        blob.reshape(*views.shape)
        net.reshape()
    blob.data[...] = views
    net.forward()
    result = net.blobs[output].data
    if result.size != len(views) * scores.shape[1]:
        raise ValueError(
            "blob '%s' has shape %s for %d views; expected %d scores per view"
            % (output, result.shape, len(views), scores.shape[1])
        )
    scores[: len(views)] = result.reshape(len(views), -1)
    return len(views)


def backward(net, output):
    """Gradients of everything that the prototxt forces, for the views of the last forward; done when it returns."""
    set_gradient(net, output)
    net._backward(len(net.layers) - 1, 0)  # what net.backward() calls; that also looks up names
    # On a GPU that only starts the work. Reading the last gradient copies it to the host, and so waits (syncedmem.cpp).
    net.blobs[net.inputs[0]].diff  # noqa: B018


def layers(net, _output):
    """[name, type] of every layer, including those that Caffe adds itself."""
    return [[name, layer.type] for name, layer in zip(net._layer_names, net.layers)]  # noqa: B905 - no strict in Python 2.7


def nested_forward(net, _output):
    """[total milliseconds, [milliseconds of each layer]] of a forward of the current views."""
    return nested(net._forward, range(len(net.layers)))


def nested_backward(net, output):
    """Like ``nested_forward``, for a backward; the layers are in forward order."""
    set_gradient(net, output)
    total, each = nested(net._backward, range(len(net.layers) - 1, -1, -1))
    return [total, each[::-1]]


def nested(run, indices):
    """Times measured as `caffe time` does (tools/caffe.cpp): one clock around the loop, another around each layer."""
    each = []
    start = default_timer()
    for index in indices:
        layer_start = default_timer()
        run(index, index)
        each.append(1000 * (default_timer() - layer_start))
    return [1000 * (default_timer() - start), each]


def set_gradient(net, output):
    """Puts some numbers where a loss would put its gradient; zeros or ones would vanish in a Softmax."""
    import numpy as np

    diff = net.blobs[output].diff
    diff[...] = np.cos(np.arange(diff.size)).reshape(diff.shape)


COMMANDS = {
    "backward": backward,
    "layers": layers,
    "nested_forward": nested_forward,
    "nested_backward": nested_backward,
}


def versions(caffe):
    """The versions in use here."""
    import numpy as np

    return {
        "caffe": str(getattr(caffe, "__version__", "unknown")),
        "caffe_numpy": np.__version__,
        "caffe_python": platform.python_version(),
    }


def answer(answers, message):
    """Sends one line."""
    answers.write(MARK + json.dumps(message) + "\n")
    answers.flush()


def native(text):
    """``text`` as this Python's str: in Python 2, Caffe accepts no unicode object."""
    return text if isinstance(text, str) else text.encode("utf-8")


if __name__ == "__main__":
    if sys.argv[1:] == [VERSION]:
        print_version()
    else:
        main()
