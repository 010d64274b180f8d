#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# usage: ws_node.sh FOLDER
#
# Install `ws`, of the version below, into FOLDER through npm.  There already: nothing happens.
set -eu
home=$1
version=8.23.0

if [ "$(sed -n 's/.*"version": *"\([^"]*\)".*/\1/p' "$home/node_modules/ws/package.json" 2>/dev/null)" = $version ]; then
    exit 0
fi
rm -rf "$home" && mkdir -p "$home"
echo "bench: asking npm for ws $version ..."
if ! (cd "$home" && npm install --no-audit --no-fund --no-save --no-package-lock --ignore-scripts \
    --loglevel=error ws@$version) >"$home.log" 2>&1 </dev/null; then
    echo "bench: npm could not install ws (see $home.log): that comparison is left out"
    rm -rf "$home"
fi
