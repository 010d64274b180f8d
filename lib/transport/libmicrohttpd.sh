#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# usage: libmicrohttpd.sh auto|private FOLDER
#
# Debian 12 ships libmicrohttpd 0.9.75; the releases of 2026 mend how requests are parsed.  This
# builds the current one as a static library into FOLDER/libmicrohttpd, from Debian's own source
# package of the unstable suite.  apt fetches it and checks Debian's signature, with a sources list
# and a state folder of our own, from the mirror this machine already uses: nothing of the system
# changes and no root is needed.  Always the newest version offered, because the archive keeps no
# other, and never one below $least.
#
# The archive stays in FOLDER/libmicrohttpd-source; while it is there nothing is fetched again.
# With `auto`, a source that cannot be had is one sentence and success: the system's library serves.
# When this file changes, the library is built again; where that cannot be, the old one stays.
set -eu

mode=$1
mkdir -p "$2"
home=$(cd "$2" && pwd)
least=1.0.10

library=$home/libmicrohttpd
source=$home/libmicrohttpd-source
refused=$home/libmicrohttpd-refused # since when it cannot be had: not asked again for a day
log=$home/libmicrohttpd.log
recipe=$(cksum <"$0")
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

give_up()
{
    echo "$1" >"$refused"
    if [ "$mode" = private ]; then
        echo "deps: $1" >&2
        exit 1
    fi
    if [ -f "$library/version" ]; then
        echo "deps: $1; keeping the libmicrohttpd that was built before (MHD=private tries again)"
        exit 0
    fi
    echo "deps: $1; using the system's libmicrohttpd (MHD=private tries again)"
    exit 0
}

at_least()
{
    printf '%s\n%s\n' "$least" "$1" | sort -C -V
}

# apt with lists and cache of its own, everything else (proxies, timeouts) as the system has it.
apt()
{
    apt-get -q -o Dir::Etc::sourcelist="$source/apt/sources.list" -o Dir::Etc::sourceparts=/dev/null \
        -o Dir::State::lists="$source/apt/lists" -o Dir::Cache="$source/apt/cache" \
        -o APT::Get::List-Cleanup=0 -o APT::Sandbox::User="$(id -un)" -o Acquire::Retries=2 \
        -o Acquire::Languages=none "$@" </dev/null
}

# The address of the Debian mirror this machine installs from.
mirror()
{
    # shellcheck disable=SC2016
    apt-get indextargets --format '$(ORIGIN) $(CODENAME) $(SITE)' 'Created-By: Packages' |
        awk '$1 == "Debian" && $2 !~ /-/ { print $3; exit }'
}

fetch()
{
    command -v apt-get >/dev/null 2>&1 || give_up "no apt here to fetch libmicrohttpd $least with"
    [ -r "$keyring" ] || give_up "no Debian keyring here to check libmicrohttpd's source with"
    site=$(mirror)
    if [ -z "$site" ] && [ "$(id -u)" = 0 ]; then
        echo "deps: asking apt for its package lists ..."
        apt-get -q update >"$log" 2>&1 </dev/null || true
        site=$(mirror)
    fi
    [ -n "$site" ] || give_up "apt knows no Debian mirror to fetch libmicrohttpd $least from"

    rm -rf "$source"
    mkdir -p "$source/apt/lists/partial" "$source/apt/cache/archives/partial"
    echo "deb-src [signed-by=$keyring] $site unstable main" >"$source/apt/sources.list"
    echo "deps: looking for libmicrohttpd $least or later ..."
    apt -o APT::Update::Error-Mode=any update >"$log" 2>&1 ||
        give_up "Debian's list of sources could not be fetched (see $log)"
    echo "deps: fetching the source of libmicrohttpd ..."
    (cd "$source" && apt source --download-only --only-source libmicrohttpd) >>"$log" 2>&1 ||
        give_up "the source of libmicrohttpd could not be fetched (see $log)"
    rm -rf "$source/apt"
}

build()
{
    dsc=$(find "$source" -name 'libmicrohttpd_*.dsc')
    # The .dsc, whose signature apt has checked, names the archive and its checksum.
    sum=$(sed -n '/^Checksums-Sha256/,/^Files/s/^ \([0-9a-f]*\) [0-9]* \(.*\.orig\.tar\..*z2*\)$/\1  \2/p' "$dsc")
    archive=$source/${sum#*  }
    if ! echo "$sum" | (cd "$source" && sha256sum -c --quiet) >>"$log" 2>&1; then
        rm -rf "$source"
        give_up "the source of libmicrohttpd was damaged"
    fi
    version=$(basename "$dsc" .dsc | sed 's/^libmicrohttpd_//; s/-[^-]*$//')
    at_least "$version" || give_up "Debian offers only libmicrohttpd $version, not $least"

    echo "deps: building libmicrohttpd $version (about 20 seconds) ..."
    work=$home/libmicrohttpd-work
    rm -rf "$work" "$library.new"
    mkdir -p "$work"
    tar -xf "$archive" -C "$work" --strip-components=1
    # Files in steps of 128 KiB would cost the server twice the time: 2 MiB, as nginx has it.
    sed -i 's/^\(#define MHD_SENFILE_CHUNK_  *\)(0x20000)$/\1(0x200000)/' \
        "$work/src/microhttpd/mhd_send.c" "$work/src/microhttpd/connection.c"
    # TLS, authentication and form parsing are Hearth's own affair and left out.
    (
        unset MAKEFLAGS MAKELEVEL MFLAGS
        cd "$work" &&
            ./configure --prefix="$library.new" --libdir="$library.new/lib" \
                --disable-dauth --disable-bauth --disable-postprocessor --disable-https \
                --disable-doc --disable-examples --disable-tools --disable-curl \
                --disable-shared --enable-static --with-pic CC="${CC:-cc}" \
                CFLAGS="-O2 -g -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 \
                        -ffile-prefix-map=$work=libmicrohttpd" &&
            make -j2 -C src/microhttpd install &&
            make -C src/include install &&
            cp COPYING "$library.new/COPYING"
    ) >>"$log" 2>&1 || give_up "libmicrohttpd $version could not be built (see $log)"
    echo "$version" >"$library.new/version"
    echo "$recipe" >"$library.new/recipe"
    rm -rf "$library"
    mv "$library.new" "$library"
    rm -rf "$work" "$refused"
}

if [ -f "$library/version" ] && [ "$(cat "$library/recipe" 2>/dev/null)" = "$recipe" ]; then
    exit 0
fi
if [ "$mode" = auto ]; then
    # A system that is new enough needs no second copy; one that could not have it is not asked
    # again every time.
    if [ ! -f "$library/version" ] && pkg-config --atleast-version=$least libmicrohttpd 2>/dev/null; then
        exit 0
    fi
    if [ -n "$(find "$refused" -mtime -1 2>/dev/null)" ]; then
        exit 0
    fi
fi
: >"$log"
[ -n "$(find "$source" -name '*.dsc' 2>/dev/null)" ] || fetch
build
