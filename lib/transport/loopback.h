/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TRANSPORT_LOOPBACK_H
#define HEARTH_TRANSPORT_LOOPBACK_H

/*
 * A transport without a socket: one request through lib/app/dispatch.h in the caller's
 * thread, and the answer as the network would have carried it.
 */

#include "app/ctx.h"

typedef struct hearth__loop_call {
    hearth_str method, target;
    const hearth__field
        *field; /* Host and Content-Length are added where they are wanted */
    size_t nfields;
    hearth_str body;
} hearth__loop_call;

typedef struct hearth__loop_answer {
    int status;
    bool close;           /* a connection would have ended after it */
    hearth__field *field; /* names and values end in '\0' */
    size_t nfields;
    hearth_str body; /* ends in '\0'; empty where HTTP has none: HEAD, 204, 304 */
} hearth__loop_answer;

/* The head that the call stands for, in memory of a: with Host and Content-Length where
 * they are wanted.  HEARTH_ENOMEM or 0. */
int hearth__loopback_head(hearth__head *h, hearth__arena *a,
                          const hearth__loop_call *call);

/* *out is memory of a.  The call's slices are only read.  0, HEARTH_ENOMEM, HEARTH_EIO
 * when a stream fails behind its first block, HEARTH_ETOOBIG when one does not end, or
 * HEARTH_EINVAL when the call names a Content-Length that its body does not have and
 * nobody refused it. */
int hearth__loopback_call(hearth_app *app, hearth__ctx_cache *cache, hearth__arena *a,
                          const hearth__loop_call *call, hearth__loop_answer *out);

#endif
