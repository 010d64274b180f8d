/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_CORE_SHA1_H
#define HEARTH_CORE_SHA1_H

/* SHA-1 (FIPS 180-4), for protocols that are made of it, such as the WebSocket handshake.
 * Nothing may rest on it: libsodium does not even have it. */

#include <hearth/base.h>

#define HEARTH__SHA1 20

void hearth__sha1(unsigned char out[HEARTH__SHA1], hearth_str s);

#endif
