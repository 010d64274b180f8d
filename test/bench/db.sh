#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# The bench of the database: durable single-row inserts by 64 clients, with shared commits and with
# one commit for each request on the same file, in alternating rounds; medians are printed.
#
#   test/bench/db.sh BIN_DIR
#
# The file is made in TMPDIR: name a folder on the disk that is meant, not on a tmpfs.
# Settings: BENCH_ROUNDS (5), BENCH_SECONDS (3).
set -eu
bin=$1
rounds=${BENCH_ROUNDS:-5}
seconds=${BENCH_SECONDS:-3}
. "$(dirname "$0")/common.sh"
need wrk sqlite3
work=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT
cat >"$work/post.lua" <<'LUA'
wrk.method = "POST"
wrk.body = string.rep("x", 100)
LUA

"$bin/bench_db" "sqlite:$work/bench.db" 2>"$work/log" >/dev/null &
pid=$!
url=$(address_of $pid "$work/log")

round=0
while [ $round -lt "$rounds" ]; do
    for way in shared each; do
        wrk -t1 -c64 -d"${seconds}s" -s "$work/post.lua" "$url/$way" >"$work/wrk"
        awk '/Requests\/sec/ { print $2 } /Socket errors|Non-2xx/ { print "bench: " $0 > "/dev/stderr" }' "$work/wrk" >>"$work/$way"
    done
    round=$((round + 1))
done
kill -TERM "$pid"
wait "$pid" || true
pid=
rows=$(sqlite3 "$work/bench.db" 'SELECT count(*) FROM events')
shared=$(median <"$work/shared")
each=$(median <"$work/each")
echo "durable inserts, 64 clients: shared commits $shared/s, one commit a request $each/s ($rows rows)"
targets
target "durable inserts, shared commits in times of one commit a request" "$(ratio "$shared" "$each")" least 20
