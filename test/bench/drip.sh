#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# Clients that send a byte a second, and what a good one notices of them.
#
#   test/bench/drip.sh BIN_DIR
#
# BIN_DIR holds bench_hearth and drip.  A server with all defaults, so with room for as many as there
# are drippers; first they drip heads, then bodies.
# Settings: DRIP_CLIENTS (10000), DRIP_SECONDS (40).
set -eu
bin=$1
. "$(dirname "$0")/common.sh"
clients=${DRIP_CLIENTS:-10000}
work=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT

# shellcheck disable=SC3045 # dash and bash have it
ulimit -n "$(ulimit -Hn)"
for what in head body; do
    : >"$work/log"
    BENCH_THREADS=0 BENCH_POOL=0 "$bin/bench_hearth" "$work/bench.db" 2>"$work/log" >/dev/null &
    pid=$!
    url=$(address_of $pid "$work/log")
    "$bin/drip" "${url##*:}" "$pid" $what "$clients" "${DRIP_SECONDS:-40}" >"$work/$what" || true
    cat "$work/$what"
    kill -TERM "$pid"
    wait "$pid"
    pid=
done

targets
for what in head body; do
    told() { sed -n "s/$1/\1/p" "$work/$what"; } # REGEX with one group
    target "drippers of a $what opened, of $clients" "$(told '^\([0-9]*\) of .* opened.*')" least "$clients"
    target "drippers of a $what left in the end" "$(told '.*after [0-9.]* s, \([0-9]*\) left.*')" most 0
    target "good client beside them, requests that failed" "$(told '.* asked, \([0-9]*\) failed.*')" most 0
    target "good client beside them, p99 ms" "$(told '.*p99 \([0-9.]*\) ms.*')" most 100
    target "server with all of them, MB" "$(told '.*server at most \([0-9.]*\) MB')" most 200
done
