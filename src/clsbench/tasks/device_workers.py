"""The workers of one evaluation, one process per GPU: started, listened to, and ended together."""

import pickle
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO, Any

from clsbench import errors
from clsbench.composition.devices import WorkerDevice
from clsbench.console.progress import Standing
from clsbench.engines.caffe.messages import cause_of_death, final_message
from clsbench.errors import EngineError
from clsbench.tasks.device_worker import WorkerJob
from clsbench.timing.child_process import answers_of, close, output, started, stop

_MODULE = "clsbench.tasks.device_worker"
_END_SECONDS = 10.0  # a worker ends within two; on a busy machine that takes longer
_WAIT_SECONDS = 0.2  # so that a signal is handled even if another thread received it
_KEPT = "the images evaluated so far are kept: run the same command again to resume"


@dataclass(eq=False)
class Worker:
    """A worker that was started, and what it last reported."""

    device: str
    process: "subprocess.Popen[bytes]"
    written: IO[bytes]
    standing: Standing = field(default_factory=lambda: Standing(0, None, None, None))
    is_done: bool = False
    listener: Thread | None = None


@dataclass
class Workers:
    """``folder`` is this process's own, for messages to the workers."""

    folder: Path
    all: list[Worker] = field(default_factory=list)
    heard: "SimpleQueue[tuple[Worker, str, Any]]" = field(default_factory=SimpleQueue)

    def start(self, device: WorkerDevice, job: WorkerJob) -> None:
        """Starts another worker."""
        file = self.folder / f"{len(self.all)}.job"
        file.write_bytes(pickle.dumps(job))
        written = (self.folder / f"{len(self.all)}.stderr").open("w+b")
        worker = Worker(device.name, started([_MODULE, str(file)], written, device.environment), written)
        self.all.append(worker)
        worker.listener = Thread(target=self._listen, args=(worker,), daemon=True)
        worker.listener.start()

    def reports(self) -> Iterator[tuple[str, Any]]:
        """What the workers report, until all are done: ("batch_size", N), and ("standing", of all of them).

        Raises EngineError if one dies, and any ClsbenchError that one ran into.
        """
        while not all(worker.is_done for worker in self.all):
            try:
                worker, name, value = self.heard.get(timeout=_WAIT_SECONDS)
            except Empty:
                continue
            if name == "done":
                worker.is_done = True
            elif name == "error":
                kind, text = value
                raise getattr(errors, kind)(f"{worker.device}: {text}")
            elif name == "end" and not worker.is_done:
                raise EngineError(
                    f"{worker.device}: its process died ({cause_of_death(worker.process.wait())}): "
                    f"{final_message(output(worker.written))}; {_KEPT}"
                )
            elif name == "standing":
                worker.standing = Standing(*value)
                yield name, together([each.standing for each in self.all])
            elif name == "batch_size":
                yield name, value

    def _listen(self, worker: Worker) -> None:
        for name, value in answers_of(worker.process):
            self.heard.put((worker, name, value))
        self.heard.put((worker, "end", None))


@contextmanager
def workers() -> Iterator[Workers]:
    """A context without workers at first; those still running are ended on leaving, in order, all at once."""
    with tempfile.TemporaryDirectory(prefix="clsbench-") as folder:
        opened = Workers(Path(folder))
        try:
            yield opened
        finally:
            if opened.all:
                with ThreadPoolExecutor(len(opened.all)) as threads:
                    list(threads.map(lambda each: stop(each.process, _END_SECONDS), opened.all))
            for each in opened.all:
                if each.listener:
                    each.listener.join(_END_SECONDS)  # to the end of its output, before its pipe is closed
                close(each.process)
                each.written.close()


def together(standings: Iterable[Standing]) -> Standing:
    """The sum of several parts of an evaluation: images and speeds are added, rates are over all images."""
    begun = [each for each in standings if each.images]
    images = sum(each.images for each in begun)

    def rate(name: str) -> float | None:
        rates = [(getattr(each, name), each.images) for each in begun]
        if not images or any(value is None for value, _ in rates):
            return None
        return float(sum(value * number for value, number in rates)) / images

    speeds = [each.images_per_second for each in begun if each.images_per_second is not None]
    return Standing(images, rate("top1_error"), rate("top5_error"), sum(speeds) if speeds else None)
