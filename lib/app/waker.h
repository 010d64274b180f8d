/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_WAKER_H
#define HEARTH_APP_WAKER_H

/*
 * Wakers: what a thread holds of a stream whose source had nothing yet.
 *
 * A wake is remembered until the source is asked again, so it may come before the source has
 * said that it has nothing.  A waker outlives its request as long as somebody holds it, and
 * does nothing then.
 */

#include "app/ctx.h"
#include "net/reactor.h"

#include <hearth/stream.h>
#include <pthread.h>

/* Called with the waker's lock held, from any thread: have the source asked again. */
typedef void hearth__rouse_fn(hearth_waker *w);

struct hearth_waker {
    hearth__task task; /* first: it is cast back.  The transport's, for rouse */
    pthread_mutex_t lock;
    size_t refs;
    void *self; /* the transport's; NULL when the request is over */
    hearth__rouse_fn *rouse;
    bool parked; /* the transport waits */
    bool woken;  /* since the source was last asked */
    bool roused; /* rouse was called, taken() not yet */
};

/* The source is about to be asked: what it was woken for it will see.  w may be NULL. */
void hearth__waker_ask(hearth_waker *w);
/* It had nothing: call rouse once when it is woken, now if it has been since it was asked. */
void hearth__waker_park(hearth_waker *w, hearth__rouse_fn *rouse, void *self);
/* No more.  w may be NULL. */
void hearth__waker_unpark(hearth_waker *w);
/* After rouse, which must lead here once: the transport's self, or NULL when the request is
 * over.  The waker may be gone afterwards. */
void *hearth__waker_taken(hearth_waker *w);

#endif
