#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# usage: run.sh PROGRAM...      two at a time, or JOBS of them
#
# Runs test programs, prints a line for each and the whole output of those that fail, and last
# "N passed, N failed" alone on a line.  A program of the Check library counts as its checks;
# anything else as one: it passes with 0, fails with anything but 77, and then it was skipped and
# says why in its last line.  A folder is an example: its `make check` is run.  With wire: in front
# the test client talks to a real server instead of the loopback transport.  SECOND_TRY=1 runs what
# fails once more, alone: passes then, it counts as passed and is reported as unsteady.
set -u

if [ "${1:-}" = --one ]; then
    out=$2
    item=$3
    whole=$item
    base=$(echo "$item" | tr / _)
    log=$out/$base.log
    name=${item#*/test/}
    case $item in
    wire:*)
        item=${item#wire:}
        name="$name (wire)"
        export HEARTH_TEST_WIRE=1
        ;;
    esac
    case $item in
    */fuzz_*)
        set -- "$item" "test/fuzz/corpus/${item##*/fuzz_}"
        ;;
    *.sh) set -- sh "$item" ;;
    *.mjs) set -- sh test/browser/run.sh "$item" ;;
    *) if [ -d "$item" ]; then
        set -- "$MAKE" --no-print-directory -C "$item" check BUILD="$BUILD/examples"
    else
        set -- "$item"
    fi ;;
    esac

    # -k: what ignores the polite signal is ended all the same.
    CK_VERBOSITY=normal timeout -k 10 "${TEST_TIMEOUT_S:-900}" "$@" >"$log" 2>&1 </dev/null
    rc=$?
    # Passed, failed and skipped, and the one line to show.
    awk -v rc="$rc" -v item="$name" -v out="$out/$base" '
        /^[0-9]+%: Checks: [0-9]+, Failures: [0-9]+, Errors: [0-9]+/ {
            gsub(/[,:]/, "")
            checks += $3; failed += $5 + $7; suites++
            next
        }
        NF { last = $0 }
        END {
            passed = checks - failed
            if (!suites && rc == 77) { skipped = 1; line = "skipped: " last }
            else if (!suites && rc == 0) { passed = 1; line = "ok" }
            else if (!suites) { failed = 1; line = "FAILED with exit code " rc }
            else {
                if (rc != 0 && !failed) failed = 1
                line = int(checks ? 100 * passed / checks : 100) "%: Checks: " checks \
                       ", failed: " failed + 0 (rc ? ", exit code " rc : "")
            }
            print passed + 0, failed + 0, skipped + 0 > (out ".count")
            printf "%-32s %s\n", item, line > (out ".line")
        }' "$log"
    read -r _ failed _ <"$out/$base.count"
    if [ "$failed" != 0 ]; then
        sed 's/^/    /' "$log" >>"$out/$base.line"
        cp "$out/$base.line" "$out/$base.failed"
        echo "$whole" >"$out/$base.item"
    fi
    cat "$out/$base.line" # in one piece, as others write at the same time
    exit 0
fi

# A test that calls make must not share our jobs.
unset MAKEFLAGS MFLAGS MAKELEVEL
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
trap 'exit 1' INT TERM

printf '%s\n' "$@" | xargs -P "${JOBS:-2}" -I '{}' sh "$0" --one "$out" '{}'

# Once more at the end, where one looks: of the reports of a failed test the telling lines.
tell()
{
    grep -E 'exit code|failed: [1-9]|FAILED  |:[FE]:|WARNING: |SUMMARY: |ERROR: |  #[0-4] ' "$2" |
        sed "s/^/$1: /" | head -n 30
}

find "$out" -name '*.failed' | sort | while read -r failed; do
    first=$failed
    if [ -n "${SECOND_TRY:-}" ]; then
        # Alone on the machine.  What passes now is unsteady, which is a fault too, and is told.
        first=$failed.first
        mv "$failed" "$first"
        sh "$0" --one "$out" "$(cat "${failed%.failed}.item")"
        if [ ! -e "$failed" ]; then
            tell unsteady "$first"
            continue
        fi
    fi
    tell failed "$first"
done

find "$out" -name '*.count' -exec cat {} + | awk -v want=$# '
    { passed += $1; failed += $2; skipped += $3; seen++ }
    END {
        failed += want - seen # whose runner itself died
        printf "%d passed, %d failed%s\n", passed, failed, skipped ? ", " skipped " skipped" : ""
        exit failed != 0 || passed + skipped == 0
    }'
