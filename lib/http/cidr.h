/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_HTTP_CIDR_H
#define HEARTH_HTTP_CIDR_H

/*
 * Addresses and sets of them.  An IPv4 address is kept as IPv6 has it, ::ffff:a.b.c.d
 * (RFC 4291 section 2.5.5.2), so that it is the same address on every kind of socket;
 * yet "::/0" means IPv6 only.
 */

#include <hearth/base.h>
#include <sys/socket.h>

#define HEARTH__IP_TEXT 46 /* the longest text, with its '\0' */

typedef struct hearth__ip {
    uint8_t b[16];
} hearth__ip;

typedef struct hearth__cidr {
    hearth__ip net;
    unsigned bits; /* of 128 */
} hearth__cidr;

typedef struct hearth__cidrs {
    hearth__cidr *list;
    size_t n;
    bool local; /* Unix domain sockets are in it: "unix:" */
} hearth__cidrs;

/* "192.0.2.7" or "2001:db8::7", without brackets, zone or port. */
bool hearth__ip_parse(hearth__ip *ip, hearth_str text);
/* False when it is neither IPv4 nor IPv6. */
bool hearth__ip_of(hearth__ip *ip, const struct sockaddr *at, socklen_t len);
/* Fills out and returns it. */
const char *hearth__ip_text(const hearth__ip *ip, char out[HEARTH__IP_TEXT]);
bool hearth__ip_is_v4(const hearth__ip *ip);
bool hearth__ip_eq(const hearth__ip *a, const hearth__ip *b);
bool hearth__ip_is_loopback(const hearth__ip *ip); /* 127.0.0.0/8 and ::1 */

/* "10.0.0.0/8", "fd00::/8", or an address, which is itself only.  NULL, or what is wrong
 * with it, as the end of a sentence. */
const char *hearth__cidr_parse(hearth__cidr *c, hearth_str text);
bool hearth__cidr_has(const hearth__cidr *c, const hearth__ip *ip);

/* A list that ends with NULL, itself NULL for an empty one; "unix:" may be among them.
 * `what` names it in *err.  HEARTH_EINVAL, HEARTH_ENOMEM or 0; *l is cleared after a
 * failure. */
int hearth__cidrs_parse(hearth__cidrs *l, const char *const *texts, const char *what,
                        hearth_error *err);
void hearth__cidrs_clear(hearth__cidrs *l);
bool hearth__cidrs_has(const hearth__cidrs *l, const hearth__ip *ip);
/* The other end of a connection, a Unix domain socket included. */
bool hearth__cidrs_has_peer(const hearth__cidrs *l, const struct sockaddr *at,
                            socklen_t len);

#endif
