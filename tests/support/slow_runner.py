"""A runner for engine=command, SLOW_RUNNER_SECONDS a batch: python slow_runner.py {inputs} {outputs} CLASSES."""

import os
import sys
import time
from pathlib import Path

import numpy as np


def main() -> None:
    """Scores that depend on each view alone."""
    inputs, outputs, classes = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    seconds = float(os.environ.get("SLOW_RUNNER_SECONDS", "0"))
    for line in sys.stdin:
        views = np.fromfile(inputs, "<f4").reshape(int(line.split()[1]), -1)
        time.sleep(seconds)
        scores = np.exp(np.sin(views[:, : 7 * classes].reshape(len(views), classes, 7).sum(axis=2)))
        (scores / scores.sum(axis=1, keepdims=True)).astype("<f4").tofile(outputs)
        sys.stdout.write(f"done {len(views)} {classes}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
