#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# Templates rendered by Jinja2 and by ours: what differs on purpose is listed in `differences`, with
# the reason.  How cases are written stands in jinja.py.
set -eu
here=test/tmpl

for python in python3 /usr/bin/python3; do
    # Those of an environment of its own may not have what the system's has.
    if command -v $python >/dev/null 2>&1 && $python -c 'import jinja2' 2>/dev/null; then
        break
    fi
    python=
done
if [ -z "$python" ]; then
    echo "Jinja2 for Python is not installed"
    exit 77
fi

work=$BUILD/test/tmpl/work
rm -rf "$work"
mkdir -p "$work"
$python $here/jinja.py unpack $here/cases "$work"
"$BUILD/test/tmpl/render" "$work" ours
$python $here/jinja.py compare $here/cases "$work" ours
