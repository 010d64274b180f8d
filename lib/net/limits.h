/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_NET_LIMITS_H
#define HEARTH_NET_LIMITS_H

/*
 * How many connections each client address has open, over all reactors.
 *
 * An IPv4 address counts for itself, also when it comes as ::ffff:a.b.c.d; of an IPv6 address the
 * first 64 bits count, because whoever has one has all that begin like it.  What is counted is the
 * address that the service is told: behind a PROXY header the one in the header.  A client without
 * an address (a Unix socket) is not counted, and whoever is trusted need not be: give its
 * connections HEARTH__NOBODY.
 *
 * Memory is bounded by the connections that are open: an address is known only while it has one.
 */

#include <hearth/base.h>
#include <sys/socket.h>

#define HEARTH__PER_ADDRESS 256 /* the default */
#define HEARTH__SOURCE_TEXT 64

/* Whom a connection is counted for. */
typedef struct hearth__source {
    uint64_t high, low; /* both 0: nobody, never refused */
} hearth__source;

#define HEARTH__NOBODY ((hearth__source){0, 0})

typedef struct hearth__limits hearth__limits;

/* per_address: 1 and up, or negative for no limit; then nothing is counted.  NULL when out of
 * memory or without a source of randomness. */
hearth__limits *hearth__limits_new(int per_address);
void hearth__limits_free(hearth__limits *l);
hearth__source hearth__source_of(const struct sockaddr *peer, socklen_t len);
/* "10.0.0.1", "2001:db8:0:1::/64", "" for nobody: for logs. */
void hearth__source_text(hearth__source s, char out[HEARTH__SOURCE_TEXT]);
/* One more connection of s: 0 when it may stay, HEARTH_EBUSY when it has as many as are allowed,
 * HEARTH_ENOMEM.  After 0 hearth__limits_drop() is due, once.  Any thread. */
int hearth__limits_take(hearth__limits *l, hearth__source s);
void hearth__limits_drop(hearth__limits *l, hearth__source s);
/* Addresses that have a connection now.  Any thread. */
size_t hearth__limits_known(hearth__limits *l);

#endif
