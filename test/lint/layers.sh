#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# Layers and homes of third-party headers: layers.awk, which must itself notice a violation.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir -p "$work/lib/core"
printf '#include "app/app.h"\n#include <uv.h>\n/* SQLite */\n' >"$work/lib/core/wrong.c"
found=$(cd "$work" && awk -f "$OLDPWD/test/lint/layers.awk" lib/core/wrong.c | wc -l)
if [ "$found" != 3 ]; then
    echo "layers.awk is blind: it found $found of 3 violations"
    exit 1
fi
exec awk -f test/lint/layers.awk lib/*/*.[ch] include/hearth.h include/hearth/*.h
