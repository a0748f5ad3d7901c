#!/bin/sh
# install.sh GROUP... - installs the Debian packages of these groups of packages.txt that are missing.
# Speaks on standard error only, and only when it does something.
set -eu
cd "$(dirname "$0")/.."
say () { printf 'miktos: %s\n' "$*" >&2; }

missing ()
{
  while read -r package group tool; do
    case "$package" in ''|'#'*) continue ;; esac
    case " $* " in *" ${group:-build} "*) ;; *) continue ;; esac
    if [ -n "$tool" ] && command -v "$tool" >/dev/null 2>&1; then continue; fi
    case "$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null)" in *'ok installed') continue ;; esac
    printf '%s ' "$package"
  done < tools/packages.txt
}

packages=$(missing "$@")
[ -n "$packages" ] || exit 0
command -v apt-get >/dev/null 2>&1 || { say "these Debian packages are needed and apt-get is not here: $packages"; exit 1; }
as_root=
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null 2>&1 || { say "as root, run: apt-get install $packages"; exit 1; }
  as_root=sudo
  say "sudo may ask for your password to install the libraries that Miktos is built from"
fi
say "installing from Debian (a minute or two, once): $packages"
mkdir -p build
apt () { $as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -q "$@" </dev/null >>build/apt.log 2>&1; }
apt update || true
# shellcheck disable=SC2086 -- a list of names
apt install --no-install-recommends $packages || { tail -20 build/apt.log >&2; say "apt-get could not install these; build/apt.log has its words"; exit 1; }
