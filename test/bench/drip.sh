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
    tries=0
    until port=$(sed -n 's/.*listening on http:..127.0.0.1:\([0-9]*\).*/\1/p' "$work/log") && [ -n "$port" ]; do
        tries=$((tries + 1))
        [ $tries -lt 600 ] || { echo "drip: the server does not listen"; cat "$work/log"; exit 1; }
        sleep 0.1
    done
    "$bin/drip" "$port" "$pid" $what "$clients" "${DRIP_SECONDS:-40}"
    kill -TERM "$pid"
    wait "$pid"
    pid=
done
