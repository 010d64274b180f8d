#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# libhearth.so exports exactly the functions the headers declare with HEARTH_API.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

awk -f test/lint/api.awk include/hearth/*.h | awk '{print $1}' | sort -u >"$work/declared"
nm -D --defined-only "$BUILD/libhearth.so" |
    awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort -u >"$work/exported"
[ -s "$work/declared" ] || { echo "no declarations found"; exit 1; }
comm -23 "$work/declared" "$work/exported" | sed 's/$/: declared, not exported/' >"$work/bad"
comm -13 "$work/declared" "$work/exported" | sed 's/$/: exported, not declared/' >>"$work/bad"
cat "$work/bad"
[ ! -s "$work/bad" ]
