#!/bin/sh
# The wire's types are those of the OpenAPI file, and all of the interface is well typed.
"$(dirname "$0")/../../tools/npm_packages.sh" "$1" && cd "$1" && node wire/generate.mjs --check && npx --no-install tsc --noEmit
