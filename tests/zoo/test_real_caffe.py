"""One network a family, the smallest, at both sizes: real pycaffe and the default engine give the same scores.

All 68 are compared by tools/zoo_check.py, whose results are in docs/zoo-check.md.
"""

import importlib.util
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

import pytest

from clsbench.zoo.catalogue import Entry, read_catalogue

ROOT = Path(__file__).resolve().parents[2]
SMALLEST = (
    *("air14-1x8d", "densenet121", "dpn-68-extra", "inception-resnet-v2", "inception-v1-dsd", "inception-v1-tf"),
    *("inception-v2-tf", "inception-v3", "inception-v4", "mobilenet-v1-1.0", "resnet101-v2", "resnet18-1x16d"),
    *("resnet18-priv", "resnet38a", "resnext26-32x4d-priv", "se-inception-v2", "se-resnet50", "se-resnet50-hik"),
    *("squeezenet-v1.0", "vgg16-5x", "xception-dw"),
)
CELLS = [
    (name, size)
    for name, entry in read_catalogue(ROOT / "conf" / "model").items()
    if name in SMALLEST
    for size in entry.sizes
]


@pytest.fixture(scope="module")
def zoo_check() -> ModuleType:
    """tools/zoo_check.py as a module."""
    spec = importlib.util.spec_from_file_location("zoo_check", ROOT / "tools" / "zoo_check.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_every_family_is_checked(catalogue: dict[str, Entry]) -> None:
    assert {catalogue[name].family for name in SMALLEST} == {entry.family for entry in catalogue.values()}


@pytest.mark.pycaffe
@pytest.mark.parametrize("cell", CELLS, ids="-".join)
def test_pycaffe_and_the_default_engine_agree(
    cell: tuple[str, str], catalogue: dict[str, Entry], caffe_python: Path, zoo_check: ModuleType
) -> None:
    name, size = cell
    with TemporaryDirectory() as folder:  # gone at once: pytest would keep gigabytes of weights
        comparison = zoo_check.compared(catalogue[name], size, Path(folder), str(caffe_python))

    assert comparison.passed, comparison
    # neither alike for all classes (0.001) nor certain: only then does agreement say something
    assert 0.005 < comparison.largest_probability < 0.98
