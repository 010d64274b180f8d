#!/bin/sh
# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
#
# Secrets are compared by hearth__secret_equal() or sodium_memcmp(), whose time says nothing of where
# they differ: where secrets are at home, no other comparison names one.
set -u

compares='(memcmp|strcmp|strncmp|strcasecmp|hearth__str_i?eq|hearth__str_i?starts)'
names='(secret|password|proof|digest|hash|mac|tag|token|code|nonce|signature|sid)s?'

found()
{
    grep -nEi "(^|[^_a-z])$compares *\([^;]*[^a-z\"]$names\b" "$@"
}

if ! printf '    if (memcmp(ours, c->proof, 32) == 0)\n' | found - >/dev/null; then
    echo "secrets.sh is blind"
    exit 1
fi
found lib/auth/*.c lib/session/*.c lib/core/secret*.c lib/core/otp*.c lib/core/pwhash*.c lib/app/secret*.c \
    lib/boot/secret*.c | { ! grep .; }
