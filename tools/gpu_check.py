"""Checks that clsbench gives correct results on this machine's GPU, and measures how fast it is.

python tools/gpu_check.py --out gpu-check                          all steps on the GPU, at most seven minutes
python tools/gpu_check.py --out gpu-check --device cpu --quick     the same code on the CPU, on little data
python tools/gpu_check.py --page gpu-check > on-a-gpu.md           a page from the results

Each step has a time limit, and writes its result as soon as it finishes. The exit code is 1 if a step fails.
The photographs and the trained network are those of CLSBENCH_SHARED (default ../shared/data).
"""

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from gpu_bench import Bench
from gpu_page import page
from gpu_steps import STEPS

from clsbench.engines.cores import available_cores
from clsbench.results.environment import cpu_name
from clsbench.timing.gpu import gpu_name

SECONDS = 420.0  # for all steps


def machine(device: str) -> Mapping[str, Any]:
    """The machine that ran the measurements."""
    named = cpu_name() if device == "cpu" else gpu_name("cuda:0" if device == "cuda" else device)
    return {
        "device": named,
        "cores": available_cores(),
        "python": platform.python_version(),
        "date": time.strftime("%Y-%m-%d"),
    }


def check(bench: Bench) -> int:
    """Runs every step in its own process; the exit code says whether all of them finished."""
    bench.folder.mkdir(parents=True, exist_ok=True)
    (bench.folder / "machine.json").write_text(json.dumps(machine(bench.device), indent=1))
    end, failed = time.monotonic() + SECONDS, 0
    for name, (_, seconds) in STEPS.items():
        started, left = time.monotonic(), min(seconds, end - time.monotonic())
        command = [sys.executable, __file__, "--out", str(bench.folder), "--device", bench.device, "--step", name]
        file = bench.folder / f"{name}.json"
        file.unlink(missing_ok=True)  # that of an earlier run
        outcome = ended(command + ["--quick"] * bench.quick, left)
        if file.is_file():  # also of a step that did not finish: what it had found by then
            outcome["result"] = json.loads(file.read_text())
        outcome["seconds"] = round(time.monotonic() - started, 1)
        file.write_text(json.dumps(outcome, indent=1))
        failed += outcome["rc"] != 0
        print(f"{name}: {'done' if outcome['rc'] == 0 else outcome['rc']} in {outcome['seconds']} s", flush=True)
    return 1 if failed else 0


def ended(command: Sequence[str], seconds: float) -> dict[str, Any]:
    """The exit code of ``command``, or that its time ran out, and the end of what it said; nothing it started stays."""
    if seconds <= 0:
        return {"rc": "out of time"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as process:
        try:
            said, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            return {"rc": "out of time"}
        finally:
            with suppress(ProcessLookupError):  # compute-sanitizer, say, would go on and use the GPU
                os.killpg(process.pid, signal.SIGKILL)
    return {"rc": process.returncode, **({"said": said[-1500:]} if process.returncode else {})}


def main() -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--out", type=Path, default=Path("gpu-check"), help="folder of the results (default: %(default)s)"
    )
    parser.add_argument("--device", default="cuda", help="device to check: cuda, cuda:1 or cpu (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="use little data")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument(
        "--page", type=Path, metavar="FOLDER", help="print a Markdown page from the results in FOLDER, and run nothing"
    )
    arguments = parser.parse_args()
    if arguments.page:
        questions = {name: step.__doc__ or "" for name, (step, _) in STEPS.items()}
        print(page(arguments.page, questions), end="")
        return 0
    bench = Bench(arguments.device, arguments.quick, arguments.out.resolve())
    if arguments.step is None:
        return check(bench)
    bench = replace(bench, step=arguments.step)
    bench.keep(STEPS[arguments.step][0](bench))
    return 0


if __name__ == "__main__":
    sys.exit(main())
