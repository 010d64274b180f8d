#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# The tree: nothing at the top level that is not listed here, a licence line in every source, a test
# program for every source of the library, no path or address of somebody's machine.
set -u

top=' Makefile README.md LICENSE SECURITY.md CONTRIBUTING.md CHANGELOG.md include lib templates
examples test pkgconfig build .git .gitignore .clang-format .clang-tidy .editorconfig .ci '
bad=$(
    for f in * .[!.]*; do
        case $(echo "$top" | tr '\n' ' ') in *" $f "*) ;; *) echo "$f: not an entry of the top level" ;; esac
    done
    find lib include test pkgconfig .ci -type f \( -name '*.[ch]' -o -name '*.sh' -o -name '*.awk' \
        -o -name '*.mjs' \) \
        -exec grep -L 'SPDX-License-Identifier: MIT' {} + | sed 's/$/: no licence line/'
    grep -rnE '(^|[^a-z])/(home|root|work|Users)/|deb\.debian\.org|registry\.npmjs|pypi\.org|proxy\.golang' \
        Makefile ./*.md lib include examples test templates pkgconfig .ci | grep -v '^test/lint/tree.sh:'
)
[ -z "$bad" ] || { echo "$bad"; exit 1; }
