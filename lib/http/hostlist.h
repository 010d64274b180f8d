/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_HTTP_HOSTLIST_H
#define HEARTH_HTTP_HOSTLIST_H

/*
 * Which hosts a client may ask for.  A Host field is what a client says, and a page of
 * another site can make a browser say its own name (DNS rebinding), so an application
 * answers to the names it knows.
 *
 *     example.org         that name, with any port; a dot at the end changes nothing
 *     example.org:8443    with that port; when it is the scheme's own, also without one
 *     .example.org        the name and all below it
 *     192.0.2.7  [::1]    an address, however it is spelt
 *     *                   every host
 */

#include "http/cidr.h"

typedef struct hearth__host {
    hearth_str name; /* lower case, without a dot at the end; empty for an address */
    hearth__ip ip;
    bool is_ip;
    bool below; /* and all that end in "." name */
    int port;   /* -1: any */
} hearth__host;

typedef struct hearth__hostlist {
    hearth__host *list;
    size_t n;
    bool any; /* "*" */
    char *text;
} hearth__hostlist;

/* As hearth__cidrs_parse(). */
int hearth__hostlist_parse(hearth__hostlist *l, const char *const *texts,
                           const char *what, hearth_error *err);
void hearth__hostlist_clear(hearth__hostlist *l);
/* Is it in the list?  `authority` as hearth__is_authority() accepts it. */
bool hearth__hostlist_has(const hearth__hostlist *l, hearth_str authority,
                          int default_port);

/* Take a sound authority apart; *port is -1 when it has none.  An address comes without
 * its brackets. */
void hearth__authority_split(hearth_str authority, hearth_str *host, int *port);
/* localhost, everything below it (RFC 6761 section 6.3), 127.0.0.0/8 and [::1]. */
bool hearth__authority_is_local(hearth_str authority);

#endif
