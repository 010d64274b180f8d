#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# Every START_TEST is listed in the SUITE of its file; gcc does not notice one that is not.
set -u

for f in test/unit/test_*.c test/http/test_*.c test/wire/test_*.c test/fault/test_*.c; do
    [ -f "$f" ] || continue
    awk -v file="$f" '
        match($0, /^START_TEST\([a-zA-Z0-9_]+/) { test[substr($0, 12, RLENGTH - 11)] = FNR }
        /^SUITE\(/ { in_suite = 1 }
        in_suite && !/^START_TEST/ { suite = suite $0 " " }
        END {
            if (!in_suite) { print file ": no SUITE"; exit }
            gsub(/[^a-zA-Z0-9_]+/, " ", suite)
            suite = " " suite " "
            for (t in test)
                if (index(suite, " " t " ") == 0)
                    print file ":" test[t] ": " t " is not in the SUITE"
        }' "$f"
done | { ! grep .; }
