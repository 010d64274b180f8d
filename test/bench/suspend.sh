#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# Requests that wait for one event, ten thousand on one reactor.
#
#   test/bench/suspend.sh BIN_DIR
#
# Settings: SUSPEND_CLIENTS (10000).
set -eu
bin=$1
. "$(dirname "$0")/common.sh"
clients=${SUSPEND_CLIENTS:-10000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$bin/bench_suspend" "$clients" >"$work/out"
cat "$work/out"
targets
target "KiB of a suspended request beyond its connection" "$(sed -n 's/.*wait: \([0-9.]*\) KiB.*/\1/p' "$work/out")" most 8
target "ms from one event to the last of $clients answers" "$(sed -n 's/.*after \([0-9.]*\) ms$/\1/p' "$work/out")" most 1000
