#!/usr/bin/env bash
# Runs tools/gpu_check.py on a machine with an NVIDIA GPU and a Python that has PyTorch, and no package index.
#   tools/gpu_check.sh [OUT] [WHEELS] [gpu_check.py's options]    OUT: default gpu-check; WHEELS: what tools/gpu_wheels.sh made
set -euo pipefail

here=$(cd "$(dirname "$0")/.." && pwd)
out=${1:-gpu-check}
wheels=${2:-$here/.wheels}
shift $(($# < 2 ? $# : 2))
python=${PYTHON:-python3}

if [ -d "$wheels" ]; then
  site=$(mktemp -d)
  trap 'rm -rf "$site"' EXIT
  "$python" -m pip install --quiet --no-index --no-deps --no-compile --disable-pip-version-check --target "$site" "$wheels"/*.whl
  export PYTHONPATH=$site${PYTHONPATH:+:$PYTHONPATH}
fi
export PYTHONPATH=$here/src${PYTHONPATH:+:$PYTHONPATH}
"$python" "$here/tools/gpu_check.py" --out "$out" "$@"
