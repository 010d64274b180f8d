#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# The bench of static files: Hearth against Debian's nginx, the same folder, one process each.
#
#   test/bench/files.sh BIN_DIR
#
# BIN_DIR holds bench_files and load.  As in run.sh: alternating rounds, server on core 0 and wrk on
# core 1, CPU from the kernel's accounting of the serving process divided by the requests answered,
# medians; system calls are the difference of two runs of known size.  nginx has its access log off,
# sendfile on and everything else as Debian ships it.
# Settings: BENCH_ROUNDS (5), BENCH_SECONDS (3), BENCH_COUNT_ONLY (set: no rounds).
set -eu
bin=$1
rounds=${BENCH_ROUNDS:-5}
seconds=${BENCH_SECONDS:-3}
work=$(mktemp -d)
chmod 755 "$work" # nginx's worker may be another user
pids=
# shellcheck disable=SC2154
trap 'for p in $pids; do kill "$p" 2>/dev/null || true; done; rm -rf "$work"' EXIT

PATH=$PATH:/usr/sbin
. "$(dirname "$0")/common.sh"
need wrk taskset strace nginx

mkdir -p "$work/www" "$work/nginx"
head -c 1024 /dev/zero | tr '\0' 'x' >"$work/www/1k.txt"
head -c 1048576 /dev/zero | tr '\0' 'x' >"$work/www/1m.txt"
touch -d '2020-01-01' "$work/www/1k.txt" "$work/www/1m.txt"

# ---- servers: each sets pid (of the process that serves) and port -------------------------------
wait_for() { # command... until it succeeds
    tries=0
    until "$@" >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ $tries -lt 100 ] || { echo "bench: no answer: $*"; exit 1; }
        sleep 0.1
    done
}
start_hearth() {
    taskset -c 0 "$bin/bench_files" "$work/www" 2>"$work/hearth.log" >/dev/null &
    pid=$!
    pids="$pids $pid"
    wait_for grep -q 'listening on' "$work/hearth.log"
    port=$(sed -n 's/.*listening on http:..127.0.0.1:\([0-9]*\).*/\1/p' "$work/hearth.log")
}
start_nginx() {
    for port in $(seq "$((20000 + $$ % 20000))" "$((20020 + $$ % 20000))"); do
        cat >"$work/nginx.conf" <<CONF
daemon off;
worker_processes 1;
pid $work/nginx/pid;
error_log $work/nginx/error.log;
events { worker_connections 1024; }
http {
    access_log off;
    sendfile on;
    types { text/plain txt; }
    keepalive_requests 100000000;
    client_body_temp_path $work/nginx/1; proxy_temp_path $work/nginx/2; fastcgi_temp_path $work/nginx/3;
    uwsgi_temp_path $work/nginx/4; scgi_temp_path $work/nginx/5;
    server { listen 127.0.0.1:$port; root $work/www; }
}
CONF
        taskset -c 0 nginx -c "$work/nginx.conf" -p "$work/nginx" 2>"$work/nginx.log" &
        master=$!
        sleep 0.5
        if kill -0 "$master" 2>/dev/null; then
            pids="$pids $master"
            wait_for pgrep -P "$master"
            pid=$(pgrep -P "$master")
            return
        fi
    done
    cat "$work/nginx.log"
    exit 1
}

time_one() { # server file: one line "cpu rps"
    eval "pid=\$pid_$1; port=\$port_$1"
    before=$(cpu_us "$pid")
    taskset -c 1 wrk -t1 -c64 -d"${seconds}s" "http://127.0.0.1:$port/$2" >"$work/wrk"
    after=$(cpu_us "$pid")
    awk -v us=$((after - before)) '
        /requests in/ { n = $1 }
        /Requests\/sec/ { rps = $2 }
        /Socket errors|Non-2xx/ { print "bench: " $0 > "/dev/stderr" }
        END { printf "%.2f %.0f\n", us / n, rps }' "$work/wrk" >>"$work/$1.$2"
}
# traced SERVER FILE REQUESTS: calls
traced() {
    eval "pid=\$pid_$1; port=\$port_$1"
    strace -f -c -o "$work/st" -p "$pid" 2>/dev/null &
    tracer=$!
    until grep -q 'TracerPid:[[:space:]]*[1-9]' /proc/"$pid"/status; do :; done
    "$bin/load" "$port" GET "/$2" 8 "$3"
    kill -INT $tracer
    wait $tracer || true
    [ -z "${BENCH_COUNT_ONLY:-}" ] || { echo "$1 $2 $3:"; cat "$work/st"; } >&2
    awk '$NF == "total" { print $4 }' "$work/st"
}
syscalls() { # server file
    few=$(traced "$1" "$2" 80)
    many=$(traced "$1" "$2" 880)
    awk -v d=$((many - few)) 'BEGIN { printf "%.2f", d / 800 }'
}

# Used by eval.
# shellcheck disable=SC2034
start_hearth_and_nginx() {
    start_hearth
    pid_hearth=$pid port_hearth=$port
    start_nginx
    pid_nginx=$pid port_nginx=$port
}
start_hearth_and_nginx
for s in hearth nginx; do # the route moves to the reactor, the files into memory
    eval "port=\$port_$s"
    for f in 1k.txt 1m.txt; do "$bin/load" "$port" GET "/$f" 1 500; done
done
if [ -z "${BENCH_COUNT_ONLY:-}" ]; then
    echo "bench: files, $rounds rounds of ${seconds}s each, alternating" >&2
    for f in 1k.txt 1m.txt; do
        r=0
        while [ $r -lt "$rounds" ]; do
            r=$((r + 1))
            for s in hearth nginx; do time_one $s $f; done
        done
    done
fi
echo "| file | server | CPU µs/request | requests/s | system calls |"
echo "|---|---|---:|---:|---:|"
for f in 1k.txt 1m.txt; do
    for s in hearth nginx; do
        cpu=- rps=-
        if [ -f "$work/$s.$f" ]; then
            cpu=$(cut -d' ' -f1 "$work/$s.$f" | median)
            rps=$(cut -d' ' -f2 "$work/$s.$f" | median)
        fi
        echo "| $f | $s | $cpu | $rps | $(syscalls $s $f) |"
    done
done

targets
for f in 1k.txt 1m.txt; do
    ours=- theirs=-
    [ ! -f "$work/hearth.$f" ] || ours=$(cut -d' ' -f1 "$work/hearth.$f" | median)
    [ ! -f "$work/nginx.$f" ] || theirs=$(cut -d' ' -f1 "$work/nginx.$f" | median)
    target "$f, CPU in parts of nginx's" "$(ratio "$ours" "$theirs")" most 1.2
done
