/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_HTTP_AUDIT_H
#define HEARTH_HTTP_AUDIT_H

/*
 * The request audit: refuse every request head that another HTTP implementation on the
 * way could read differently (RFC 9110, RFC 9112; request smuggling).  Runs before
 * routing, on the values alone; what can only be seen in the raw bytes is the transport's
 * part (transport/h1_audit.c).
 *
 * Checked: method is a token; target only 0x21 to 0x7E and without '#'; field names are
 * tokens; values hold no control byte but HTAB (obs-text 0x80 to 0xFF is allowed, RFC
 * 9110 5.5) and are trimmed of OWS here; HTTP/1.1 has exactly one Host, and HTTP/1.0 at
 * most one; Host is empty or a valid authority without user information (RFC 9110 7.2,
 * RFC 3986 3.2; no comma); at most one Content-Length, digits only, no list, no leading
 * zero, at most 19 digits; Transfer-Encoding at most once, only "chunked" (case folded),
 * only in HTTP/1.1, never with Content-Length (501 for another coding before a final
 * "chunked", else 400); Expect only "100-continue" (else 417); at most max_fields fields.
 */

#include "http/head.h"

typedef struct hearth__verdict {
    int status;       /* 0 = sound; else the answer: 400, 417, 431, 501 */
    const char *text; /* a constant sentence that says what was wrong */
} hearth__verdict;

/* Trims the values of h in place and fills *f.  max_fields 0 = 100. */
hearth__verdict hearth__audit(hearth__head *h, size_t max_fields, hearth__framing *f);

bool hearth__is_token(hearth_str s);       /* RFC 9110 5.6.2, not empty */
bool hearth__is_field_value(hearth_str s); /* no control byte but HTAB */
/* uri-host [":" port], RFC 3986; the host not empty and without a comma, the port up to
 * 65535 */
bool hearth__is_authority(hearth_str s);

#endif
