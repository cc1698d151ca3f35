#!/bin/sh
# Makes .venv with the newest Python from 3.11 on that has the venv module; a sentence says what is missing otherwise.
# PYTHON=/path/to/python chooses another one.
set -u

usable='import sys; sys.exit(0 if sys.version_info >= (3, 11) else 1)'
complete='import venv, ensurepip'

if .venv/bin/python -c "$usable" 2>/dev/null && .venv/bin/python -m pip --version >/dev/null 2>&1; then
    echo 'Bringing .venv up to the locked set ...'
    exit 0
fi

found=''
for name in ${PYTHON:-python3.14 python3.13 python3.12 python3.11 python3}; do
    "$name" -c "$usable" 2>/dev/null || continue
    found=$name
    "$name" -c "$complete" 2>/dev/null || continue
    echo "Building .venv with $("$name" --version 2>&1) from the locked set: a minute or two, once ..."
    exec "$name" -m venv --clear .venv
done

if [ -n "$found" ]; then
    version=$("$found" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    echo "The venv module of Python $version is missing: install it (Debian and Ubuntu: apt-get install python$version-venv) and run make again." >&2
else
    echo 'Keyline needs Python 3.11 or newer, and none was found: install it (Debian and Ubuntu: apt-get install python3 python3-venv) and run make again.' >&2
fi
exit 1
