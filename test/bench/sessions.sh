#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# The bench of sessions and of what browsers are told: the same answer from a handler that reads one
# value of its session and from one that does not, with the session's cookie sent to both, for each store;
# and a page that is posted to, from a server with the defaults and from one that has switched off all
# it can.
#
#   test/bench/sessions.sh BIN_DIR
#
# As in run.sh: alternating rounds, server on core 0 and wrk on core 1, CPU from the kernel's accounting
# divided by the requests answered, medians; instructions from callgrind, as the difference of two
# runs of known size.
# Settings: BENCH_ROUNDS (5), BENCH_SECONDS (3), BENCH_COUNT_ONLY (set: no rounds).
set -eu
bin=$1
rounds=${BENCH_ROUNDS:-5}
seconds=${BENCH_SECONDS:-3}
[ -z "${BENCH_COUNT_ONLY:-}" ] || rounds=0
work=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT
. "$(dirname "$0")/common.sh"
need wrk taskset valgrind

# One script for both: begin a session, then ask for the path with its cookie.
cat >"$work/ask.lua" <<'LUA'
local cookie = nil
function response(status, headers, body)
    if cookie == nil and headers["Set-Cookie"] ~= nil then
        cookie = string.match(headers["Set-Cookie"], "[^;]+")
        wrk.headers["Cookie"] = cookie
        plain = wrk.format(os.getenv("BENCH_METHOD") or "GET", os.getenv("BENCH_TARGET"))
    end
end
function init(args)
    wrk.headers["Sec-Fetch-Site"] = "same-origin"
end
function request()
    return plain or wrk.format("GET", "/begin")
end
LUA

start() { # STORE [PROGRAM...]: in front of the server
    store=$1
    shift
    : >"$work/log"
    env BENCH_SESSIONS="$store" "$@" "$bin/bench_hearth" "$work/$store.db" 2>"$work/log" >/dev/null &
    pid=$!
    url=$(address_of $pid "$work/log")
}
stop() {
    kill -TERM "$pid"
    wait "$pid" || true
    pid=
}
one_round() { # STORE TARGET
    before=$(cpu_us $pid)
    BENCH_TARGET=$2 taskset -c 1 wrk -t1 -c64 -d"${seconds}s" -s "$work/ask.lua" "$url" >"$work/wrk"
    after=$(cpu_us $pid)
    awk -v us=$((after - before)) '/requests in/ { printf "%.3f\n", us / $1 }
        /Socket errors|Non-2xx/ { print "bench: " $0 > "/dev/stderr" }' "$work/wrk" >>"$work/$1.${2#/}"
}
browser=$(printf 'Sec-Fetch-Site: same-origin\r\n.')
browser=${browser%.}
total_of() { awk '/^summary:|^totals:/ { print $2; exit }' "$1"; }
instructions() { # STORE METHOD TARGET [PROGRAM...]: in front of valgrind
    in_store=$1
    method=$2
    asked=$3
    shift 3
    for n in 1600 8000; do
        start "$in_store" "$@" valgrind --tool=callgrind --callgrind-out-file="$work/cg.$n"
        LOAD_BEGIN=/begin LOAD_FIELDS="$browser" "$bin/load" "${url##*:}" "$method" "$asked" 16 $n
        stop
    done
    echo $((($(total_of "$work/cg.8000") - $(total_of "$work/cg.1600")) / 6400))
}

for store in memory db cookie; do
    if [ "$rounds" -gt 0 ]; then
        start $store taskset -c 0
        r=0
        while [ $r -lt "$rounds" ]; do
            one_round $store /plaintext
            one_round $store /session
            r=$((r + 1))
        done
        stop
    fi
    without=$(instructions $store GET /plaintext)
    with=$(instructions $store GET /session)
    echo "$store $without $with" >>"$work/counts"
done

r=0
while [ $r -lt "$rounds" ]; do
    start memory env BENCH_UNSAFE=1 taskset -c 0
    BENCH_METHOD=POST one_round unsafe /page
    stop
    start memory taskset -c 0
    BENCH_METHOD=POST one_round safe /page
    stop
    r=$((r + 1))
done
unsafe=$(instructions memory POST /page env BENCH_UNSAFE=1)
safe=$(instructions memory POST /page)

cpu_of() { if [ -f "$work/$1" ]; then median <"$work/$1"; else echo -; fi; }
echo "| session read | CPU µs/request without | with | instructions without | with |"
echo "|---|---:|---:|---:|---:|"
while read -r store without with; do
    echo "| $store | $(cpu_of "$store.plaintext") | $(cpu_of "$store.session") | $without | $with |"
done <"$work/counts"
echo "| page posted to, without and with the defaults | $(cpu_of unsafe.page) | $(cpu_of safe.page) | $unsafe | $safe |"
more() { awk -v a="$(cpu_of "$1")" -v b="$(cpu_of "$2")" 'BEGIN { if (a == "-") print "-"; else printf "%.2f\n", a - b }'; }
targets
target "session read, memory: CPU µs more" "$(more memory.session memory.plaintext)" most 1.5
target "session read, SQLite: CPU µs more" "$(more db.session db.plaintext)" most 6
target "default security, page posted to: CPU µs more" "$(more safe.page unsafe.page)" most 1
