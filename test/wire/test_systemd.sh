#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# Sockets from systemd's own tool, handed to the built example.
set -u

command -v curl >/dev/null 2>&1 || {
    echo "curl is not installed"
    exit 77
}
command -v systemd-socket-activate >/dev/null 2>&1 || {
    echo "systemd-socket-activate is not installed"
    exit 77
}

work=$(mktemp -d)
pid=
failed=0
unset HEARTH_HOST HEARTH_PORT HEARTH_HOSTS HEARTH_TRUSTED_PROXIES

finish()
{
    [ -z "$pid" ] || kill -9 "$pid" 2>/dev/null
    wait 2>/dev/null
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM

say()
{
    echo "$*"
    cat "$work/log"
    failed=1
}

ask()
{
    curl -s -m 30 -o "$work/answer" -w '%{http_code}' --unix-socket "$work/$1.sock" \
        http://localhost/todos
}

# The tool waits for the first client, then becomes the program.
HEARTH_LISTEN=systemd:web,systemd:admin HEARTH_DB=sqlite:$work/todo.db systemd-socket-activate \
    --listen="$work/one.sock" --listen="$work/two.sock" --fdname=web:admin \
    -E HEARTH_LISTEN -E HEARTH_DB "$BUILD/examples/todo" >"$work/log" 2>&1 &
pid=$!
n=0
until [ -S "$work/two.sock" ] || [ $n -gt 400 ]; do
    n=$((n + 1))
    sleep 0.05
done
for socket in one two one; do
    got=$(ask $socket)
    [ "$got" = 200 ] || say "$socket.sock: $got instead of 200"
done
for socket in one two; do
    grep -q "listening on unix:$work/$socket.sock" "$work/log" || say "the log does not name it"
done
kill -TERM "$pid"
wait "$pid" || say "SIGTERM: exit code $?"
pid=
[ -S "$work/one.sock" ] || say "a file that is systemd's was removed"

# A program that nobody passed a socket says so.
HEARTH_DB=sqlite:$work/todo.db timeout 20 "$BUILD/examples/todo" --listen systemd >"$work/log" 2>&1
rc=$?
[ $rc = 1 ] || say "without sockets: exit code $rc instead of 1"
grep -q "start the program through its .socket unit" "$work/log" || say "no advice"
for wrong in '--listen' '--listen a:1 --port 2' '--listen a:1 --host b'; do
    # shellcheck disable=SC2086
    HEARTH_DB=sqlite:$work/todo.db timeout 20 "$BUILD/examples/todo" $wrong >"$work/log" 2>&1
    rc=$?
    [ $rc = 2 ] || say "$wrong: exit code $rc instead of 2"
done
exit $failed
