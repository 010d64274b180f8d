#!/bin/sh
# Start the program on a free port, ask it, stop it with SIGTERM: it must answer and end with 0.
set -eu
program=$1
log=$(mktemp)
HEARTH_HOST=127.0.0.1 HEARTH_PORT=0 "$program" 2>"$log" &
pid=$!
trap 'kill $pid 2>/dev/null || true; rm -f "$log"' EXIT
tries=0
until url=$(sed -n 's/.*listening on \(http:[^ ]*\).*/\1/p' "$log") && [ -n "$url" ]; do
    tries=$((tries + 1))
    [ $tries -lt 600 ] || { echo "it does not listen:"; cat "$log"; exit 1; }
    sleep 0.05
done
answer=$(curl -sS --max-time 10 "$url/")
[ "$answer" = "Hello, world!" ] || { echo "unexpected answer: $answer"; exit 1; }
kill -TERM $pid
wait $pid
trap - EXIT
rm -f "$log"
echo "hello: 1 passed, 0 failed"
