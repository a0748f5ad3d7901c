#!/bin/sh
# npm_packages.sh FOLDER - installs what FOLDER/package-lock.json names, unless it is there already.
# `npm ci` would refuse a lock file that leaves out packages for other platforms; `install` takes its versions just so.
set -eu
cd "$1"
exec 9>/tmp/miktos-npm.lock
flock 9
[ node_modules/.package-lock.json -nt package-lock.json ] && exit 0
npm install --no-save --no-audit --no-fund --loglevel=error >&2
# Debian 12's Node.js 18 runs Tailwind's native part, but npm leaves it out there: it asks for 20 and is optional.
oxide=node_modules/@tailwindcss/oxide
if [ -d "$oxide" ] && ! node -e 'require("@tailwindcss/oxide")' 2>/dev/null; then
  name=oxide-linux-$(node -p process.arch)-gnu
  folder=$(mktemp -d)
  (cd "$folder" && npm pack --silent "@tailwindcss/$name@$(node -p "require('$OLDPWD/$oxide/package.json').version")" >/dev/null)
  mkdir -p "node_modules/@tailwindcss/$name"
  tar -xzf "$folder"/*.tgz -C "node_modules/@tailwindcss/$name" --strip-components=1
  rm -r "$folder"
fi
touch node_modules/.package-lock.json
