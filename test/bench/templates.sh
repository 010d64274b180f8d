#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# The bench of templates: a table of 1,000 rows, rendered by Jinja2 (Debian's python3-jinja2) and by
# ours.
#
#   test/bench/templates.sh BIN_DIR
#
# Both give the same page, which is compared first.  As in run.sh: alternating rounds on core 0, CPU
# time of the process divided by the pages it made, medians; instructions are the difference of two
# runs of known size.
# Settings: BENCH_ROUNDS (5), BENCH_SECONDS (3), BENCH_COUNT_ONLY (set: no rounds).
set -eu
bin=$1
here=$(dirname "$0")
rounds=${BENCH_ROUNDS:-5}
seconds=${BENCH_SECONDS:-3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$here/common.sh"
need taskset valgrind

python=/usr/bin/python3
if ! $python -c 'import jinja2' 2>/dev/null; then
    echo "bench: Jinja2 is missing: make bench installs it on Debian"
    exit 1
fi
$python "$here/templates.py" data >"$work/data.json"
$python "$here/templates.py" page "$here/templates" "$work/data.json" >"$work/jinja2.html"
"$bin/bench_templates" page "$here/templates" "$work/data.json" >"$work/hearth.html"
cmp "$work/jinja2.html" "$work/hearth.html"

time_jinja2() { taskset -c 0 $python "$here/templates.py" time "$here/templates" "$work/data.json" "$seconds"; }
time_hearth() { taskset -c 0 "$bin/bench_templates" time "$here/templates" "$work/data.json" "$seconds"; }

instructions() { # TIMES: of so many pages
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$bin/bench_templates" count \
        "$here/templates" "$work/data.json" "$1" 2>&1 | sed -n 's/.*Collected : //p'
}

if [ -z "${BENCH_COUNT_ONLY:-}" ]; then
    echo "bench: templates, $rounds rounds of ${seconds}s each, alternating" >&2
    r=0
    while [ $r -lt "$rounds" ]; do
        r=$((r + 1))
        time_jinja2 >>"$work/jinja2"
        time_hearth >>"$work/hearth"
    done
fi
few=$(instructions 1)
many=$(instructions 11)
echo "| table of 1,000 rows | CPU µs/page | instructions/page |"
echo "|---|---:|---:|"
jinja2=- hearth=-
[ ! -f "$work/jinja2" ] || jinja2=$(median <"$work/jinja2")
[ ! -f "$work/hearth" ] || hearth=$(median <"$work/hearth")
echo "| Jinja2 | $jinja2 | - |"
echo "| hearth | $hearth | $(((many - few) / 10)) |"

targets
target "table, times as fast as Jinja2" "$(ratio "$jinja2" "$hearth")" least 10
