#!/usr/bin/env bash
# Installs Debian's SLURM, munge, PostgreSQL and OpenStack Swift for the tests that start servers of their own
# (tests/test_slurm.py, tests/test_postgresql.py) where they are missing; needs root or sudo, and apt. No service is started.
set -euo pipefail
source "$(dirname "$0")/debian.sh"

packages=()
for package in slurm-wlm munge swift-{proxy,account,container,object}; do installed "$package" || packages+=("$package"); done
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || packages+=(postgresql)
[ ${#packages[@]} -gt 0 ] || exit 0
install_debian "install ${packages[*]} by hand. Without them the tests that need them are skipped." "${packages[@]}"
