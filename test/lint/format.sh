#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# The code looks as .clang-format says.
set -u
if ! command -v clang-format >/dev/null 2>&1; then
    echo "clang-format is not installed"
    exit 77
fi
find lib include test examples -name '*.[ch]' ! -path '*/build/*' |
    sort | xargs clang-format --dry-run -Werror
