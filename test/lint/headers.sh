#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# Every header compiles alone: the public ones as C11 and as C++17, ours as C11.
set -u
: "${CC:=cc}" "${CXX:=c++}" "${PKG_CONFIG:=pkg-config}"
flags=$($PKG_CONFIG --cflags jansson sqlite3 libuv libsodium)
warn='-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wundef -Werror'
bad=0

if command -v "$CXX" >/dev/null 2>&1; then cxx=1; else
    cxx=0
    echo "no C++ compiler: C++17 not tried"
fi
for h in include/hearth.h include/hearth/*.h; do
    # shellcheck disable=SC2086
    $CC -std=c11 $warn -Iinclude $flags -fsyntax-only -x c "$h" || bad=1
    # shellcheck disable=SC2086
    [ $cxx = 0 ] ||
        $CXX -std=c++17 $warn -Wno-missing-field-initializers -Iinclude $flags -fsyntax-only -x c++ "$h" ||
        bad=1
done
for h in lib/*/*.h; do
    # shellcheck disable=SC2086
    $CC -std=c11 -D_GNU_SOURCE -Wall -Wextra -Wno-unused -Iinclude -Ilib $flags $MHD_CFLAGS -Werror \
        -fsyntax-only -x c "$h" || bad=1
done
exit $bad
