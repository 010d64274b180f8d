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
for tool in wrk sqlite3; do
    command -v $tool >/dev/null || { echo "bench: $tool is missing: make bench installs it on Debian"; exit 1; }
done
work=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT
cat >"$work/post.lua" <<'LUA'
wrk.method = "POST"
wrk.body = string.rep("x", 100)
LUA

"$bin/bench_db" "sqlite:$work/bench.db" 2>"$work/log" >/dev/null &
pid=$!
tries=0
until port=$(sed -n 's/.*listening on http:..127.0.0.1:\([0-9]*\).*/\1/p' "$work/log") && [ -n "$port" ]; do
    tries=$((tries + 1))
    [ $tries -lt 600 ] || { echo "bench: bench_db does not listen"; cat "$work/log"; exit 1; }
    sleep 0.1
done

median() { sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
round=0
while [ $round -lt "$rounds" ]; do
    for way in shared each; do
        wrk -t1 -c64 -d"${seconds}s" -s "$work/post.lua" "http://127.0.0.1:$port/$way" >"$work/wrk"
        awk '/Requests\/sec/ { print $2 } /Socket errors|Non-2xx/ { print "bench: " $0 > "/dev/stderr" }' "$work/wrk" >>"$work/$way"
    done
    round=$((round + 1))
done
kill -TERM "$pid"
wait "$pid" || true
pid=
rows=$(sqlite3 "$work/bench.db" 'SELECT count(*) FROM events')
awk -v s="$(median <"$work/shared")" -v e="$(median <"$work/each")" -v rows="$rows" 'BEGIN {
    printf "durable inserts, 64 clients: shared commits %.0f/s, one commit a request %.0f/s: %.1f times (%d rows)\n", s, e, s / e, rows }'
