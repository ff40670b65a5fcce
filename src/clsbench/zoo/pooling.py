"""Pooling settings: the window, and how its last position is rounded."""

from collections.abc import Mapping

from clsbench.caffe.net import Value

Pool = Mapping[str, Value]

GLOBAL_AVERAGE: Pool = {"pool": "AVE", "global_pooling": True}
# Stride 2 after the stem. Caffe rounds up, so its own networks need no padding ...
MAX_3X3_S2: Pool = {"pool": "MAX", "kernel_size": 3, "stride": 2}
# ... Torch rounds down and pads; with Caffe's rounding, the top-1 error of weights from Torch rises by about 1 point.
MAX_3X3_S2_FLOOR: Pool = {**MAX_3X3_S2, "pad": 1, "ceil_mode": False}
# Stride 1 inside an inception block: the size is kept.
MAX_3X3: Pool = {"pool": "MAX", "kernel_size": 3, "stride": 1, "pad": 1}
AVERAGE_3X3: Pool = {"pool": "AVE", "kernel_size": 3, "stride": 1, "pad": 1}
