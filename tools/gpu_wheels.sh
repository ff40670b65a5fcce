#!/usr/bin/env bash
# Gathers what clsbench needs beside PyTorch, for a machine that has no package index: tools/gpu_check.sh installs it there.
#   tools/gpu_wheels.sh [FOLDER] [HAVE]     FOLDER: default .wheels; HAVE: a file with the names of packages that are there already
# Run it in an environment that clsbench is installed in: the versions are that environment's.
set -euo pipefail

folder=${1:-.wheels}
have=${2:-/dev/null}
python=${PYTHON:-python3}
limit_mib=60

needed=$("$python" - "$have" <<'PYTHON'
import re, sys
from importlib.metadata import distribution, PackageNotFoundError
from packaging.requirements import Requirement

def norm(name): return re.sub(r"[-_.]+", "-", name).lower()

have = {norm(line.strip()) for line in open(sys.argv[1]) if line.strip()}
todo, seen = ["clsbench"], set()
while todo:
    name = norm(todo.pop())
    if name in seen or name in have:
        continue
    try:
        found = distribution(name)
    except PackageNotFoundError:  # needed on other systems alone
        continue
    seen.add(name)
    todo += [r.name for r in map(Requirement, found.requires or []) if not r.marker or r.marker.evaluate({"extra": ""})]
print("\n".join(f"{name}=={distribution(name).version}" for name in sorted(seen - {"clsbench"})))
PYTHON
)
mkdir -p "$folder"
platforms=()
for tag in manylinux_2_34 manylinux_2_28 manylinux_2_27 manylinux_2_17 manylinux2014 manylinux1; do
  platforms+=(--platform "${tag}_x86_64")
done
pip=("$python" -m pip --quiet --disable-pip-version-check)
for each in $needed; do  # what has no wheel is pure Python, and is built here
  "${pip[@]}" download --no-deps --only-binary=:all: --python-version 3.12 --implementation cp "${platforms[@]}" -d "$folder" "$each" \
    2>/dev/null || "${pip[@]}" wheel --no-deps -w "$folder" "$each"
done
size=$(du -sm "$folder" | cut -f1)
echo "$(find "$folder" -name '*.whl' | wc -l) wheels, $size MiB, in $folder"
[ "$size" -le "$limit_mib" ] || { echo "gpu_wheels: more than $limit_mib MiB: name what is there already in HAVE" >&2; exit 1; }
