#!/usr/bin/env bash
# Makes the Python 3.9 environment with a real pycaffe (CPU) that engine=caffe uses by default.
#   tools/setup_pycaffe.sh [FOLDER]     FOLDER: default $CLSBENCH_PYCAFFE, else ~/.cache/clsbench/pycaffe
set -euo pipefail

folder=${1:-${CLSBENCH_PYCAFFE:-$HOME/.cache/clsbench/pycaffe}}
# kendryte-caffe is a fork of BVLC Caffe 1.0 with a CPU wheel; the other pins are the newest that it imports with.
packages=(kendryte-caffe==1.0.0.20210829 numpy==1.23.5 protobuf==3.20.3 scikit-image==0.19.3)
works() { GLOG_minloglevel=2 "$folder/bin/python" -c 'import caffe; caffe.Net' >/dev/null 2>&1; }

python39() {
  local candidate
  for candidate in python3.9 "$HOME"/.pyenv/versions/3.9.*/bin/python3.9 /usr/local/bin/python3.9 /opt/*/bin/python3.9; do
    if "$candidate" -c 'import ensurepip, venv' >/dev/null 2>&1; then echo "$candidate"; return; fi
  done
  echo "setup_pycaffe: no python3.9 found. Get one with 'pyenv install 3.9' (or your distribution's python3.9 and" \
    "python3.9-venv packages), or run 'uv python install 3.9' and put it on the PATH; then run this again." >&2
  return 1
}

if works; then
  echo "pycaffe is ready in $folder"
  exit 0
fi
interpreter=$(python39)
mkdir -p "$(dirname "$folder")"
rm -rf "$folder"
"$interpreter" -m venv "$folder"
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check "${packages[@]}"
works || { echo "setup_pycaffe: caffe does not import in $folder; run '$folder/bin/python -c \"import caffe\"'" >&2; exit 1; }
echo "pycaffe is ready in $folder"
