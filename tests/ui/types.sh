#!/bin/sh
# The wire's types are those of the OpenAPI file, and all of the interface is well typed.
cd "$1" && node wire/generate.mjs --check && npx --no-install tsc --noEmit
