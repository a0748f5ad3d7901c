#!/bin/sh
# setup.sh [--only TARGET] GROUP... - installs the Debian packages of these groups that are missing, then builds all or the target.
# Speaks on standard error only, and only when it does something.
set -eu
cd "$(dirname "$0")/.."
say () { printf 'miktos: %s\n' "$*" >&2; }

target=all
if [ "${1:-}" = --only ]; then target=$2; shift 2; fi
tools/install.sh "$@"

# What was optional and missing before may be here now.
if [ ! -f build/build.ninja ] || [ build/apt.log -nt build/build.ninja ]; then
  say "configuring"
  mkdir -p build
  again=$([ -f build/build.ninja ] && echo --reconfigure || true)
  # shellcheck disable=SC2086 -- one word or none
  meson setup $again build >build/configure.log 2>&1 || { tail -20 build/configure.log >&2; exit 1; }
fi
# Nothing to do is the usual case, and silent.
ninja -C build -n "$target" | grep -q 'no work to do' || { say "building (a minute or two, once)"; ninja -C build "$target" >&2; }
