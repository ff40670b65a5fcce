"""``clsbench`` that takes ``device=cpu`` for two devices, cpu-0 and cpu-1: several GPUs cannot be had in a test."""

import sys

from clsbench import app
from clsbench.command import main
from clsbench.composition.devices import Devices, WorkerDevice

vars(app)["with_one_device"] = lambda cfg: (cfg, Devices("cpu twice", [WorkerDevice(f"cpu-{n}", {}) for n in range(2)]))

if __name__ == "__main__":
    sys.argv[0] = "clsbench"
    main()
