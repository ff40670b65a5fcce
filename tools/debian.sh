# Sourced by tools/setup_*.sh: Debian's packages, installed as root or with sudo.

# Whether the package $1 is installed.
installed() { dpkg-query --show --showformat='${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed; }

# Installs the packages $2 ... without what they recommend; $1 is said after an error: what to do instead.
install_debian() {
    local instead=$1
    shift
    fail() {
        echo "$0: $1; $instead" >&2
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
    echo "installing $* (Debian's packages)"
    "${as_root[@]}" apt-get update -qq || fail "apt-get update failed"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null || fail "apt-get install $* failed"
}
