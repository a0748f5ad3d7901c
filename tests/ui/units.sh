#!/bin/sh
"$(dirname "$0")/../../tools/npm_packages.sh" "$1" && cd "$1" && npx --no-install vitest run --reporter=tap-flat
