#!/bin/sh
# lint_api.sh ROOT - the OpenAPI file against a linter, and the interface's types against the file.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
"$here/../../tools/npm_packages.sh" "$here" >&2
cd "$here"
if said=$(node_modules/.bin/redocly lint --config redocly.yaml --format=stylish "$1/assets/openapi.json" 2>&1) && ! printf '%s' "$said" | grep -q warning; then
  echo "ok 1 - the OpenAPI file satisfies a linter"
else
  printf '%s\n' "$said" | sed 's/^/# /'
  echo "not ok 1 - the OpenAPI file satisfies a linter"
fi
"$here/../../tools/npm_packages.sh" "$1/ui" >&2
if said=$(cd "$1/ui" && node wire/generate.mjs --check 2>&1); then
  echo "ok 2 - the types of the interface are those of the OpenAPI file"
else
  printf '%s\n' "$said" | sed 's/^/# /'
  echo "not ok 2 - the types of the interface are those of the OpenAPI file"
fi
echo 1..2
