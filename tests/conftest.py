"""What tests share: sample data, or stand-ins for it, and real pycaffe; what was not checked is said at the end.

Where CLSBENCH_REQUIRE_ALL is set, what `.ci/run` sets up and is absent is a failure, not a skip.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from command_line import Cli, cli
from hypothesis import settings
from installed import EXTRAS, need
from required import absent
from skip_summary import STAND_INS, TITLE, not_checked
from squeezenet_errors import MEASURED, Errors, computed
from stand_ins import FOLDER, are_needed, stand_ins

# A slow machine is no defect: no test is timed.
settings.register_profile("clsbench", deadline=None)
settings.load_profile("clsbench")

ROOT = Path(__file__).resolve().parents[1]


def pytest_configure(config: pytest.Config) -> None:
    """Every extra engine has a marker; the caller's own MLflow store and signals are none of the tests' affair."""
    for variable in ("MLFLOW_TRACKING_URI", "MLFLOW_EXPERIMENT_NAME"):
        os.environ.pop(variable, None)
    # The tests and the hundreds of commands that they start would each compile all modules anew.
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a background job: what the tests start would ignore it too
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for package in EXTRAS:
        config.addinivalue_line("markers", f"{package}: loads {package}, whose tests have a process of their own")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests that load an extra engine with its name, and those that stand-ins are good enough for."""
    instead = are_needed()
    for item in items:
        if instead and "shared" in getattr(item, "fixturenames", ()):
            item.user_properties.append((STAND_INS, True))
        for package in EXTRAS:
            if f"need_{package}" in getattr(item, "fixturenames", ()):
                item.add_marker(package)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The last lines: what was not checked, and how to get it."""
    if lines := list(not_checked(terminalreporter.stats)):
        terminalreporter.section(TITLE)
        for line in lines:
            terminalreporter.line(line)


@pytest.fixture
def need_openvino() -> None:
    """Skips the test where OpenVINO is not installed."""
    need("openvino")


@pytest.fixture
def need_torch() -> None:
    """Skips the test where PyTorch is not installed."""
    need("torch")


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with ``imagenet_sample`` and ``squeezenet``: the real ones, or stand-ins."""
    if not are_needed():
        return FOLDER
    own = tmp_path_factory.getbasetemp()
    return stand_ins(own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own)


@pytest.fixture
def trained() -> None:
    """Skips the test where stand-ins are used: of their SqueezeNet the last layer alone is fitted."""
    if are_needed():
        pytest.skip("no SqueezeNet that was trained, whose answers outlive 8 bits; set CLSBENCH_SHARED")


@pytest.fixture(scope="session")
def errors_by_crop(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Errors]:
    """SqueezeNet's errors by the published steps, by the name of the crop policy."""
    if not are_needed():
        return MEASURED.__getitem__
    exported = tmp_path_factory.mktemp("literal") / "squeezenet.onnx"
    return cache(lambda crop: computed(shared, crop, exported))


@pytest.fixture(scope="session")
def facts() -> Path:
    """The folder in which the published figures were gathered; tests/facts keeps what tests need of them."""
    folder = Path(os.environ.get("CLSBENCH_FACTS", ROOT.parent / "shared" / "facts"))
    if not (folder / "networks").is_dir():  # no clone has it: a skip even where all is required
        pytest.skip("no deploy files and pages as published, for tests/facts to be held against; set CLSBENCH_FACTS")
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
        absent(f"no pycaffe in {folder}; run tools/setup_pycaffe.sh")
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
