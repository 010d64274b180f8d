#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# Every row of "Secure by default" in SECURITY.md has a test that is named after it, and a test that
# is named like one has a row.  What servers for blocking and waiting handlers are asked for has rows
# of its own, G and H, in files named capabilities.
set -u

rows=$(sed -n 's/^| \([A-Z][0-9][0-9]*\) |.*/\1/p' SECURITY.md | tr '[:upper:]' '[:lower:]')
tests=$(find test -name 'test_*.c' ! -name 'test_capabilities*' -exec \
    sed -n 's/^START_TEST(\(\([a-z][0-9][0-9]*_\)*\).*/_\1/p' {} + | grep -v '^_$' | sort -u)
bad=$(
    [ -n "$rows" ] || echo "SECURITY.md: no rows"
    for r in $rows; do
        echo "$tests" | grep -q "_${r}_" || echo "SECURITY.md: no test is named ${r}_..."
    done
    letters=$(echo "$rows" | cut -c1 | sort -u | tr -d '\n')
    for r in $(echo "$tests" | tr '_' '\n' | grep "^[$letters]" | sort -u); do
        echo "$rows" | grep -qx "$r" || echo "a test is named ${r}_..., and SECURITY.md has no such row"
    done
)
[ -z "$bad" ] || { echo "$bad"; exit 1; }
