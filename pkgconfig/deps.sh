#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# usage: deps.sh [bench|browser|test]
#
# Install what building and testing Hearth needs and this machine lacks; or what its bench, its tests in
# a browser, or those beside other libraries do, which are skipped without.  On Debian and its kin through
# apt, as root or with sudo; anywhere else it only says what is missing.  Nothing missing: no network, no
# root, a few milliseconds.
set -eu

# Debian's package, and how its presence shows on other systems: a program, a header or a
# pkg-config module.
table='
gcc program:gcc
libc6-dev -
make program:make
pkg-config program:pkg-config
libmicrohttpd-dev module:libmicrohttpd
libjansson-dev module:jansson
libsqlite3-dev module:sqlite3
libuv1-dev module:libuv
libsodium-dev module:libsodium
libgnutls28-dev module:gnutls
libcrypt-dev module:libxcrypt
zlib1g-dev module:zlib
libbrotli-dev module:libbrotlienc
libzstd-dev module:libzstd
libwslay-dev header:wslay/wslay.h
libdw1 -
libmd4c-dev header:md4c.h
libmd4c-html0-dev module:md4c-html
check module:check
curl program:curl
tar program:tar
xz-utils program:xz
python3-jinja2 -
debian-archive-keyring -
'

if [ "${1:-}" = bench ]; then
    table='
wrk program:wrk
valgrind program:valgrind
strace program:strace
sqlite3 program:sqlite3
libulfius-dev module:libulfius
nginx-light program:nginx
nodejs program:node
npm program:npm
'
elif [ "${1:-}" = test ]; then
    table='
libglib2.0-dev module:glib-2.0
'
elif [ "${1:-}" = browser ]; then
    table='
nodejs program:node
npm program:npm
chromium program:chromium
sqlite3 program:sqlite3
fonts-dejavu-core -
'
fi
packages=$(echo "$table" | awk 'NF {print $1}')

missing_here()
{
    # dpkg-query leaves out what it has never heard of, and fails for it.
    # shellcheck disable=SC2016,SC2086
    dpkg-query -W -f '${Package} ${db:Status-Status}\n' $packages 2>/dev/null |
        awk -v want="$packages" '
            $2 == "installed" { have[$1] = 1 }
            END { n = split(want, w); for (i = 1; i <= n; i++) if (!(w[i] in have)) print w[i] }' |
        while read -r package; do
            # A program is there wherever it came from: Node from elsewhere brings its own npm.
            sign=$(echo "$table" | awk -v p="$package" '$1 == p {print $2}')
            case $sign in program:*) command -v "${sign#*:}" >/dev/null 2>&1 && continue ;; esac
            echo "$package"
        done
}

missing_elsewhere()
{
    echo "$table" | while read -r package sign; do
        case $sign in
        program:*) command -v "${sign#*:}" >/dev/null 2>&1 || echo "$package" ;;
        header:*) echo "#include <${sign#*:}>" | ${CC:-cc} -E - >/dev/null 2>&1 || echo "$package" ;;
        module:*) pkg-config --exists "${sign#*:}" 2>/dev/null || echo "$package" ;;
        esac
    done
}

if ! command -v apt-get >/dev/null 2>&1 || ! command -v dpkg-query >/dev/null 2>&1; then
    missing=$(missing_elsewhere | tr '\n' ' ')
    if [ -n "$missing" ]; then
        echo "deps: please install what Debian calls: $missing" >&2
        exit 1
    fi
    exit 0
fi

missing=$(missing_here | tr '\n' ' ')
if [ -z "$missing" ]; then
    exit 0
fi

if [ "$(id -u)" = 0 ]; then
    sudo=
elif command -v sudo >/dev/null 2>&1; then
    sudo='sudo env'
else
    echo "deps: not root and no sudo here; as root, run: apt-get install $missing" >&2
    exit 1
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT

quietly()
{
    if ! "$@" >"$log" 2>&1 </dev/null; then
        cat "$log" >&2
        echo "deps: failed: $*" >&2
        exit 1
    fi
}

if [ -n "$sudo" ]; then
    sudo -v # may ask for the password, which must not end in the log
fi
echo "deps: asking apt for its package lists ..."
# shellcheck disable=SC2086
quietly $sudo apt-get -q update
echo "deps: installing $missing..."
# shellcheck disable=SC2086
quietly ${sudo:-env} DEBIAN_FRONTEND=noninteractive \
    apt-get -q -y --no-install-recommends install $missing
