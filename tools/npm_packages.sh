#!/bin/sh
# npm_packages.sh FOLDER - installs what FOLDER/package-lock.json names, unless it is there already.
# `npm ci` would refuse a lock file that leaves out packages for other platforms; `install` takes its versions just so.
set -eu
cd "$1"
exec 9>/tmp/miktos-npm.lock
flock 9
[ node_modules/.package-lock.json -nt package-lock.json ] || { npm install --no-save --no-audit --no-fund --loglevel=error >&2 && touch node_modules/.package-lock.json; }
