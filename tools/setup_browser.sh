#!/usr/bin/env bash
# Installs Debian's Chromium for the browser tests (tests/ui) where it is missing; needs root or sudo, and apt.
set -euo pipefail

if command -v chromium >/dev/null || command -v chromium-browser >/dev/null || [ -n "${CLSBENCH_CHROMIUM:-}" ]; then
    exit 0
fi

fail() {
    echo "tools/setup_browser.sh: $1; install Chromium by hand, or name a browser of its kind in CLSBENCH_CHROMIUM." >&2
    echo "Without it the tests of tests/ui are skipped." >&2
    exit 1
}

command -v apt-get >/dev/null || fail "no apt-get on this machine"
as_root=()
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || fail "not root, and no sudo on this machine"
    as_root=(sudo -n)
fi

echo "installing Chromium (Debian's package)"
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq || fail "apt-get update failed"
"${as_root[@]}" apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null || fail "apt-get install chromium failed"
chromium --version
