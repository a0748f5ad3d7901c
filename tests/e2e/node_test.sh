#!/bin/sh
# node_test.sh TEST ARGUMENT... - runs a test in Node with the packages of this folder.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
"$here/../../tools/npm_packages.sh" "$here" >&2
test=$1
shift
exec node "$here/$test" "$@"
