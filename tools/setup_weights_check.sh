#!/usr/bin/env bash
# Makes the environment in which tools/weights_check.py compares converted weights with the hub's own models.
#   tools/setup_weights_check.sh [FOLDER]     FOLDER: default $CLSBENCH_WEIGHTS_CHECK, else ~/.cache/clsbench/weights-check
# Needs Python 3.11 or newer as $PYTHON (default python3) and 7 GB: torch and torchvision that load beside each other.
set -euo pipefail

cd "$(dirname "$0")/.."
folder=${1:-${CLSBENCH_WEIGHTS_CHECK:-$HOME/.cache/clsbench/weights-check}}
packages=(torch==2.14.1 torchvision==0.29.1 timm==1.0.31 safetensors)
# also that clsbench in it is this checkout's
works() {
  "$folder/bin/python" - "$PWD" <<'PYTHON' >/dev/null 2>&1
import sys
import clsbench, pytest, safetensors, timm, torch, torchvision
sys.exit(not clsbench.__file__.startswith(sys.argv[1] + "/"))
PYTHON
}

if works; then
  echo "the environment for the weights check is ready in $folder"
  exit 0
fi
mkdir -p "$(dirname "$folder")"
rm -rf "$folder"
"${PYTHON:-python3}" -m venv "$folder"
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check "${packages[@]}"
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check pytest hypothesis --editable .
works || { echo "setup_weights_check: it does not import; see $folder/bin/python -c 'import timm, torchvision'" >&2; exit 1; }
echo "the environment for the weights check is ready in $folder"
