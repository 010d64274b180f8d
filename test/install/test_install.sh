#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# What a user gets: install into an empty folder, build against it as the README says, remove it.
set -eu

case $CFLAGS in *-fsanitize* | *--coverage*)
    echo "an instrumented library is not for installing"
    exit 77
    ;;
esac

work=$BUILD/install-test
rm -rf "$work"
mkdir -p "$work"
prefix=$work/usr
lib=$prefix/lib/some-arch # LIBDIR is not always PREFIX/lib
unset PKG_CONFIG_PATH
failed=0

say()
{
    echo "$*"
    failed=1
}

run_make()
{
    $MAKE --no-print-directory BUILD="$BUILD" DEPS_DIR="$DEPS_DIR" MHD="$MHD" CC="$CC" CFLAGS="$CFLAGS" \
        LDFLAGS="$LDFLAGS" PKG_CONFIG="$PKG_CONFIG" DEVELOPER="$DEVELOPER" "$@" >"$work/make.log" 2>&1 || {
        cat "$work/make.log"
        exit 1
    }
}

# ---- install, both ways packagers do it
run_make install PREFIX="$prefix" LIBDIR="$lib"
run_make install PREFIX=/usr DESTDIR="$work/staged"
[ -f "$work/staged/usr/lib/libhearth.so.0" ] || say "DESTDIR is not respected"
if grep -r "$work" "$work/staged" -l --include='*.pc' --include='*.cmake'; then
    say "a staged file speaks of the staging folder"
fi

export PKG_CONFIG_PATH="$lib/pkgconfig"
[ "$($PKG_CONFIG --modversion hearth)" = "$(sed -n 's/.*HEARTH_VERSION "\(.*\)"/\1/p' include/hearth/base.h)" ] ||
    say "hearth.pc has another version"
$PKG_CONFIG --validate hearth || say "hearth.pc is not valid"

# ---- every public header alone
for h in include/hearth.h include/hearth/*.h; do
    echo "#include <${h#include/}>" >"$work/alone.c"
    # shellcheck disable=SC2046
    $CC -std=c11 -Wall -Wextra -Wpedantic -Werror -fsyntax-only "$work/alone.c" $($PKG_CONFIG --cflags hearth) ||
        say "$h does not compile alone as C11"
    if command -v c++ >/dev/null 2>&1; then
        # shellcheck disable=SC2046
        c++ -std=c++17 -Wall -Wextra -Werror -Wno-missing-field-initializers -fsyntax-only -x c++ \
            "$work/alone.c" $($PKG_CONFIG --cflags hearth) || say "$h does not compile alone as C++17"
    fi
done

# ---- a driver: the suite for it builds and runs outside the tree
mkdir -p "$work/driver"
cat >"$work/driver/main.c" <<'EOF'
#include "db_conformance.h"

int main(void)
{
    return db_conformance_all(&(db_conformance){.ops = hearth_db_sqlite(), .url = "sqlite::memory:"});
}
EOF
# shellcheck disable=SC2046
$CC -o "$work/driver/main" -I"$prefix/share/hearth/driver" "$work/driver/main.c" \
    "$prefix"/share/hearth/driver/*.c $($PKG_CONFIG --cflags --libs hearth) -lm -pthread ||
    say "the suite for drivers does not build"
LD_LIBRARY_PATH="$lib" "$work/driver/main" >"$work/driver/log" 2>&1 || {
    cat "$work/driver/log"
    say "the suite for drivers fails"
}

# ---- the README's first program, or the smallest example, with one line
answers() # PROGRAM: does it serve a page?
{
    : >"$work/server.log" # before the reader below looks
    HEARTH_HOST=127.0.0.1 HEARTH_PORT=0 "$1" 2>"$work/server.log" &
    pid=$!
    tries=0
    url=
    while [ -z "$url" ] && [ $tries -lt 600 ] && kill -0 $pid 2>/dev/null; do
        url=$(sed -n 's/.*listening on \(http:[^ ]*\).*/\1/p' "$work/server.log")
        tries=$((tries + 1))
        sleep 0.05
    done
    ok=1
    [ -n "$url" ] && curl -sSf --max-time 10 "$url/" >"$work/page" || ok=0
    kill -TERM $pid 2>/dev/null || ok=0
    wait $pid || ok=0
    [ $ok = 1 ] || cat "$work/server.log"
    [ $ok = 1 ]
}

[ ! -f README.md ] || awk '/^```c$/ && !n { in_c = 1; n++; next } /^```/ { in_c = 0 } in_c' README.md >"$work/first.c"
[ -s "$work/first.c" ] || cp examples/hello/hello.c "$work/first.c"
# shellcheck disable=SC2046
$CC -o "$work/first" "$work/first.c" $($PKG_CONFIG --cflags --libs hearth) || say "the first program does not build"
LD_LIBRARY_PATH="$lib" answers "$work/first" || say "the first program does not serve"
# shellcheck disable=SC2046
$CC -o "$work/static" "$work/first.c" $($PKG_CONFIG --cflags --libs hearth-static) ||
    say "the first program does not build statically"
answers "$work/static" || say "the static first program does not serve"
if ldd "$work/static" | grep -q hearth; then
    say "the static program needs libhearth.so"
fi

# ---- CMake
if command -v cmake >/dev/null 2>&1; then
    mkdir -p "$work/cmake"
    cp "$work/first.c" "$work/cmake/"
    cat >"$work/cmake/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.18)
project(first C)
find_package(hearth 0.1 REQUIRED)
add_executable(shared first.c)
target_link_libraries(shared hearth::hearth)
add_executable(static first.c)
target_link_libraries(static hearth::static)
END
    (cd "$work/cmake" && env -u MAKEFLAGS -u PKG_CONFIG_PATH CFLAGS= LDFLAGS= \
        cmake -B out -DCMAKE_PREFIX_PATH="$lib;$prefix" -Dhearth_DIR="$lib/cmake/hearth" &&
        cmake --build out) >"$work/cmake.log" 2>&1 || {
        cat "$work/cmake.log"
        say "the CMake project does not build"
    }
    answers "$work/cmake/out/shared" || say "the CMake program does not serve"
    answers "$work/cmake/out/static" || say "the static CMake program does not serve"
fi

# ---- an example becomes a project of one's own
if [ -x "$prefix/bin/hearth" ]; then
    for example in "$prefix"/share/hearth/examples/*/; do
        example=$(basename "$example")
        (cd "$work" && "$prefix/bin/hearth" new "my_$example" --from "$example" && cd "my_$example" &&
            env -u BUILD -u MAKEFLAGS -u CFLAGS -u LDFLAGS LD_LIBRARY_PATH="$lib" $MAKE check) \
            >"$work/new.log" 2>&1 || {
            cat "$work/new.log"
            say "hearth new --from $example does not give a project that passes its tests"
        }
    done
    "$prefix/bin/hearth" secret | grep -qxE '[A-Za-z0-9_-]{43}' ||
        say "hearth secret prints no secret"
fi

# ---- uninstall leaves nothing
run_make uninstall PREFIX="$prefix" LIBDIR="$lib"
left=$(find "$prefix" ! -type d)
[ -z "$left" ] || say "left after uninstall: $left"
exit $failed
