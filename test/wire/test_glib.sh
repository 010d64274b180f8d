#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# An application in the main loop of a GLib program: glib_host.c, made and run.
set -u

${PKG_CONFIG:-pkg-config} --exists glib-2.0 || {
    echo "GLib's headers are not installed (libglib2.0-dev)"
    exit 77
}

case $CFLAGS in *-fsanitize=thread*)
    echo "GLib's locks are not known to ThreadSanitizer"
    exit 77
    ;;
esac

program=$BUILD/test/wire/glib_host
mkdir -p "${program%/*}"
PKG_CONFIG_PATH=$BUILD/pkgconfig:${PKG_CONFIG_PATH:-}
export PKG_CONFIG_PATH
# GLib's headers are not written for our warnings.
# shellcheck disable=SC2046,SC2086
$CC -std=c11 -D_POSIX_C_SOURCE=200809L $CFLAGS -Wall -Wextra $MHD_CFLAGS -Itest/support \
    $(${PKG_CONFIG:-pkg-config} --cflags hearth check glib-2.0) -o "$program" test/wire/glib_host.c \
    "$BUILD/test/support.a" $LDFLAGS $(${PKG_CONFIG:-pkg-config} --libs hearth check glib-2.0) || exit 1
# GLib keeps what it has for the life of the program.
G_SLICE=always-malloc ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 "$program"
