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

#include "app/async.h"

#include <pthread.h>

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

/* ---- calls that may wait --------------------------------------------------------- */

/* Rung when a suspended call is resumed, or the source of an open stream woken. */
typedef struct hearth__loop_bell {
    pthread_mutex_t lock;
    pthread_cond_t rung;
    void (*also)(
        void *self); /* with the lock: wake who waits for something else; or NULL */
    void *self;
} hearth__loop_bell;

/* A call under way; zeroed before begin.  All but the bell belongs to the caller's thread. */
typedef struct hearth__loop {
    hearth__ctx_cache *cache;
    hearth__arena *a;
    hearth__loop_bell *bell;
    hearth_ctx *c; /* NULL when there is none (any more) */
    int rc;        /* of what failed */
    bool answered;
    bool fired; /* with the bell's lock */
    int64_t due_us;
    bool asleep; /* an open stream whose source has nothing yet */
} hearth__loop;

bool hearth__loop_bell_init(hearth__loop_bell *b);
void hearth__loop_bell_clear(hearth__loop_bell *b);
/* Run it until it is answered or suspended.  now_us is the caller's idea of the time, in
 * all of these. */
void hearth__loop_begin(hearth__loop *l, hearth_app *app, const hearth__loop_call *call,
                        int64_t now_us);
/* Go on if it was resumed or its time is up: true when there is an answer. */
bool hearth__loop_turn(hearth__loop *l, int64_t now_us);
/* Was it resumed, or woken? */
bool hearth__loop_fired(hearth__loop *l);
/* Wait for a resume, at most us of real time. */
void hearth__loop_await(hearth__loop *l, int64_t us);
/* When turn() has said true: as hearth__loopback_call(). */
int hearth__loop_end(hearth__loop *l, hearth__loop_answer *out);
/* The same when the body is wanted as it comes: its head only, and *open says whether there
 * is a stream to pull; else the body is there and l has ended. */
int hearth__loop_open(hearth__loop *l, hearth__loop_answer *out, bool *open);
/* More of an open stream: 1 when something was appended to *to, 0 when its source has nothing
 * yet, HEARTH_DECLINED behind its end, another code when it is cut. */
int hearth__loop_pull(hearth__loop *l, hearth__buf *to, int64_t now_us);
/* Will pull() find more?  In how many us at the latest, -1 for never. */
int64_t hearth__loop_wakes(hearth__loop *l, int64_t now_us);
/* The client hangs up. */
void hearth__loop_abort(hearth__loop *l);

/* *out is memory of a.  The call's slices are only read.  0, HEARTH_ENOMEM, HEARTH_EIO
 * when a stream fails behind its first block, HEARTH_ETOOBIG when one does not end, or
 * HEARTH_EINVAL when the call names a Content-Length that its body does not have and
 * nobody refused it. */
int hearth__loopback_call(hearth_app *app, hearth__ctx_cache *cache, hearth__arena *a,
                          const hearth__loop_call *call, hearth__loop_answer *out);

#endif
