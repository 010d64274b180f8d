#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# usage: run.sh TEST.mjs      from the environment: BUILD, DEPS_DIR; CHROMIUM if it is called otherwise
#
# One test program in Node; where Node or Chromium is missing it is skipped, with the reason.
set -u
for need in node "${CHROMIUM:-chromium}"; do
    if ! command -v "$need" >/dev/null 2>&1; then
        echo "$need is not installed: 'make check-browser' installs it where it can"
        exit 77
    fi
done
if [ ! -d "$DEPS_DIR/playwright/node_modules/playwright-core" ]; then
    echo "playwright-core is not installed: npm could not fetch it (see $DEPS_DIR/playwright.log)"
    exit 77
fi
CHROMIUM=$(command -v "${CHROMIUM:-chromium}")
export CHROMIUM
exec node "$1"
