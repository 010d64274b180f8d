#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# usage: coverage.sh BUILD      after its tests have run: the lines of each file that they reached
set -eu

find "$1/lib" -name '*.gcda' | sort | while read -r data; do
    source=${data#"$1"/}
    gcov -n "$data" 2>/dev/null | awk -v want="${source%.gcda}.c" -F "'" '
        /^File/ { here = $2 == want }
        here && /^Lines executed/ { sub(/.*:/, ""); sub(/% of /, " "); print want, $0; here = 0 }'
done | awk '
    { printf "%6.1f %%  of %4d  %s\n", $2, $3, $1; hit += $2 * $3 / 100; all += $3 }
    END { if (all) printf "%6.1f %%  of %4d  in all\n", 100 * hit / all, all; exit !all }'
