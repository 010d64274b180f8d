#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# Every public function is called by some test or example.
set -u

awk -v inlines=1 -f test/lint/api.awk include/hearth/*.h | while read -r name _ _ kind _; do
    # What a macro of the headers chooses (hearth_args) is called through the macro.
    [ "$kind" != inline ] || [ "$(grep -chw "$name" include/hearth/*.h | sort -n | tail -1)" -lt 2 ] ||
        continue
    # What a wrapper of the header passes sizeof to is called through the wrapper.
    case $name in *_sized) name=${name%_sized} ;; esac
    grep -rqw --include='*.[ch]' --include='*.cc' "$name" test examples ||
        echo "$name: no test and no example calls it"
done | sort -u | { ! grep .; }
