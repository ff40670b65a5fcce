#!/usr/bin/env bash
# Installs Debian's zsh and fish for the tests of their completion (tests/completion) where they are missing; needs root or sudo, and apt.
set -euo pipefail
source "$(dirname "$0")/debian.sh"

packages=()
for shell in zsh fish; do command -v "$shell" >/dev/null || packages+=("$shell"); done
[ ${#packages[@]} -gt 0 ] || exit 0
install_debian "install ${packages[*]} by hand. Without them the tests of their completion are skipped." "${packages[@]}"
