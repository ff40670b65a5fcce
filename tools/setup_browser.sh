#!/usr/bin/env bash
# Installs Debian's Chromium for the browser tests (tests/ui) where it is missing; needs root or sudo, and apt.
set -euo pipefail
source "$(dirname "$0")/debian.sh"

if command -v chromium >/dev/null || command -v chromium-browser >/dev/null || [ -n "${CLSBENCH_CHROMIUM:-}" ]; then
    exit 0
fi
install_debian "install Chromium by hand, or name a browser of its kind in CLSBENCH_CHROMIUM. Without it the tests of tests/ui are skipped." \
    chromium fonts-dejavu-core
chromium --version
