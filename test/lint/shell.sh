#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# The shell scripts, as shellcheck sees them.
set -u
if ! command -v shellcheck >/dev/null 2>&1; then
    echo "shellcheck is not installed"
    exit 77
fi
find . -name '*.sh' ! -path './build/*' -print0 | xargs -0 shellcheck -S warning .ci/run
