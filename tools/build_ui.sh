#!/bin/sh
# build_ui.sh UI_FOLDER OUTPUT_FOLDER DEPFILE - the interface as the bridge serves it, and what it was made from.
# Silent when all is well.
set -eu
ui=$1 output=$(readlink -f "$2" || echo "$PWD/$2") depfile=$3
"$(dirname "$0")/npm_packages.sh" "$ui"
log=$output.log
(cd "$ui" && npx --no-install vite build --outDir "$output" --emptyOutDir --logLevel warn) >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
find "$output/assets" \( -name '*.js' -o -name '*.css' \) -exec gzip -9kn {} + # for slow lines; the bridge chooses
touch "$output"
# Folders are named too: a file that is added or removed changes its folder.
{ printf '%s:' "$2"; find "$ui" "$ui"/../assets/lexicon/*/objects.json -name node_modules -prune -o -name '.*' -prune -o \( -type f -o -type d \) -print | sed 's/ /\\ /g' | tr '\n' ' ' | sed 's/^/ /'; echo; } >"$depfile"
