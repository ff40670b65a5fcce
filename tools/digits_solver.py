"""Trains the demo's network in Caffe. train_digits.py runs this script in pycaffe's interpreter (Python 3.9).

    python digits_solver.py DEPLOY FOLDER SEED ITERATIONS

It reads from FOLDER: ``labels.npy``; ``views_<size>.npy``, the training views of each base size; and
``scored_<size>.npy``, views without augmentation to score. Views are (image, channel, height, width).
It writes to FOLDER: ``digits.caffemodel``, and ``scores_<size>.npy``, (image, class).
"""

import argparse
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

# By name, because the project's own environment has none of them.
caffe: Any = import_module("caffe")
caffe_pb2: Any = import_module("caffe.proto.caffe_pb2")
text_format: Any = import_module("google.protobuf.text_format")

BATCH = 64
Batch = tuple[Any, Any]  # (image, channel, height, width) and (image,)


def main() -> None:
    """Trains, saves the weights of the deploy network, and writes its scores."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("deploy", type=Path, metavar="DEPLOY", help="deploy prototxt of the network")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="folder of the views; results are written here too")
    parser.add_argument("seed", type=int, metavar="SEED", help="seed of the initial weights and of the order of images")
    parser.add_argument("iterations", type=int, metavar="ITERATIONS", help="number of training iterations")
    arguments = parser.parse_args()
    deploy, folder, seed, iterations = arguments.deploy, arguments.folder, arguments.seed, arguments.iterations
    caffe.set_mode_cpu()
    solver = caffe.get_solver(str(write_solver(deploy, folder, seed, iterations)))
    train(solver, batches_of(folder, solver.net.blobs["data"].shape[-1], seed), iterations)
    solver.net.save(str(folder / "trained.caffemodel"))
    # The deploy network has no labels, no loss and no solver state, and therefore its file has none.
    net = caffe.Net(str(deploy), str(folder / "trained.caffemodel"), caffe.TEST)
    net.save(str(folder / "digits.caffemodel"))
    for views in sorted(folder.glob("scored_*.npy")):
        np.save(folder / views.name.replace("scored", "scores"), scores(net, np.load(views)))


def write_solver(deploy: Path, folder: Path, seed: int, iterations: int) -> Path:
    """The solver's prototxt, which names the training network's; both are written to ``folder``."""
    network = folder / "train.prototxt"
    network.write_text(text_format.MessageToString(training_network(deploy)))
    solver = caffe_pb2.SolverParameter(type="Adam", net=str(network), random_seed=seed, max_iter=iterations)
    solver.base_lr, solver.lr_policy, solver.power = 0.002, "poly", 1.0
    solver.momentum, solver.momentum2, solver.weight_decay = 0.9, 0.999, 0.0002
    solver.display = solver.snapshot = 0
    path = folder / "solver.prototxt"
    path.write_text(text_format.MessageToString(solver))
    return path


def training_network(deploy: Path) -> Any:
    """The deploy network with a batch of labelled views, random initial weights, and a loss instead of the softmax."""
    net = caffe_pb2.NetParameter()
    text_format.Merge(deploy.read_text(), net)
    for layer in net.layer:
        if layer.type == "Input":
            layer.input_param.shape[0].dim[0] = BATCH
        if layer.type == "Convolution":
            layer.convolution_param.weight_filler.type = "msra"
        if layer.type == "InnerProduct":
            layer.inner_product_param.weight_filler.type = "msra"
        if layer.type == "BatchNorm":
            layer.batch_norm_param.use_global_stats = True  # see normalise()
    softmax = net.layer.pop()
    net.layer.add(name="label", type="Input", top=["label"]).input_param.shape.add(dim=[BATCH])
    net.layer.add(name="loss", type="SoftmaxWithLoss", bottom=[softmax.bottom[0], "label"], top=["loss"])
    return net


def train(solver: Any, batches: Iterator[Batch], iterations: int) -> None:
    """Runs the solver, one batch per iteration."""
    data, label, loss = (solver.net.blobs[name].data for name in ("data", "label", "loss"))
    normalise(solver.net, batches)
    for iteration in range(iterations):
        data[...], label[...] = next(batches)
        solver.step(1)
        if iteration % 200 == 0:
            print(f"iteration {iteration} of {iterations}: loss {float(loss):.4f}", flush=True)


def normalise(net: Any, batches: Iterator[Batch]) -> None:
    """Sets the statistics of bn_conv1 from the untrained network.

    The BatchNorm of this pycaffe (a fork for deployment) computes no statistics in phase TRAIN, so they are measured
    once and kept; the Scale layer after it learns the rest. They are stored as in Caffe: sums, and their divisor.
    """
    mean, variance, count = (blob.data for blob in net.params["bn_conv1"])
    for _ in range(20):
        net.blobs["data"].data[...], _ = next(batches)
        net.forward(end="conv1")
        mean += net.blobs["conv1"].data.mean(axis=(0, 2, 3))
        variance += net.blobs["conv1"].data.var(axis=(0, 2, 3))
        count += 1


def batches_of(folder: Path, size: int, seed: int) -> Iterator[Batch]:
    """An endless stream of views and labels; each view is a random square of an image at a random base size."""
    rng = np.random.RandomState(seed)
    labels = np.load(folder / "labels.npy")
    resized = [np.load(path) for path in sorted(folder.glob("views_*.npy"))]
    while True:
        chosen = rng.randint(len(labels), size=BATCH)
        images = [resized[rng.randint(len(resized))][index] for index in chosen]
        yield np.stack([square(image, size, rng) for image in images]), labels[chosen]


def square(image: Any, size: int, rng: Any) -> Any:
    """A square of ``size`` at a random place of a (channel, height, width) image."""
    top, left = rng.randint(image.shape[1] - size + 1), rng.randint(image.shape[2] - size + 1)
    return image[:, top : top + size, left : left + size]


def scores(net: Any, views: Any) -> Any:
    """The network's (image, class) scores."""
    net.blobs["data"].reshape(*views.shape)
    net.blobs["data"].data[...] = views
    return net.forward()["prob"].copy()


if __name__ == "__main__":
    main()
