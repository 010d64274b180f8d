/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_HTTP_CONDITION_H
#define HEARTH_HTTP_CONDITION_H

/*
 * Conditional requests (RFC 9110 section 13): If-Match, If-Unmodified-Since,
 * If-None-Match, If-Modified-Since in the order of section 13.2.2, and If-Range.  Pure:
 * whoever knows the validators of what it would answer with asks before it answers or
 * changes anything.
 *
 *     hearth__validators v = {.etag = tag};
 *     int status = hearth__condition(&c->head, c->framing.method, &v, now_s);
 *     if (status != 0)
 *         return status;
 */

#include "http/head.h"

/* Of the current representation; zero of every field means that there is one, without
 * validators. */
typedef struct hearth__validators {
    bool absent;     /* there is no current representation: "*" matches nothing */
    hearth_str etag; /* `"x"` or `W/"x"`; empty: none */
    bool dated;      /* there is a Last-Modified: */
    int64_t modified_s;
} hearth__validators;

/* 0: go on, 304 (GET and HEAD only) or 412.  To be asked only when the answer would be a
 * 2xx otherwise (13.2.1).  Fields repeated count as one list; a date that is malformed or
 * repeated is ignored; now_s decides the century of a two-digit year. */
int hearth__condition(const hearth__head *h, hearth__method m,
                      const hearth__validators *v, int64_t now_s);
/* Does Range apply (13.1.5)?  True without If-Range.  A tag must match strongly; a date
 * must be that of Last-Modified, to the second, and more than a second old. */
bool hearth__condition_range(const hearth__head *h, const hearth__validators *v,
                             int64_t now_s);

#endif
