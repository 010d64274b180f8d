#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# WebSockets: round trips and messages for all, against `ws` on Node, and sockets that say nothing.
#
#   test/bench/ws.sh BIN_DIR WS_DIR
#
# BIN_DIR holds bench_ws and ws_load, WS_DIR is where ws_node.sh has put `ws`; without it, only
# Hearth is measured.  Alternating rounds, servers on core 0 and the load on core 1; messages that
# came divided by the server's CPU time from the kernel's accounting; medians are reported.
# Settings: BENCH_ROUNDS (5), BENCH_SECONDS (3), WS_SOCKETS (1 100 1000 5000), WS_IDLE (10000).
set -eu
bin=$1
ws=$2/node_modules/ws
rounds=${BENCH_ROUNDS:-5}
seconds=${BENCH_SECONDS:-3}
sockets=${WS_SOCKETS:-1 100 1000 5000}
idle=${WS_IDLE:-10000}
here=$(dirname "$0")
work=$(mktemp -d)
pids=
trap 'for p in $pids; do kill "$p" 2>/dev/null || true; done; rm -rf "$work"' EXIT
. "$here/common.sh"
need taskset
servers=hearth
if [ -d "$ws" ] && command -v node >/dev/null; then
    servers='hearth node'
fi
# shellcheck disable=SC3045 # dash and bash have it
ulimit -n "$(ulimit -Hn)"

start() { # hearth|node: sets pid and port
    : >"$work/$1.log"
    case $1 in
    hearth) taskset -c 0 "$bin/bench_ws" 2>"$work/$1.log" >/dev/null & ;;
    node) taskset -c 0 node "$here/ws_node.js" "$(realpath "$ws")" 2>"$work/$1.log" >/dev/null & ;;
    esac
    pid=$!
    pids="$pids $pid"
    url=$(address_of "$pid" "$work/$1.log")
    port=${url##*:}
}
# Messages for each second of the server's CPU.
one_round() { # SERVER PID PORT MODE SOCKETS
    taskset -c 1 "$bin/ws_load" "$3" "$2" "$4" "$5" "${seconds}s" |
        tee "$work/one" |
        awk '{ printf "%.0f\n", $4 == 0 ? 0 : $1 * 1e6 / $4 }' >>"$work/$4.$5.$1"
    awk '{ printf "%.2f\n", $8 / $1 }' "$work/one" >>"$work/$4.$5.$1.kernel"
}
told() { # LOAD: in words
    n=${1#*.}
    case $1 in
    echo.*x*) echo "round trips on ${n%x*} sockets, ${n#*x} under way on each" ;;
    echo.*) echo "round trips on $n sockets" ;;
    fan.*x*) echo "${n#*x} say something to all of ${n%x*}" ;;
    *) echo "one says something to all of $n" ;;
    esac
}
label() { if [ "$1" = hearth ]; then echo Hearth; else echo "ws on Node"; fi; }
kept() { if [ -f "$work/$1" ]; then median <"$work/$1"; else echo -; fi; }

for s in $servers; do
    start "$s"
    eval "pid_$s=$pid; port_$s=$port"
done
loads="echo.64 echo.64x16"
for n in $sockets; do
    loads="$loads fan.$n"
    [ "$n" -lt 8 ] || loads="$loads fan.${n}x8"
done
echo "bench: $rounds rounds of ${seconds}s each, alternating" >&2
for load in $loads; do
    r=0
    while [ $r -lt "$rounds" ]; do
        r=$((r + 1))
        for s in $servers; do
            eval "one_round $s \$pid_$s \$port_$s ${load%.*} ${load#*.}"
        done
    done
done

echo "| messages of 64 bytes | server | messages for each second of CPU | µs in the kernel for each |"
echo "|---|---|---:|---:|"
for load in $loads; do
    for s in $servers; do echo "| $(told "$load") | $(label "$s") | $(kept "$load.$s") | $(kept "$load.$s.kernel") |"; done
done

for p in $pids; do
    kill -TERM "$p"
    wait "$p" || true
done
pids=
for s in $servers; do
    start "$s"
    "$bin/ws_load" "$port" "$pid" idle "$idle" >"$work/idle.$s"
    kill -TERM "$pid"
    wait "$pid" || true
    pids=
done
echo
echo "| $idle sockets that say nothing | MiB resident | bytes each |"
echo "|---|---:|---:|"
for s in $servers; do
    awk -v name="$(label "$s")" '{ printf "| %s | %.1f | %.0f |\n", name, $4 / 1024, ($4 - $1) * 1024 / $7 }' "$work/idle.$s"
done
targets
for load in $loads; do
    target "$(told "$load"), messages for each second of CPU in parts of ws's" \
        "$(ratio "$(kept "$load.hearth")" "$(kept "$load.node")")" least 3
done
target "$idle idle sockets, MiB resident" "$(awk '{ printf "%.1f", $4 / 1024 }' "$work/idle.hearth")" most 100
target "bytes of an idle socket" "$(awk '{ printf "%.0f", ($4 - $1) * 1024 / $7 }' "$work/idle.hearth")" most 9216
