#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# The bench of the database: durable single-row inserts by 64 clients, with shared commits and with
# one commit for each request on the same file, in alternating rounds; medians are printed.
#
#   test/bench/db.sh BIN_DIR
#
# How much sharing gains depends on what a sync of the disk costs beside a request's CPU time: where
# a sync is as quick as a request, nothing is left to share.  So it is measured on this disk, and
# again with syncs made slower, as most disks that keep their word have them.  The same requests
# without a database are the most that two cores, which the clients share, could do.
#
# The file is made in TMPDIR: name a folder on the disk that is meant, not on a tmpfs.
# Settings: BENCH_ROUNDS (5), BENCH_SECONDS (3), BENCH_SYNC_US ("0 2000": added to each sync).
set -eu
bin=$1
rounds=${BENCH_ROUNDS:-5}
seconds=${BENCH_SECONDS:-3}
. "$(dirname "$0")/common.sh"
need wrk curl
work=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT
cat >"$work/post.lua" <<'LUA'
wrk.method = "POST"
wrk.body = string.rep("x", 100)
LUA

start() # SYNC_US
{
    : >"$work/log"
    "$bin/bench_db" "sqlite:$work/bench.db" "$1" 2>"$work/log" >/dev/null &
    pid=$!
    url=$(address_of $pid "$work/log")
}

stop()
{
    kill -TERM "$pid"
    wait "$pid" || true
    pid=
}

syncs() { curl -sSf "$url/syncs"; }

run() # WAY: a line of requests/s, rows, syncs and us of CPU
{
    cpu=$(cpu_us "$pid")
    before=$(syncs)
    wrk -t1 -c64 -d"${seconds}s" -s "$work/post.lua" "$url/$1" >"$work/wrk"
    awk -v syncs=$(($(syncs) - before)) -v cpu=$(($(cpu_us "$pid") - cpu)) '
        /Requests\/sec/ { rate = $2 }
        / requests in / { rows = $1 }
        /Socket errors|Non-2xx/ { print "bench: " $0 > "/dev/stderr" }
        END { print rate, rows, syncs, cpu }' "$work/wrk" >>"$work/$1"
}

rate() { cut -d' ' -f1 "$work/$1" | median; }
tell() # WAY
{
    awk -v rate="$(rate "$1")" '{ rows += $2; syncs += $3; cpu += $4 }
        END { printf "%.0f/s, %.0f us of CPU, %.3f syncs a request\n", rate,
              rows ? cpu / rows : 0, rows ? syncs / rows : 0 }' "$work/$1"
}

found=
for slower in ${BENCH_SYNC_US:-0 2000}; do
    rm -f "$work"/bench.db* "$work/shared" "$work/each" "$work/none"
    start "$slower"
    round=0
    while [ $round -lt "$rounds" ]; do
        run shared
        run each
        run none
        round=$((round + 1))
    done
    stop
    name="this disk's syncs"
    [ "$slower" = 0 ] || name="syncs $slower us slower"
    echo "durable inserts, 64 clients, $name:"
    echo "    shared commits       $(tell shared)"
    echo "    a commit a request   $(tell each)"
    echo "    without a database   $(tell none)"
    found="$found $name=$(ratio "$(rate shared)" "$(rate each)")=$(ratio "$(rate none)" "$(rate each)")
"
done
targets
echo "$found" | while IFS='=' read -r name times most; do
    [ -z "$name" ] || target "durable inserts, shared commits in times of one commit a request,$name (without a database: $most)" "$times" least 20
done
