#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# Turn templates/NAME.html into C: hearth__page_NAME and hearth__page_NAME_len on standard output;
# NAME.js and NAME.css into hearth__page_NAME_js and hearth__page_NAME_css.
set -eu

name=$(basename "$1" .html | tr . _)
cat <<END
/* Made by pages.sh. */
#include "app/pages.h"

const char hearth__page_${name}[] = {
$(od -An -v -tx1 "$1" | sed "s/ *\([0-9a-f][0-9a-f]\) */'\\\\x\1', /g; s/^/    /; s/ *\$//")
    0};
const size_t hearth__page_${name}_len = sizeof hearth__page_$name - 1;
END
