/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_HTTP_MIME_H
#define HEARTH_HTTP_MIME_H

/* Media types by the ending of a name: our own table, so that an answer does not depend
 * on what a system has in /etc. */

#include <hearth/base.h>

typedef struct hearth__mime {
    const char *ext;  /* lower case, without the dot */
    const char *type; /* what Content-Type says: texts come with their charset, UTF-8 */
    bool shrinks;     /* worth compressing */
} hearth__mime;

/* The entry for the ending of a name or path, its case ignored; that of
 * application/octet-stream when there is none or it is not known. */
const hearth__mime *hearth__mime_of(hearth_str path);
/* Does the name hold a hash of its contents?  ".HASH." or "-HASH." before its ending, HASH
 * being 8 to 64 hexadecimal digits in lower case with at least one letter and one digit
 * among them ("app.3f2a9c1b.js"): a date is none. */
bool hearth__mime_hashed(hearth_str path);

#endif
