#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# The built example, as a user would run it: its command line, a life of todos, a kill -9 in the
# middle of writes, SIGTERM, and a disk that is full for a while.
set -u

todo=$BUILD/examples/todo
work=$(mktemp -d)
pid=
failed=0
unset HEARTH_HOST HEARTH_PORT HEARTH_DB

finish()
{
    [ -z "$pid" ] || kill -9 "$pid" 2>/dev/null
    [ ! -d "$work/disk" ] || umount "$work/disk" 2>/dev/null
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM

say()
{
    echo "$*"
    failed=1
}

command -v curl >/dev/null 2>&1 || {
    echo "curl is not installed"
    exit 77
}

# ---- helpers

# start DATABASE [COMMAND...]: serve on a free port; sets $pid and $url.
start()
{
    HEARTH_DB=sqlite:$1
    export HEARTH_DB
    shift
    : >"$work/log"
    # By way of a pipe: a limit on files is not for the log.
    mkfifo "$work/pipe"
    cat <"$work/pipe" >>"$work/log" &
    "$@" "$todo" --port 0 2>"$work/pipe" &
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
    rm "$work/pipe"
}

# ask METHOD PATH [BODY]: the status on standard output, the answer in $work/answer.
ask()
{
    if [ $# -gt 2 ]; then
        set -- "$1" "$2" -H 'Content-Type: application/json' -d "$3"
    fi
    method=$1
    path=$2
    shift 2
    curl -s -m 30 -o "$work/answer" -D "$work/head" -w '%{http_code}' -X "$method" "$@" "$url$path" || :
}

# want STATUS METHOD PATH [BODY]
want()
{
    wanted=$1
    shift
    got=$(ask "$@")
    [ "$got" = "$wanted" ] || say "$*: $got instead of $wanted: $(cat "$work/answer" 2>/dev/null)"
}

holds()
{
    grep -qF -- "$1" "$work/answer" || say "no $1 in: $(cat "$work/answer")"
}

# ---- the command line
HEARTH_DB=sqlite:$work/cli.db
export HEARTH_DB
"$todo" --help >"$work/answer" 2>&1 || say "--help ends with $?"
holds "--port PORT"
"$todo" routes >"$work/answer" 2>&1 || say "routes ends with $?"
holds "/todos/{id:int}"
"$todo" secret >"$work/answer" 2>&1 || say "secret ends with $?"
grep -qxE '[A-Za-z0-9_-]{43}' "$work/answer" || say "no secret: $(cat "$work/answer")"
for wrong in --prot '--port x' '--port 65536' '--port -1' --port --host 'routes more' -x; do
    # shellcheck disable=SC2086
    timeout 20 "$todo" $wrong >"$work/answer" 2>&1
    rc=$?
    [ $rc = 2 ] || say "$wrong: exit code $rc instead of 2"
    holds "usage:"
done
HEARTH_PORT=none timeout 20 "$todo" >"$work/answer" 2>&1
rc=$?
[ $rc = 1 ] || say "HEARTH_PORT=none: exit code $rc instead of 1"
holds "HEARTH_PORT"
HEARTH_DB=sqlite:$work/none/todo.db timeout 20 "$todo" >"$work/answer" 2>&1
rc=$?
[ $rc = 1 ] || say "a database without a folder: exit code $rc instead of 1"

# ---- a life
start "$work/todo.db"
want 201 POST /todos '{"title": "milk"}'
holds '"title":"milk"'
grep -qi '^location: /todos/1' "$work/head" || say "no Location: $(cat "$work/head")"
want 409 POST /todos '{"title": "milk"}'
want 422 POST /todos '{"done": 1}'
want 200 PATCH /todos/1 '{"done": true}'
want 200 GET /todos/1
holds '"done":true'
want 200 GET '/todos?done=0'
holds '[]'
want 204 DELETE /todos/1
want 404 GET /todos/1
want 405 PUT /todos '{}'

# ---- SIGTERM
kill -TERM "$pid"
wait "$pid"
rc=$?
pid=
[ $rc = 0 ] || say "SIGTERM: exit code $rc"

# ---- kill -9 while three clients write: what was acknowledged is there
start "$work/todo.db"
writer()
{
    i=0
    while [ $i -lt 2000 ]; do
        i=$((i + 1))
        code=$(curl -s -m 30 -o /dev/null -w '%{http_code}' -H 'Content-Type: application/json' \
            -d "{\"title\": \"w$1-$i\"}" "$url/todos") || break
        [ "$code" = 201 ] || break
        echo "w$1-$i" >>"$work/acknowledged.$1"
    done
}
for w in 1 2 3; do
    : >"$work/acknowledged.$w"
    writer $w &
    eval "writer$w=\$!"
done
n=0
until [ "$(cat "$work"/acknowledged.* | wc -l)" -ge 60 ]; do
    n=$((n + 1))
    [ $n -lt 1000 ] || break
    sleep 0.05
done
kill -9 "$pid"
wait "$pid" 2>/dev/null
pid=
# shellcheck disable=SC2154
wait "$writer1" "$writer2" "$writer3"
start "$work/todo.db"
want 200 GET /todos
count=0
for title in $(cat "$work"/acknowledged.*); do
    count=$((count + 1))
    grep -qF "\"$title\"" "$work/answer" || say "$title was acknowledged and is lost"
done
[ $count -ge 60 ] || say "only $count writes were acknowledged"
want 201 POST /todos '{"title": "after the crash"}'
kill -TERM "$pid"
wait "$pid" || say "SIGTERM after a crash: exit code $?"
pid=

# ---- a full disk: 503, reading goes on, and when there is room again so does writing
# fill LIMIT: write until it is full.
fill()
{
    long=$(printf '%0180d' 0)
    i=0
    while [ $i -lt 3000 ]; do
        i=$((i + 1))
        got=$(ask POST /todos "{\"title\": \"$1 $i $long\"}")
        [ "$got" = 201 ] || break
    done
    [ "$got" = 503 ] || say "$1: $got instead of 503: $(cat "$work/answer")"
    grep -qi '^retry-after: ' "$work/head" || say "$1: no Retry-After: $(cat "$work/head")"
    want 200 GET '/todos?done=1'
    kill -0 "$pid" 2>/dev/null || say "$1: the process has died"
}

if command -v prlimit >/dev/null 2>&1; then
    # shellcheck disable=SC2016
    start "$work/limited.db" sh -c 'trap "" XFSZ; ulimit -S -f 400; exec "$@"' sh
    fill limit
    prlimit --pid "$pid" --fsize="$(prlimit --pid "$pid" --fsize --noheadings -o HARD | tr -d ' ')"
    want 201 POST /todos '{"title": "there is room again"}'
    kill -TERM "$pid"
    wait "$pid" || say "SIGTERM after a full disk: exit code $?"
    pid=
else
    echo "without prlimit: a limit on the size of files is not tested"
fi
mkdir "$work/disk"
if mount -t tmpfs -o size=512k tmpfs "$work/disk" 2>/dev/null; then
    head -c 200000 /dev/zero >"$work/disk/ballast"
    start "$work/disk/todo.db"
    fill disk
    rm "$work/disk/ballast"
    want 201 POST /todos '{"title": "there is room again"}'
    kill -TERM "$pid"
    wait "$pid" || say "SIGTERM after a full disk: exit code $?"
    pid=
else
    echo "a small file system cannot be mounted here: not tested"
fi
exit $failed
