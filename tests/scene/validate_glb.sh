#!/bin/sh
# validate_glb.sh PROGRAM - lets PROGRAM write its GLB files and has the Khronos validator check each.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
"$here/../../tools/npm_packages.sh" "$here"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$1" "$here/../../assets" "$folder" >&2
node "$here/validate_glb.mjs" "$folder"/*.glb
