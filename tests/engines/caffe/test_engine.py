import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clsbench.engines.caffe import engine as module
from clsbench.engines.caffe.engine import Caffe
from clsbench.errors import EngineError, MissingEngineError

pytestmark = [pytest.mark.pycaffe, pytest.mark.usefixtures("no_new_shared_files")]


def _pid(predictor: Any) -> int:
    process = predictor.free.get()
    predictor.free.put(process)
    return int(process.process.pid)


def test_batches_below_at_and_above_the_batch_size_give_the_scores_that_numpy_computes(
    caffe: Caffe, small: Any
) -> None:
    with caffe.open(small.network) as predictor:
        for count in (3, 1, 2, 8, 3):
            views = small.views(count)
            np.testing.assert_allclose(predictor(views), small.scores(views), atol=1e-6)


def test_the_description_tells_what_is_used(caffe: Caffe, small: Any) -> None:
    with caffe.open(small.network) as predictor:
        description = predictor.description
    assert (description.device, description.streams, description.batch_size) == ("cpu", 1, 3)
    assert set(description.versions) == {"caffe", "caffe_numpy", "caffe_python"}


def test_several_processes_serve_several_threads(caffe: Caffe, small: Any) -> None:
    batches = [small.views(1 + n % 4) for n in range(40)]
    with replace(caffe, processes=2).open(small.network) as predictor, ThreadPoolExecutor(4) as threads:
        assert predictor.description.streams == 2
        for views, scores in zip(batches, threads.map(predictor, batches), strict=True):
            np.testing.assert_allclose(scores, small.scores(views), atol=1e-6)


def test_the_process_ends_with_the_block(caffe: Caffe, small: Any) -> None:
    with caffe.open(small.network) as predictor:
        pid = _pid(predictor)
        os.kill(pid, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_killed_process_is_one_error_that_names_the_signal(caffe: Caffe, small: Any) -> None:
    with caffe.open(small.network) as predictor:
        os.kill(_pid(predictor), signal.SIGKILL)
        with pytest.raises(EngineError, match=r"died while forwarding 2 views \(SIGKILL: .*memory"):
            predictor(small.views(2))
        with pytest.raises(EngineError, match="SIGKILL"):
            predictor(small.views(2))


def test_a_process_killed_during_a_forward_ends_the_wait(caffe: Caffe, small: Any) -> None:
    with caffe.open(small.network) as predictor, ThreadPoolExecutor(1) as threads:
        pid = _pid(predictor)
        os.kill(pid, signal.SIGSTOP)  # a forward that takes for ever
        forward = threads.submit(predictor, small.views(1))
        time.sleep(0.2)
        assert not forward.done()
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(EngineError, match="SIGKILL"):
            forward.result(timeout=10)


def test_leaving_does_not_wait_for_a_forward(caffe: Caffe, small: Any) -> None:
    with ThreadPoolExecutor(1) as threads:
        with caffe.open(small.network) as predictor:
            os.kill(_pid(predictor), signal.SIGSTOP)
            forward = threads.submit(predictor, small.views(1))
            time.sleep(0.2)
            left = time.monotonic()
        assert time.monotonic() - left < 1
        with pytest.raises(EngineError, match="closed while forwarding 1 views"):
            forward.result(timeout=10)
    with pytest.raises(EngineError, match="closed"):
        predictor(small.views(1))


def test_a_net_that_caffe_refuses_is_told_in_caffes_words(caffe: Caffe, small: Any) -> None:
    prototxt = small.network.prototxt()
    prototxt.write_text(prototxt.read_text().replace('bottom: "data"', 'bottom: "absent"'))
    with (
        pytest.raises(
            EngineError, match=r"died while loading small.prototxt \(SIGABRT\): Unknown bottom blob 'absent'"
        ),
        caffe.open(small.network),
    ):
        pass


def test_a_prototxt_that_caffe_cannot_parse_is_told_in_its_parsers_words(caffe: Caffe, small: Any) -> None:
    small.network.prototxt().write_text("layerr { }")
    with pytest.raises(EngineError, match=r'no field named "layerr".*Check failed'), caffe.open(small.network):
        pass


def test_a_missing_file_is_an_error_and_not_a_death(caffe: Caffe, small: Any) -> None:
    small.network.caffemodel().unlink()
    with pytest.raises(EngineError, match=r"failed while loading.*small\.caffemodel"), caffe.open(small.network):
        pass


def test_an_output_that_does_not_fit_is_an_error_and_the_process_lives_on(caffe: Caffe, small: Any) -> None:
    with caffe.open(replace(small.network, classes=4)) as predictor:
        for _ in range(2):
            with pytest.raises(EngineError, match="expected 4 scores per view"):
                predictor(small.views(1))
    with caffe.open(replace(small.network, output="absent")) as predictor, pytest.raises(EngineError, match="absent"):
        predictor(small.views(1))


def test_an_input_that_does_not_fit_is_found_on_opening(caffe: Caffe, small: Any) -> None:
    network = replace(small.network, input_shape=(2, 4, 5))
    with pytest.raises(EngineError, match=r"input has shape \[2, 4, 4\]"), caffe.open(network):
        pass


def test_ctrl_c_at_the_terminal_does_not_reach_the_process(caffe: Caffe, small: Any) -> None:
    with caffe.open(small.network) as predictor:
        pid = _pid(predictor)
        assert os.getsid(pid) != os.getsid(0)
        os.kill(pid, signal.SIGINT)
        views = small.views(1)
        np.testing.assert_allclose(predictor(views), small.scores(views), atol=1e-6)


def test_garbage_on_stdout_does_not_disturb(caffe: Caffe, small: Any, wrapper: Callable[[str], str]) -> None:
    python = wrapper("echo welcome; head -c 200000 /dev/zero; echo; echo 'clsbench'")
    with replace(caffe, python=python).open(small.network) as predictor:
        views = small.views(2)
        np.testing.assert_allclose(predictor(views), small.scores(views), atol=1e-6)


def test_a_garbled_answer_is_an_error_that_quotes_it(caffe: Caffe, small: Any, wrapper: Callable[[str], str]) -> None:
    python = wrapper("echo 'clsbench-caffe {\"rea'")
    with pytest.raises(EngineError, match="garbled answer"), replace(caffe, python=python).open(small.network):
        pass


def test_a_program_that_only_prints_and_ends_is_an_error_with_its_words(
    caffe: Caffe, small: Any, wrapper: Callable[[str], str]
) -> None:
    python = wrapper("echo garbage; echo 'no licence' >&2; exit 7")
    with (
        pytest.raises(EngineError, match=r"died while starting \(exit code 7\): no licence"),
        replace(caffe, python=python).open(small.network),
    ):
        pass


def test_the_threads_of_its_blas_are_set(
    caffe: Caffe, small: Any, wrapper: Callable[[str], str], tmp_path: Path
) -> None:
    python = wrapper(f"env > {tmp_path}/env-$$")
    with replace(caffe, python=python, threads=5, processes=2).open(small.network):
        pass
    for file in tmp_path.glob("env-*"):
        lines = file.read_text().splitlines()
        assert {f"{name}_NUM_THREADS=2" for name in ("OPENBLAS", "OMP", "MKL")} <= set(lines)


def test_an_interpreter_without_caffe_is_a_missing_engine(caffe: Caffe, small: Any) -> None:
    with (
        pytest.raises(MissingEngineError, match=r"no pycaffe in it .*tools/setup_pycaffe.sh"),
        replace(caffe, python=sys.executable).open(small.network),
    ):
        pass


def test_a_program_that_cannot_be_started_is_a_missing_engine(caffe: Caffe, small: Any, tmp_path: Path) -> None:
    program = tmp_path / "python"
    program.write_text("#!/absent/interpreter\n")
    program.chmod(0o755)
    with (
        pytest.raises(MissingEngineError, match="cannot be started"),
        replace(caffe, python=str(program)).open(small.network),
    ):
        pass


def test_cuda_with_a_cpu_build_is_an_error_in_caffes_words(caffe: Caffe, small: Any) -> None:
    with (
        pytest.raises(EngineError, match=r"device=cuda:1: .*selecting GPU 1 .*CPU-only Caffe.*built with CUDA"),
        replace(caffe, device="cuda:1").open(small.network),
    ):
        pass


def test_auto_falls_back_to_the_cpu_where_the_build_cannot_use_the_gpu(
    caffe: Caffe, small: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "_GPU_NODE", Path(os.devnull))
    with replace(caffe, device="auto").open(small.network) as predictor:
        assert predictor.description.device == "cpu"
    assert "CPU-only Caffe" in caplog.text


def test_the_process_and_its_arrays_go_when_the_parent_is_killed(small: Any, caffe_python: Path) -> None:
    code = f"""
import time
from pathlib import Path
from types import SimpleNamespace
from clsbench.engines.caffe.engine import Caffe
folder = Path({str(small.network.folder)!r})
network = SimpleNamespace(input_shape=(2, 4, 4), output="prob", classes=3,
    prototxt=lambda: folder / "small.prototxt", caffemodel=lambda: folder / "small.caffemodel")
engine = Caffe("cpu", "fp32", 1, 1, 1, {str(caffe_python)!r})
with engine.open(network) as predictor:
    print(predictor.free.get().process.pid, flush=True)
    time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 10
    while _runs(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(pid)


def _runs(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().split()[2] != "Z"
