/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_HTTP_FORWARDED_H
#define HEARTH_HTTP_FORWARDED_H

/*
 * What trusted proxies say about the client: Forwarded (RFC 7239), or X-Forwarded-For,
 * -Proto, -Host and -Port.
 *
 * Each proxy appends what it saw, so the lists are read from their right end: the last
 * entry is the word of the proxy that is connected to us, which the caller trusts.  As
 * long as an entry names the address of a trusted proxy, the entry before it is believed,
 * too; the first address that is not a proxy's is the client, and what stands before it
 * is the client's own invention and not looked at.  An element is found from the right,
 * so that nothing in front of it, not even a quote that never ends, can change it.
 *
 * Scheme and host are those that the outermost trusted proxy gives; the ones before it
 * count only where it gives none.
 *
 *   not an address  "unknown", "_hidden" or malformed: the client is not known
 *   no entry        the client is the last address that is known
 *   both kinds      each may say what the other does not; where they differ, neither is
 *                   believed and the client is not known
 */

#include "http/cidr.h"
#include "http/head.h"

typedef enum hearth__client {
    HEARTH__CLIENT_PEER,    /* nothing said: the other end of the connection */
    HEARTH__CLIENT_ADDRESS, /* .ip */
    HEARTH__CLIENT_UNKNOWN
} hearth__client;

typedef struct hearth__via {
    hearth__client client;
    hearth__ip ip;
    int https;       /* 1, 0, or -1 when nothing was said */
    hearth_str host; /* a slice of the head, not validated; empty when nothing was said */
    int port;        /* X-Forwarded-Port; -1 when nothing was said */
    bool conflict;   /* the two kinds differ */
} hearth__via;

/* For a request whose connection comes from a trusted proxy.  h has been audited. */
void hearth__forwarded_read(hearth__via *v, const hearth__head *h,
                            const hearth__cidrs *trusted);

#endif
