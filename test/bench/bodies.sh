#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# What bodies cost: the form parser by itself, then uploads of UPLOAD_MB megabytes (default 1024) in
# each way of taking them, with the CPU time and the peak memory of the server.
#   sh test/bench/bodies.sh FOLDER-OF-THE-PROGRAMS
set -eu
programs=$1
mb=${UPLOAD_MB:-1024}
work=$(mktemp -d)
. "$(dirname "$0")/common.sh"
pid=
finish()
{
    [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT
truncate -s "${mb}M" "$work/large"

start()
{
    : >"$work/log" # or the line of the last one would be found
    HEARTH_HOST=127.0.0.1 HEARTH_PORT=0 TMPDIR=$work "$programs/bench_multipart" serve 2>"$work/log" &
    pid=$!
    url=$(address_of $pid "$work/log")
}
stop()
{
    kill -TERM "$pid"
    wait "$pid" || true
    pid=
}
# Kilobytes.
memory() { sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$pid/status"; }
# upload NAME PATH ARGS-OF-CURL...
upload()
{
    name=$1 path=$2
    shift 2
    start
    empty=$(memory)
    most=$empty
    curl -sS --max-time 300 -H Expect: "$@" "$url$path" >"$work/answer" &
    client=$!
    while kill -0 $client 2>/dev/null; do
        now=$(memory)
        [ "$now" -le "$most" ] || most=$now
        sleep 0.02
    done
    wait $client
    answer=$(cat "$work/answer")
    [ "$answer" = $((mb * 1048576)) ] || { echo "$name: unexpected answer: $answer"; exit 1; }
    echo "upload $name: $mb MiB, $(($(cpu_us "$pid") / 1000)) ms of CPU, memory at most $most KiB ($empty before)"
    echo "$name|$((most - empty))" >>"$work/grown"
    stop
}

"$programs/bench_multipart" parse | tee "$work/parse"
upload "streamed raw" /stream -X POST -T "$work/large"
upload "streamed raw chunked" /stream -X POST -T "$work/large" -H 'Transfer-Encoding: chunked'
upload "streamed form" /stream -F "f=@$work/large"
upload "spooled raw" /spool -X POST -T "$work/large"
upload "form to a file" /form -F "f=@$work/large"

targets
while read -r _ kind speed _; do
    target "multipart, $kind, GB/s" "$speed" least 1
done <"$work/parse"
# Flat: however large the body is, less than what its buffers may take.
while IFS='|' read -r name kib; do
    target "upload of $mb MiB, $name, KiB that memory grew" "$kib" most 1024
done <"$work/grown"
