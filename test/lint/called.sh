#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# Every public function is called by some test or example.
set -u

for name in $(awk -v inlines=1 -f test/lint/api.awk include/hearth/*.h | awk '{print $1}'); do
    # What a wrapper of the header passes sizeof to is called through the wrapper.
    case $name in *_sized) name=${name%_sized} ;; esac
    grep -rqw --include='*.[ch]' --include='*.cc' "$name" test examples ||
        echo "$name: no test and no example calls it"
done | sort -u | { ! grep .; }
