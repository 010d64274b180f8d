#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# The disk before the answer: strace shows that the WAL was synced after the request came and before
# the answer was sent.
set -u

todo=$BUILD/examples/todo
work=$(mktemp -d)
tracer=
pid=
failed=0

finish()
{
    [ -z "$pid" ] || kill -9 "$pid" 2>/dev/null
    [ -z "$tracer" ] || wait "$tracer" 2>/dev/null
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM

for tool in curl strace; do
    command -v $tool >/dev/null 2>&1 || {
        echo "$tool is not installed"
        exit 77
    }
done
strace -f -o "$work/try" true 2>/dev/null || {
    echo "strace may not trace here"
    exit 77
}

HEARTH_DB=sqlite:$work/a.db
export HEARTH_DB
unset HEARTH_HOST HEARTH_PORT
# -D: the tracer stands aside, and the child is the server itself.
strace -D -f -y -s 64 -o "$work/trace" -e trace=fsync,fdatasync,recvfrom,read,sendto,sendmsg,write,writev \
    "$todo" --port 0 2>"$work/log" &
pid=$!
n=0
until url=$(sed -n 's|.*listening on \(http://[0-9.:]*\).*|\1|p' "$work/log") && [ -n "$url" ]; do
    n=$((n + 1))
    if [ $n -gt 400 ] || ! kill -0 "$pid" 2>/dev/null; then
        cat "$work/log"
        echo "the example did not start"
        exit 1
    fi
    sleep 0.05
done
for i in 1 2 3 4 5; do
    got=$(curl -s -m 30 -o "$work/answer" -w '%{http_code}' -H 'Content-Type: application/json' \
        -d "{\"title\":\"number $i\"}" "$url/todos")
    [ "$got" = 201 ] || {
        echo "POST: $got instead of 201: $(cat "$work/answer")"
        failed=1
    }
done
kill -TERM "$pid"
wait "$pid" 2>/dev/null
pid=

# Calls of other threads may stand between the beginning of a call and its end: what counts is that
# a sync of the WAL ended, with 0, between the request's arrival and the answer.
awk '
    /"POST \/todos/ { asked++; synced = 0; waiting = "" }
    /f(data)?sync\([0-9]+<[^>]*-wal>\) += 0/ { synced = 1 }
    /f(data)?sync\([0-9]+<[^>]*-wal> <unfinished/ { waiting = $1 }
    /<\.\.\. f(data)?sync resumed>\) += 0/ && $1 == waiting { synced = 1 }
    /"HTTP\/1.1 201 / { answered++; if (!synced) { print "answered before the sync: " $0; bad = 1 }; synced = 0 }
    END {
        if (asked < 5 || answered < 5) { print asked " requests and " answered " answers in the trace, not 5"; bad = 1 }
        exit bad
    }' "$work/trace" || {
    grep -E 'sync|POST|201' "$work/trace" | tail -40
    failed=1
}
exit $failed
