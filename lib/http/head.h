/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_HTTP_HEAD_H
#define HEARTH_HTTP_HEAD_H

/*
 * The head of a request as a transport hands it over: slices of its own memory, nothing
 * decoded. The slices need not end in '\0'.
 */

#include "http/method.h"

typedef struct hearth__field {
    hearth_str name,
        value; /* value without surrounding OWS once the head has been audited */
} hearth__field;

typedef struct hearth__head {
    hearth_str method;
    hearth_str target; /* raw, as on the request line */
    int version;       /* 10 or 11 */
    hearth__field *field;
    size_t nfields;
    hearth_str known_host; /* one that was found sound before, or empty: the audit's */
} hearth__head;

/* What the audit found in passing, so that nobody looks twice. */
typedef struct hearth__framing {
    hearth__method method;
    hearth_str host;      /* value of Host, empty when there was none */
    bool has_length;      /* Content-Length was sent */
    uint64_t length;      /* its value */
    bool chunked;         /* Transfer-Encoding: chunked */
    bool expect_continue; /* Expect: 100-continue */
} hearth__framing;

/* The first field with that name (ASCII case folded), or NULL. */
const hearth__field *hearth__head_find(const hearth__head *h, hearth_str name);

#endif
