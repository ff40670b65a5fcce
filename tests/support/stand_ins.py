"""The sample photographs and SqueezeNet, or what a clone without them has in their place, made by the first that asks.

Either folder holds ``imagenet_sample/images/WNID_WORDS.JPEG`` (300 of them, a class each), lists of these as
``imagenet_sample/val_ORDER_order.txt`` in both label orders, ``squeezenet/deploy.prototxt`` (SqueezeNet v1.0) and
``squeezenet/squeezenet_v1.0.caffemodel``.
"""

import fcntl
import os
from pathlib import Path

FOLDER = Path(os.environ.get("CLSBENCH_SHARED", Path(__file__).resolve().parents[3] / "shared" / "data"))


def are_needed() -> bool:
    """Whether there is no folder with the real ones; one that was asked for and is not there is an error."""
    is_there = (FOLDER / "squeezenet" / "deploy.prototxt").is_file()
    if not is_there and os.environ.get("CLSBENCH_SHARED"):
        raise FileNotFoundError(f"CLSBENCH_SHARED={FOLDER} has no squeezenet/deploy.prototxt; unset it for stand-ins")
    return not is_there


def stand_ins(common: Path) -> Path:
    """A folder with stand-ins, in ``common``, which all processes of a test run share."""
    from fitted_squeezenet import write_squeezenet  # every test process reads this file, few make anything
    from made_photographs import write_photographs

    with (common / "stand_ins.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = common / "stand_ins"
        if not folder.exists():
            made = common / "stand_ins.partly"
            photographs = write_photographs(made / "imagenet_sample")
            write_squeezenet(made / "squeezenet", photographs)
            made.rename(folder)
    return folder
