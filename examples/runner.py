"""A runner for engine=command: python examples/runner.py {inputs} {outputs} {onnx}; OpenCV stands for your device."""

import sys
from pathlib import Path

import cv2
import numpy as np


def main() -> None:
    """Answers each line ``forward N C H W``; the end of stdin ends it."""
    inputs, outputs, network = sys.argv[1:]
    net = cv2.dnn.readNetFromONNX(network)
    for line in sys.stdin:
        shape = [int(word) for word in line.split()[1:]]
        net.setInput(np.fromfile(Path(inputs), "<f4").reshape(shape))
        scores = net.forward().reshape(shape[0], -1)
        scores.astype("<f4").tofile(Path(outputs))
        sys.stdout.write(f"done {scores.shape[0]} {scores.shape[1]}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
