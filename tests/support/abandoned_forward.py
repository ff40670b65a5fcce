"""A Python that exits while a daemon thread is inside a forward, as after Ctrl-C."""

import subprocess
import sys
from pathlib import Path

_CODE = """
import sys, threading, time
from pathlib import Path
from types import SimpleNamespace
import numpy as np
from clsbench.engines.{module} import {engine}

network = SimpleNamespace(onnx=lambda: Path(sys.argv[1]), output="prob", classes=1000, input_shape=(2, 4, 4))
views = np.zeros((1, 2, 4, 4), np.float32)

def forward(predictor):
    try:
        predictor(views)
    except Exception as error:
        print(error)

with {engine}({settings}).open(network) as predictor:
    threading.Thread(target=forward, args=(predictor,), daemon=True).start()
    time.sleep(0.3)
"""


def exit_during_forward(module: str, engine: str, settings: str, path: Path) -> "subprocess.CompletedProcess[str]":
    """The ended process, which opened the ONNX file at ``path``."""
    code = _CODE.format(module=module, engine=engine, settings=settings)
    return subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=False, timeout=60)
