/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_ASYNC_H
#define HEARTH_APP_ASYNC_H

/*
 * How a request goes on that was not answered by its handler.
 *
 * When hearth__request_run() has returned and c->wait is set, a
 * transport does this, on its own thread unless it says otherwise, until it is NULL:
 *
 *     offloaded   hearth__wait_work() on a worker; if c->wait is still set and worked,
 *                 hearth__request_run() on the reactor, since the route belongs there
 *     suspended   hearth__wait_park() with a call that takes the request up again: then
 *                 hearth__wait_fired(), and hearth__request_run() where the route belongs.
 *                 Or, when the time is up, the client has gone, or at stop:
 *                 hearth__wait_over(), and if that is true either hearth__wait_answer() or
 *                 hearth__ctx_put()
 */

#include "app/later.h"
#include "net/reactor.h"

typedef struct hearth__wait {
    hearth__task task; /* first: it is cast back.  The transport's, to take it up again */
    hearth_ctx *c;
    void *service, *conn;    /* the transport's */
    void (*work)(void *arg); /* NULL when suspended */
    bool worked;
    hearth_handler *then;
    void *arg;
    hearth_later *later; /* NULL when offloaded */
    int timeout_ms;
    /* Of whom the handle belongs to, if that is the library: called when it stops being
     * waited for, by a resume too, before the request's memory can go; perhaps more than
     * once.  Or NULL. */
    void (*let_go)(void *self);
    void *self;
    int late; /* what to answer when the time is up: a handler's result */
} hearth__wait;

/* Status in the access log for a client that has gone while its request was suspended;
 * nobody is sent it. */
#define HEARTH__CLIENT_GONE 499

static inline bool hearth__wait_suspended(const hearth_ctx *c)
{
    return c->wait->later != NULL;
}

/* On a worker: the work, and unless the route runs on the reactor what comes after it, as far
 * as it goes without leaving this thread. */
void hearth__wait_work(hearth_ctx *c);
void hearth__wait_park(hearth_ctx *c, hearth__wake_fn *wake, void *self);
void hearth__wait_fired(hearth_ctx *c);
/* HEARTH_ETIMEOUT, HEARTH_ECANCELED or HEARTH_EUNAVAILABLE.  False: it was resumed before, and
 * wake was called.  Else those who asked were told. */
bool hearth__wait_over(hearth_ctx *c, int why);
/* After that: make the answer, for who still listens. */
void hearth__wait_answer(hearth_ctx *c, int why);

/* ---- for lib/app ------------------------------------------------------------- */

/* The handler has returned rc: HEARTH_PENDING when it waits, else what it is to return. */
int hearth__wait_settle(hearth_ctx *c, int rc);
/* Run `then`; what it returned. */
int hearth__wait_then(hearth_ctx *c);
/* The context is to be released: true when a handle keeps it. */
bool hearth__wait_keeps(hearth_ctx *c);
/* As hearth_suspend(), with what is answered when the time is up. */
hearth_later *hearth__suspend(hearth_ctx *c, int timeout_ms, int late);

#endif
