/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_HTTP_TARGET_H
#define HEARTH_HTTP_TARGET_H

/*
 * The request target (RFC 9112 section 3.2), parsed and decoded once, from the raw bytes.
 *
 * Decided here, for everybody:
 *   form        origin ("/a?b"); absolute ("http://host/a": its authority is the host);
 *               "*" for OPTIONS only; the authority form (CONNECT) is refused, 501
 *   "%zz" "%4"  400, in the path and in the query
 *   "%00"       400, in the path and in the query
 *   not UTF-8   400 once decoded, in the path and in the query
 *   "." ".."    400 as a whole segment, however encoded: nobody's path means its parent;
 *               also between encoded slashes ("a%2F..%2Fb"), so that no path climbs
 *   "%2F"       data within its segment, never a separator
 *   "//"        not canonical: the caller redirects (308) to single slashes
 *   "#"         400
 *   ";" "+"     data in a path; '+' is a space in a query only
 */

#include "core/buf.h"
#include "http/audit.h"

#define HEARTH__MAX_SEGMENTS 64

typedef struct hearth__segment {
    /* Decoded, followed by '\0'; never "." or ".."; empty only as the last. */
    hearth_str text;
    bool slash; /* holds a '/' that came as %2F */
} hearth__segment;

typedef struct hearth__target {
    bool asterisk;            /* OPTIONS * */
    bool double_slash;        /* the path holds an empty segment that is not the last */
    bool trailing_slash;      /* and is not just "/" */
    hearth_str scheme;        /* of the absolute form, else empty */
    hearth_str authority;     /* of the absolute form, else empty */
    hearth_str raw_path;      /* as received, from '/'; not '\0'-terminated */
    hearth_str query;         /* raw, without '?'; not '\0'-terminated; empty: none */
    hearth_str path;          /* decoded, for people and logs; '\0'-terminated */
    hearth__segment *segment; /* "/" has none; "/a/b" two; "/a/" two, the last empty */
    size_t nsegments;
} hearth__target;

/* Fills *t with memory of a.  The fast path (no '%', origin form) must not decode or
 * validate twice. 400 with a sentence when malformed, 414 when it has more than
 * HEARTH__MAX_SEGMENTS slashes, 501 for CONNECT, 503 when out of memory. */
hearth__verdict hearth__target_parse(hearth__target *t, hearth__arena *a, hearth_str raw,
                                     hearth__method method);
/* The canonical path (single slashes) with its query, for a redirect; "" when out of
 * memory.  Bytes that RFC 3986 does not allow in a path come out percent-encoded: a
 * Location of "/\host" would lead a browser elsewhere. */
hearth_str hearth__target_canonical(const hearth__target *t, hearth__arena *a);

#endif
