# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# What the benches share.  Read with `.` after `work` names a folder of the bench's own.

need() { # PROGRAM...
    for tool in "$@"; do
        command -v "$tool" >/dev/null || { echo "bench: $tool is missing: make bench installs it on Debian"; exit 1; }
    done
}

# address_of PID LOG: of the server, as soon as its log tells.  One that has ended, a
# zombie included, is not waited for.
address_of() {
    tries=0
    until grep -q 'listening on http:' "$2"; do
        tries=$((tries + 1))
        if [ $tries -ge 600 ] || [ ! -e "/proc/$1/exe" ]; then
            { echo "bench: the server does not listen; its log:"; cat "$2"; } >&2
            return 1
        fi
        sleep 0.1
    done
    sed -n 's/.*listening on \(http:[^ ]*\).*/\1/p' "$2"
}

# Process-wide, threads that have ended included; in microseconds.
cpu_us() { sed "s/.*) //" /proc/"$1"/stat | awk -v tick="$(getconf CLK_TCK)" "{ printf \"%d\", (\$12 + \$13) * 1000000 / tick }"; }
median() { sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
# ratio A B: A divided by B; "-" when one was not measured.
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (a + 0 == 0 || b + 0 == 0) print "-"; else printf "%.3f\n", a / b }'; }

targets() { printf '\n| target | wanted | measured | |\n|---|---:|---:|---|\n'; }
# target NAME MEASURED most|least LIMIT: a line that says whether it is met.
target() {
    awk -v name="$1" -v got="$2" -v way="$3" -v limit="$4" 'BEGIN {
        met = got !~ /^-?[0-9.]+$/ ? "not measured" : (way == "most" ? got + 0 <= limit + 0 : got + 0 >= limit + 0) ? "met" : "missed"
        printf "| %s | at %s %s | %s | %s |\n", name, way, limit, got, met }'
}
