#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# usage: playwright.sh FOLDER
#
# Install into FOLDER, through npm, what package.json beside this file names: the library that speaks
# with Chromium, without a browser of its own.  There already: nothing happens.  That it cannot be had
# is one sentence and success: the tests say that they are skipped, and why.
set -u
home=$1
here=$(dirname "$0")

if cmp -s "$here/package.json" "$home/package.json"; then
    exit 0
fi
rm -rf "$home.new" && mkdir -p "$home.new" && cp "$here/package.json" "$home.new/" || exit 1
echo "check-browser: asking npm for playwright-core ..."
if (cd "$home.new" && npm install --no-audit --no-fund --no-package-lock --ignore-scripts --loglevel=error) \
    >"$home.log" 2>&1 </dev/null; then
    rm -rf "$home" && mv "$home.new" "$home"
else
    echo "check-browser: npm could not install playwright-core (see $home.log)"
    rm -rf "$home.new"
fi
