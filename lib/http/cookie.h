/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_HTTP_COOKIE_H
#define HEARTH_HTTP_COOKIE_H

/* Cookies (RFC 6265 and its successor draft 6265bis). */

#include "core/buf.h"

/* Walk the pairs of one Cookie field value: false at the end.  Malformed pairs (no '=',
 * empty name, a control byte) are skipped; surrounding double quotes of a value are
 * removed.  *rest starts as the field value. Bytes from 0x80 on pass: whether they are
 * UTF-8 is the caller's question. */
bool hearth__cookie_next(hearth_str *rest, hearth_str *name, hearth_str *value);

typedef struct hearth__cookie {
    hearth_str name, value; /* token; cookie-octets */
    const char *path;       /* NULL: "/" */
    const char *domain;     /* NULL: host-only */
    int64_t max_age_s;      /* 0: session cookie; negative: delete now */
    const char *same_site;  /* "Lax", "Strict" or "None" */
    bool secure, http_only;
} hearth__cookie;

/* Append the value of a Set-Cookie field.  HEARTH_EINVAL when a part holds what RFC
 * 6265 4.1.1 does not allow, when the prefix "__Host-" or "__Secure-" is used without
 * what it promises, or SameSite=None without Secure; HEARTH_ETOOBIG when name and value
 * are longer than the 4096 bytes that browsers keep. b is then unchanged. */
int hearth__cookie_write(hearth__buf *b, const hearth__cookie *k);

#endif
