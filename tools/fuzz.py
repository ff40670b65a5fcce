"""Feeds randomly damaged files to every reader, and finds those that raise anything but the reader's own errors.

python tools/fuzz.py --cases 1000000 --seed 1 --only prototxt

A file that causes another exception is saved in the folder --keep. For each reader, the script prints the number of
such files and the time of the slowest one. The exit code is 1 if there was any.
"""

import argparse
import os
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))

from fuzzed_readers import READERS, Reader
from in_memory import folder_in_memory


def main() -> int:
    """Returns the exit code: 1 if something escaped."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--cases", type=int, default=1_000_000, help="number of files, shared among the readers (default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=1, help="seed of the damage (default: %(default)s)")
    parser.add_argument("--only", choices=READERS, help="the only reader to test (default: all)")
    keep = "folder for files that cause another exception (default: %(default)s)"
    parser.add_argument("--keep", type=Path, default=Path("outputs/fuzz"), help=keep)
    arguments = parser.parse_args()
    with Path(os.devnull).open("w") as nowhere:  # output of OpenCV and libjpeg about damaged images
        os.dup2(nowhere.fileno(), sys.stderr.fileno())
    chosen = {arguments.only: READERS[arguments.only]} if arguments.only else READERS
    escaped = 0
    for name, reader in chosen.items():
        chance = random.Random(f"{name} {arguments.seed}")
        escaped += _attacked(name, reader, chance, arguments.cases // len(chosen), arguments.keep)
    print(f"{arguments.cases // len(chosen) * len(chosen)} cases: {escaped} escaped")
    return 1 if escaped else 0


def _attacked(name: str, reader: Reader, chance: random.Random, cases: int, keep: Path) -> int:
    escaped, slowest, start = 0, 0.0, time.perf_counter()
    with folder_in_memory() as folder:
        for case in range(cases):
            begun = time.perf_counter()
            content = reader.attacked(folder / "case", chance)
            slowest = max(slowest, time.perf_counter() - begun)
            if content is not None:
                escaped += 1
                keep.mkdir(parents=True, exist_ok=True)
                (keep / f"{name.replace(' ', '_')}-{case}").write_bytes(content)
    seconds = time.perf_counter() - start
    print(
        f"{name}: {cases} cases in {seconds:.0f} s, the slowest {1000 * slowest:.0f} ms: {escaped} escaped", flush=True
    )
    return escaped


if __name__ == "__main__":
    sys.exit(main())
