#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# Every public function says what it returns, from where it may be called and since when; every error
# code is named by some header's documentation; every public header opens with its @file paragraph.
set -u

bad=$(
    awk -f test/lint/api.awk include/hearth/*.h | awk '
        $3 == "value" && $4 == "-" { print $2 ": " $1 "() has no Returns:" }
        $5 == "-" { print $2 ": " $1 "() has no Thread:" }
        $6 == "-" { print $2 ": " $1 "() has no Since:" }'
    sed -n '/^#define HEARTH_ERRORS/,/[^\\]$/s/.*X(\(E[A-Z]*\),.*/\1/p' include/hearth/base.h |
        while read -r code; do
            grep -q "^ \* .*HEARTH_$code\b" include/hearth/*.h ||
                echo "HEARTH_$code: no header says when it is returned"
        done
    for h in include/hearth/*.h; do
        grep -q "^ \* @file ${h#include/}$" "$h" || echo "$h: no @file ${h#include/}"
        # The client for tests is no part of an application.
        [ "$h" = include/hearth/client.h ] || grep -qF "#include <${h#include/}>" include/hearth.h ||
            echo "$h: not in hearth.h"
    done
)
[ -z "$bad" ] || { echo "$bad"; exit 1; }
