#!/bin/sh
cd "$1" && npx --no-install vitest run --reporter=tap-flat
