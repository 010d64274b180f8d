/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_HTTP_DISPOSITION_H
#define HEARTH_HTTP_DISPOSITION_H

/* Reading Content-Disposition as the parts of a form carry it (RFC 7578 section 4.2, RFC
 * 6266, RFC 8187). */

#include <hearth/base.h>

#define HEARTH__CLIENT_NAME_MAX 255 /* bytes of a client's file name, cleaned */

typedef struct hearth__disposition {
    hearth_str type;     /* "form-data", as written */
    hearth_str name;     /* decoded; ptr NULL: none */
    hearth_str filename; /* decoded; filename* before filename; ptr NULL: none */
} hearth__disposition;

/* Read a field value that holds no control character.  Decodes in place: the slices point
 * into text and end in '\0', for which text[len] is needed as well.  NULL, or the
 * sentence that says what is wrong. */
const char *hearth__disposition_parse(hearth__disposition *d, char *text, size_t len);

/* A client's file name as people may see it: what stands before the last '/' or '\', and
 * control and direction characters, are taken away, what is not UTF-8 becomes U+FFFD, and
 * at most 255 bytes are kept.  "." and ".." become "".  Returns the length. */
size_t hearth__client_name(hearth_str raw, char out[HEARTH__CLIENT_NAME_MAX + 1]);

#endif
