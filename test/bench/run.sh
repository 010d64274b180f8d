#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# The bench: Hearth against libmicrohttpd alone (the same library, by hand) and against Debian's ulfius.
#
#   test/bench/run.sh BIN_DIR
#
# BIN_DIR holds bench_hearth, bench_bare, bench_ulfius, bench_dump and load.  Time is measured in alternating rounds,
# server pinned to core 0 and wrk to core 1, as CPU from the kernel's own accounting divided by the
# requests answered; medians are reported.  Instructions come from callgrind and system calls from
# strace, both as the difference of two runs of known size, so start-up does not count.
# Settings: BENCH_ROUNDS (5), BENCH_SECONDS (3), BENCH_ONLY (a workload's name; only the targets that
# it measures are then told).
set -eu
bin=$1
rounds=${BENCH_ROUNDS:-5}
seconds=${BENCH_SECONDS:-3}
work=$(mktemp -d)
pids=
trap 'for p in $pids; do kill "$p" 2>/dev/null || true; done; rm -rf "$work"' EXIT

. "$(dirname "$0")/common.sh"
need wrk taskset sqlite3 valgrind strace callgrind_annotate

# ---- data -----------------------------------------------------------------------------------
sqlite3 "$work/bench.db" >/dev/null <<'SQL'
PRAGMA journal_mode = WAL;
CREATE TABLE items(id INTEGER PRIMARY KEY, name TEXT NOT NULL, price REAL NOT NULL) STRICT;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
INSERT INTO items SELECT i, 'item ' || i, i * 1.25 FROM n;
SQL
# Bodies, one a line, sent in turn: of one shape, and of two with other names.
bodies() { # NAME...
    for n; do
        awk -v n="$n" 'BEGIN { printf "{"; for (i = 0; i < 40; i++) printf "%s\"%s%02d\": \"value %02d\"", i ? ", " : "", n, i, i; print "}" }'
    done
}
bodies member >"$work/POST"
bodies member number >"$work/POST2"
for kind in POST POST2; do
    cat >"$work/$kind.lua" <<EOF
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
local bodies = {}
for line in io.lines("$work/$kind") do bodies[#bodies + 1] = line .. "\n" end
wrk.body = bodies[1]
if #bodies > 1 then
    local all, i = {}, 0
    init = function() for k, b in ipairs(bodies) do all[k] = wrk.format(nil, nil, nil, b) end end
    request = function() i = i + 1; return all[i % #all + 1] end
end
EOF
done

# ---- servers ----------------------------------------------------------------------------------
# start NAME [VARIABLE=VALUE] PROGRAM... : sets pid and port
start() {
    log=$work/$1.log
    shift
    : >"$log"
    env "$@" "$work/bench.db" 2>"$log" >/dev/null &
    pid=$!
    pids="$pids $pid"
    url=$(address_of "$pid" "$log")
    port=${url##*:}
}
stop() {
    kill -TERM "$1"
    wait "$1" || true
}
command_of() { # variant: the words that start it
    case $1 in
    hearth) echo "BENCH_X=1 $bin/bench_hearth" ;;
    hearth+log) echo "BENCH_ACCESS_LOG=1 $bin/bench_hearth" ;;
    bare) echo "BENCH_X=1 $bin/bench_bare" ;;
    bare-shared) echo "BENCH_SHARED=1 $bin/bench_bare" ;;
    ulfius) echo "BENCH_X=1 $bin/bench_ulfius" ;;
    ulfius-epoll) echo "BENCH_EPOLL=1 $bin/bench_ulfius" ;;
    esac
}

# ---- time ---------------------------------------------------------------------------------------
# time_one WORKLOAD VARIANT TARGET [wrk options]: one round, one line "cpu rps p99_ms"
time_one() {
    rounds_file=$work/$1.$2
    target=$3
    eval "pid=\$pid_$4; port=\$port_$4"
    shift 4
    before=$(cpu_us "$pid")
    taskset -c 1 wrk -t1 -c64 -d"${seconds}s" --latency "$@" "http://127.0.0.1:$port$target" >"$work/wrk"
    after=$(cpu_us "$pid")
    awk -v us=$((after - before)) '
        function ms(t) { return t ~ /us$/ ? t / 1000 : t ~ /ms$/ ? t + 0 : t * 1000 }
        $1 == "99%" { p99 = ms($2) }
        /requests in/ { n = $1 }
        /Requests\/sec/ { rps = $2 }
        /Socket errors|Non-2xx/ { print "bench: " $0 > "/dev/stderr" }
        END { printf "%.2f %.0f %.2f\n", us / n, rps, p99 }' "$work/wrk" >>"$rounds_file"
}

# ---- counts -------------------------------------------------------------------------------------
memset_of() { callgrind_annotate --auto=no --threshold=100 "$1" | awk '/S:__memset/ { gsub(",", "", $1); s += $1 } END { print s + 0 }'; }
# Calls of malloc, calloc and realloc, whoever makes them: a block of callers precedes each function.
mallocs_of() {
    callgrind_annotate --tree=caller --inclusive=yes --auto=no --threshold=100 "$1" 2>/dev/null | awk '
        / < / && match($0, /\([0-9,]+x\)/) { x = substr($0, RSTART + 1, RLENGTH - 3); gsub(",", "", x); n += x; next }
        / \* / { if ($0 ~ /malloc\.c:(malloc|calloc|realloc) /) all += n; n = 0; next }
        NF == 0 { n = 0 }
        END { print all + 0 }'
}
total_of() { awk '/^summary:|^totals:/ { print $2; exit }' "$1"; }
# instructions VARIANT TARGET METHOD BODY: "instructions-without-memset mallocs"
instructions() {
    for n in 1600 8000; do
        # shellcheck disable=SC2046
        start cg $(command_of "$1" | sed "s# # valgrind --tool=callgrind --callgrind-out-file=$work/cg.$n #")
        "$bin/load" "$port" "$3" "$2" 16 $n "$4"
        stop "$pid"
    done
    awk -v all=$(($(total_of "$work/cg.8000") - $(total_of "$work/cg.1600"))) \
        -v memset=$(($(memset_of "$work/cg.8000") - $(memset_of "$work/cg.1600"))) \
        -v mallocs=$(($(mallocs_of "$work/cg.8000") - $(mallocs_of "$work/cg.1600"))) \
        'BEGIN { printf "%d %.2f\n", (all - memset) / 6400, mallocs / 6400 }'
}
# system calls per request at 64 connections
syscalls() {
    for n in 6400 64000; do
        # shellcheck disable=SC2046
        start st $(command_of "$1")
        strace -f -c -o "$work/st.$n" -p "$pid" 2>/dev/null &
        tracer=$!
        until grep -q 'TracerPid:[[:space:]]*[1-9]' /proc/"$pid"/status; do :; done
        "$bin/load" "$port" "$3" "$2" 64 $n "$4"
        kill -INT $tracer
        wait $tracer || true
        stop "$pid"
    done
    awk 'FNR == 1 { f++ } $NF == "total" { calls[f] = $4 }
         END { printf "%.2f\n", (calls[2] - calls[1]) / 57600 }' "$work/st.6400" "$work/st.64000"
}

# ---- the table -------------------------------------------------------------------------------------
# name|target|method|variants, the first of them Hearth's
workloads='plaintext|/plaintext|GET|hearth bare bare-shared hearth+log ulfius ulfius-epoll
plaintext, AUTO|/auto|GET|hearth
plaintext, WORKER|/worker|GET|hearth
JSON|/json|GET|hearth bare ulfius ulfius-epoll
two parameters among 50|/p25/7/x/abc|GET|hearth bare
two parameters, used|/r25/7/x/abc|GET|hearth bare ulfius ulfius-epoll
POST 1 KB of JSON|/post|POST|hearth bare ulfius ulfius-epoll
POST 1 KB, other names each time|/post|POST2|hearth
POST 1 KB into a model|/model|POST|hearth bare
SQLite row by key|/row/7|GET|hearth bare ulfius ulfius-epoll'
variants='hearth bare bare-shared hearth+log ulfius ulfius-epoll'
label() {
    case $1 in
    hearth) echo "Hearth" ;;
    hearth+log) echo "Hearth, access log" ;;
    bare) echo "by hand" ;;
    bare-shared) echo "by hand, one response for all" ;;
    ulfius) echo "ulfius" ;;
    ulfius-epoll) echo "ulfius, epoll" ;;
    esac
}
takes_part() { # variant among those of the workload
    case " $2 " in *" $1 "*) return 0 ;; *) return 1 ;; esac
}

wanted() { [ -z "${BENCH_ONLY:-}" ] || [ "$BENCH_ONLY" = "$1" ]; }
key_of() { echo "$1" | tr -c 'a-zA-Z0-9\n' _; }

id=0
for v in $variants; do
    id=$((id + 1))
    # shellcheck disable=SC2046
    start "run$id" $(command_of "$v" | sed 's# # taskset -c 0 #')
    eval "pid_$id=$pid; port_$id=$port"
done
echo "bench: $rounds rounds of ${seconds}s each, alternating" >&2
echo "$workloads" >"$work/list"
while IFS='|' read -r name target method who; do
    wanted "$name" || continue
    key=$(key_of "$name")
    r=0
    while [ $r -lt "$rounds" ]; do
        r=$((r + 1))
        id=0
        for v in $variants; do
            id=$((id + 1))
            takes_part "$v" "$who" || continue
            if [ "$method" = GET ]; then
                time_one "$key" "$v" "$target" "$id"
            else
                time_one "$key" "$v" "$target" "$id" -s "$work/$method.lua"
            fi
        done
    done
done <"$work/list"
for p in $pids; do stop "$p"; done
pids=

# What was measured, for the targets at the end: keep KEY VALUE, kept KEY ("-": was not).
keep() { echo "$2" >"$work/kept.$1"; }
kept() { cat "$work/kept.$1" 2>/dev/null || echo -; }

echo "| workload | server | CPU µs/request | requests/s | p99 ms | system calls | instructions | mallocs |"
echo "|---|---|---:|---:|---:|---:|---:|---:|"
while IFS='|' read -r name target method who; do
    wanted "$name" || continue
    key=$(key_of "$name")
    body=
    [ "$method" = GET ] || body=$work/$method
    method=${method%2}
    for v in $variants; do
        f=$work/$key.$v
        [ -f "$f" ] || continue
        keep "$key.$v.cpu" "$(cut -d' ' -f1 "$f" | median)"
        case $v in
        ulfius*) ;; # a thread a connection: the counts would say little
        *)
            counts=$(instructions "$v" "$target" "$method" "$body")
            keep "$key.$v.instructions" "${counts% *}"
            keep "$key.$v.mallocs" "${counts#* }"
            keep "$key.$v.calls" "$(syscalls "$v" "$target" "$method" "$body")"
            ;;
        esac
        echo "| $name | $(label "$v") | $(kept "$key.$v.cpu") | $(cut -d' ' -f2 "$f" | median) | $(cut -d' ' -f3 "$f" | median) | $(kept "$key.$v.calls") | $(kept "$key.$v.instructions") | $(kept "$key.$v.mallocs") |"
    done
done <"$work/list"

# ---- idle connections ----------------------------------------------------------------------------
rss_kib() { awk '/^VmRSS/ { print $2 }' /proc/"$1"/status; }
echo
echo "| idle keep-alive connection | KiB resident |"
echo "|---|---:|"
for pool in 8192 16384; do
    start idle BENCH_POOL=$pool "$bin/bench_hearth"
    "$bin/load" "$port" GET /plaintext 64 6400
    before=$(rss_kib "$pid")
    mkfifo "$work/hold.$pool"
    "$bin/load" "$port" GET /plaintext 2000 4000 "" hold <"$work/hold.$pool" >"$work/held" &
    holder=$!
    exec 9>"$work/hold.$pool"
    until grep -q held "$work/held"; do
        kill -0 $holder 2>/dev/null || { echo "bench: the idle connections were not held"; exit 1; }
        sleep 0.1
    done
    after=$(rss_kib "$pid")
    exec 9>&-
    wait $holder
    stop "$pid"
    pids=
    keep "idle.$pool" "$(awk -v d=$((after - before)) 'BEGIN { printf "%.1f", d / 2000 }')"
    echo "| pool of $((pool / 1024)) KiB | $(kept "idle.$pool") |"
done

# ---- structs --------------------------------------------------------------------------------
if [ -z "${BENCH_ONLY:-}" ]; then
    printf '\n'
    taskset -c 0 "$bin/bench_dump" | tee "$work/dump"
    keep dump "$(sed -n 's/.* \([0-9.]*\) times faster.*/\1/p' "$work/dump")"
fi

# ---- targets --------------------------------------------------------------------------------
# cpu WORKLOAD VARIANT, count WORKLOAD VARIANT instructions|mallocs|calls: as in the table
cpu() { kept "$(key_of "$1").$2.cpu"; }
count() { kept "$(key_of "$1").$2.$3"; }
minus() { awk -v a="$1" -v b="$2" 'BEGIN { if (a == "-" || b == "-") print "-"; else printf "%.2f\n", a - b }'; }
# against OTHER WORKLOAD LIMIT: Hearth's CPU in parts of the other's
against() { target "$2, CPU in parts of \"$(label "$1")\"" "$(ratio "$(cpu "$2" hearth)" "$(cpu "$2" "$1")")" most "$3"; }
beats() { # WORKLOAD: the CPU of ulfius, as its start function runs it, in parts of Hearth's
    target "$1, CPU of ulfius in parts of Hearth's" "$(ratio "$(cpu "$1" ulfius)" "$(cpu "$1" hearth)")" least 3
}

targets
against bare plaintext 1.05
target "plaintext, instructions beyond the pool's memset" "$(count plaintext hearth instructions)" most 7500
target "plaintext, mallocs" "$(count plaintext hearth mallocs)" most 0
# One that every request made would count 1; those that time makes, strace slows down into sight.
target "plaintext, system calls more than \"by hand\"" "$(minus "$(count plaintext hearth calls)" "$(count plaintext bare calls)")" most 0.25
target "two parameters among 50, instructions more than plaintext" \
    "$(minus "$(count 'two parameters among 50' hearth instructions)" "$(count plaintext hearth instructions)")" most 600
for name in plaintext JSON 'two parameters, used' 'POST 1 KB of JSON' 'SQLite row by key'; do beats "$name"; done
against bare 'POST 1 KB into a model' 0.5
against bare 'SQLite row by key' 1
target "binding and writing 4 KB, times faster than jansson" "$(kept dump)" least 5
target "idle connection with a pool of 8 KiB, KiB" "$(kept idle.8192)" most 10
target "idle connection with a pool of 16 KiB, KiB" "$(kept idle.16384)" most 18
