#!/usr/bin/env bash
# Installs Debian's SLURM, munge, PostgreSQL and OpenStack Swift for the tests that start servers of their own
# (tests/test_slurm.py, tests/test_postgresql.py) where they are missing; needs root or sudo, and apt. No service is started.
set -euo pipefail

installed() { dpkg-query --show --showformat='${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed; }
postgresql() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null; }

packages=()
for package in slurm-wlm munge swift-{proxy,account,container,object}; do installed "$package" || packages+=("$package"); done
postgresql || packages+=(postgresql)
[ ${#packages[@]} -gt 0 ] || exit 0

fail() {
    echo "tools/setup_servers.sh: $1; install ${packages[*]} by hand. Without them the tests that need them are skipped." >&2
    exit 1
}

command -v apt-get >/dev/null || fail "no apt-get on this machine"
as_root=()
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || fail "not root, and no sudo on this machine"
    as_root=(sudo -n)
fi

# What Debian's packages ask before they start a service: no.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" install -m 755 /dev/stdin "$policy" || fail "$policy cannot be written"
    trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi
echo "installing ${packages[*]} (Debian's packages)"
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq || fail "apt-get update failed"
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null || fail "apt-get install failed"
