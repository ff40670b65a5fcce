"""``python -m clsbench``: one run, or with ``-m`` a sweep of runs."""

import os
import signal
import sys

import hydra
from omegaconf import DictConfig

from clsbench import config
from clsbench.arguments import completed
from clsbench.errors import ClsbenchError
from clsbench.tracking.tracker import Killed

config.register()
_failures: list[ClsbenchError] = []


@hydra.main(version_base="1.3", config_path=str(config.CONF), config_name="config")
def _run(cfg: DictConfig) -> None:
    # Imported late: --help and a mistyped option answer at once, without MLflow, ONNX and OpenCV.
    from clsbench.app import run  # noqa: PLC0415
    from clsbench.console.terminal import show_error  # noqa: PLC0415

    try:
        run(cfg)
    except ClsbenchError as error:
        show_error(error)
        _failures.append(error)


def main() -> None:
    """Runs the command line; the exit code is 1 where a run failed."""
    sys.argv[1:] = completed(sys.argv[1:], config.CONF / "model")
    try:
        _run()
    except Killed as killed:
        # Not sys.exit: a thread may still be inside a forward, and the run is closed already.
        sys.stderr.write(f"{killed}\n")
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(128 + killed.signal)
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os._exit(128 + signal.SIGPIPE)
    sys.exit(1 if _failures else 0)


if __name__ == "__main__":
    main()
