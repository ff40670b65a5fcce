"""What tests share: sample data and real pycaffe; a skip where absent, a failure where CLSBENCH_REQUIRE_ALL is set."""

import os
import signal
import subprocess
from pathlib import Path

import pytest
from command_line import Cli, cli
from hypothesis import settings
from installed import EXTRAS, need

# A slow machine is no defect: no test is timed.
settings.register_profile("clsbench", deadline=None)
settings.load_profile("clsbench")

ROOT = Path(__file__).resolve().parents[1]


def pytest_configure(config: pytest.Config) -> None:
    """Every extra engine has a marker; the caller's own MLflow store and signals are none of the tests' affair."""
    for variable in ("MLFLOW_TRACKING_URI", "MLFLOW_EXPERIMENT_NAME"):
        os.environ.pop(variable, None)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a background job: what the tests start would ignore it too
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for package in EXTRAS:
        config.addinivalue_line("markers", f"{package}: loads {package}, whose tests have a process of their own")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests that load an extra engine with its name."""
    for item in items:
        for package in EXTRAS:
            if f"need_{package}" in getattr(item, "fixturenames", ()):
                item.add_marker(package)


@pytest.fixture
def need_openvino() -> None:
    """Skips the test where OpenVINO is not installed."""
    need("openvino")


@pytest.fixture
def need_torch() -> None:
    """Skips the test where PyTorch is not installed."""
    need("torch")


def _absent(reason: str) -> None:
    if os.environ.get("CLSBENCH_REQUIRE_ALL"):
        pytest.fail(f"CLSBENCH_REQUIRE_ALL is set, but {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with ``imagenet_sample`` and ``squeezenet``."""
    folder = Path(os.environ.get("CLSBENCH_SHARED", ROOT.parent / "shared" / "data"))
    if not (folder / "squeezenet" / "deploy.prototxt").is_file():
        _absent(f"no sample data in {folder}; set CLSBENCH_SHARED")
    return folder


@pytest.fixture(scope="session")
def facts() -> Path:
    """The folder in which the published figures were gathered; tests/facts keeps what tests need of them."""
    folder = Path(os.environ.get("CLSBENCH_FACTS", ROOT.parent / "shared" / "facts"))
    if not (folder / "networks").is_dir():
        _absent(f"no facts in {folder}; set CLSBENCH_FACTS")
    return folder


@pytest.fixture(scope="session")
def caffe_python() -> Path:
    """An interpreter that imports the real pycaffe."""
    folder = Path(os.environ.get("CLSBENCH_PYCAFFE", Path.home() / ".cache" / "clsbench" / "pycaffe"))
    python = folder / "bin" / "python"
    if (
        not python.is_file()
        or subprocess.run([python, "-c", "import caffe"], capture_output=True, check=False).returncode
    ):
        _absent(f"no pycaffe in {folder}; run tools/setup_pycaffe.sh")
    return python


@pytest.fixture
def clsbench(tmp_path: Path) -> Cli:
    """``python -m clsbench`` from a foreign folder, with outputs of its own; call it with the overrides."""
    return cli("clsbench", tmp_path)


@pytest.fixture
def squeezenet(shared: Path) -> list[str]:
    """Overrides that evaluate SqueezeNet on the sample photographs, base 256, crop 227."""
    return [
        "model=custom",
        f"model.prototxt={shared}/squeezenet/deploy.prototxt",
        f"model.weights={shared}/squeezenet/squeezenet_v1.0.caffemodel",
        "dataset=list",
        f"dataset.root={shared}/imagenet_sample/images",
        f"dataset.list={shared}/imagenet_sample/val_ilsvrc2012_order.txt",
        "crop_size=227",
        "base_size=256",
    ]
