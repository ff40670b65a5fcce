"""Feeds damaged files to every reader, guided by the code that they reach (atheris).

python tools/fuzz_guided.py --minutes 60 --only prototxt

It finds files that make a reader raise anything but its own errors. Each reader runs in its own process and gets an
equal share of the time. Files that were found are saved in the folder --keep. Their traceback is printed above the
reader's line. The exit code is 1 if any was found. Needs atheris.
"""

import argparse
import contextlib
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))

is_inside = "--inside" in sys.argv  # a reader's own process, in which its coverage is counted
with atheris.instrument_imports(include=["clsbench"]) if is_inside else contextlib.nullcontext():
    from fuzzed_readers import READERS, Reader

_EXECUTIONS = re.compile(r"^#(\d+)\s+DONE|^stat::number_of_executed_units:\s*(\d+)", re.MULTILINE)


def main() -> int:
    """Returns the exit code: 1 if something escaped."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--minutes", type=float, default=60.0, help="total time in minutes, for all readers (default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=1, help="seed of the damage (default: %(default)s)")
    parser.add_argument("--only", choices=READERS, help="the only reader to test (default: all)")
    keep = "folder for files that cause another exception (default: %(default)s)"
    parser.add_argument("--keep", type=Path, default=Path("outputs/fuzz"), help=keep)
    parser.add_argument("--inside", help=argparse.SUPPRESS)  # this is a reader's process
    arguments, libfuzzers = parser.parse_known_args()
    if arguments.inside:
        _inside(READERS[arguments.inside], libfuzzers)
    chosen = [arguments.only] if arguments.only else list(READERS)
    arguments.keep.mkdir(parents=True, exist_ok=True)
    seconds = max(1, int(60 * arguments.minutes / len(chosen)))
    escaped = sum([_escaped(name, seconds, arguments.seed, arguments.keep) for name in chosen])
    print(f"{len(chosen)} readers, {seconds} s each: {escaped} with something that escaped")
    return 1 if escaped else 0


def _escaped(name: str, seconds: int, seed: int, keep: Path) -> bool:
    """Whether the reader's process ended for any reason except the end of its time."""
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as corpus:
        for number, content in enumerate(READERS[name].seeds):
            (Path(corpus) / str(number)).write_bytes(content)
        prefix = f"-artifact_prefix={keep.resolve()}/{name.replace(' ', '_')}-"
        limits = [f"-max_total_time={seconds}", f"-seed={seed}", "-timeout=60", "-rss_limit_mb=4096", "-max_len=65536"]
        command = [sys.executable, __file__, "--inside", name, corpus, prefix, "-print_final_stats=1", *limits]
        ended = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    said = ended.stdout + ended.stderr
    tried = max((int(number) for pair in _EXECUTIONS.findall(said) for number in pair if number), default=0)
    if ended.returncode:
        print(said[-4000:])
    outcome = "something escaped" if ended.returncode else "0 escaped"
    print(f"{name}: {tried} cases in {time.perf_counter() - begun:.0f} s: {outcome}", flush=True)
    return ended.returncode != 0


def _inside(reader: Reader, libfuzzers: list[str]) -> None:
    """Does not return: libFuzzer ends the process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / reader.file
        for name, content in reader.beside.items():
            (path.parent / name).write_bytes(content)

        def one(content: bytes) -> None:
            path.write_bytes(content)
            with contextlib.suppress(*reader.refusals):
                reader.read(path)

        atheris.Setup([sys.argv[0], *libfuzzers], one)
        atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
