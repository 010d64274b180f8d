#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# Functions nobody should call: unbounded copies, hidden state, the locale, silent failure.  The
# library itself also never ends the process, prints, or changes what belongs to its host.
set -u

everywhere='strcpy|strcat|sprintf|vsprintf|strtok|gmtime|localtime|ctime|asctime|atoi|atol|atoll'
everywhere="$everywhere|atof|rand|srand|gets|alloca|mktemp|tmpnam|setlocale"
library='strerror|exit|_exit|abort|system|chdir|fchdir|umask|putenv|setenv|unsetenv|printf|vprintf|puts|putchar'
library="$library|gethostbyname|fork|popen"

# The compiled objects know best: fortified names are __name_chk.
symbols()
{
    nm -A -u "$@" 2>/dev/null | sed 's/ *U /\t/; s/__\([a-z]*\)_chk$/\1/; s/@.*//'
}

objects=$(find "$BUILD"/lib -name '*.o')
bad=$(
    # shellcheck disable=SC2086
    symbols $objects | grep -E "	($everywhere)\$"
    # shellcheck disable=SC2046
    symbols $(echo "$objects" | grep -v /lib/cli/) | grep -E "	($library)\$" |
        grep -v '/lib/boot/main[a-z_]*.o:' # hearth_main() is a main: it may speak and decide the exit code
    # What an optimiser may have turned into something else.
    grep -nwE "($everywhere) *\(" lib/*/*.[ch] test/*/*.[ch] examples/*/*.[ch] | grep -vE ':[0-9]+: *(\*|/\*)'
    grep -nE '(/\*|\*|#|//).*\b(TODO|FIXME|XXX)\b[: (]' -r lib include test examples templates pkgconfig Makefile |
        grep -v '^test/lint/'
    grep -nE '(^|[^:"])//' lib/*/*.[ch] include/hearth.h include/hearth/*.h test/*/*.[ch] |
        grep -vE '"[^"]*//|:[0-9]+: *(\*|/\*)|/\*.*//.*'
)
[ -z "$bad" ] || { echo "$bad"; exit 1; }
