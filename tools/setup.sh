#!/bin/sh
# setup.sh GROUP... - installs the Debian packages of these groups that are missing, then builds.
# Speaks on standard error only, and only when it does something.
set -eu
cd "$(dirname "$0")/.."
say () { printf 'miktos: %s\n' "$*" >&2; }

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
ninja -C build -n | grep -q 'no work to do' || { say "building (a minute, once)"; ninja -C build >&2; }
