/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * One waker for each request, made when it is first asked for.  Counted on the heap: by the
 * request, by whoever asked for it, and by a wake that is on its way to the transport.
 */
#include "app/waker.h"

#include <hearth/memory.h>
#include <stdlib.h>

/* With the lock held, which it lets go of. */
static void unref(hearth_waker *w)
{
    bool last = --w->refs == 0;

    pthread_mutex_unlock(&w->lock);
    if (!last)
        return;
    pthread_mutex_destroy(&w->lock);
    free(w);
}

static void over(void *arg)
{
    hearth_waker *w = arg;

    pthread_mutex_lock(&w->lock);
    w->parked = false;
    w->self = NULL;
    unref(w);
}

static hearth_waker *make(hearth_ctx *c)
{
    hearth_waker *w = calloc(1, sizeof *w);

    if (w == NULL || pthread_mutex_init(&w->lock, NULL) != 0) {
        free(w);
        return NULL;
    }
    w->refs = 1;
    return hearth_defer(c, over, w) == 0 ? w : NULL; /* over() was called then */
}

hearth_waker *hearth_waker_new(hearth_ctx *c)
{
    if (c->waker == NULL)
        c->waker = make(c);
    if (c->waker == NULL)
        return NULL;
    pthread_mutex_lock(&c->waker->lock);
    c->waker->refs++;
    pthread_mutex_unlock(&c->waker->lock);
    return c->waker;
}

void hearth_waker_free(hearth_waker *w)
{
    if (w == NULL)
        return;
    pthread_mutex_lock(&w->lock);
    unref(w);
}

/* With the lock held. */
static void rouse(hearth_waker *w)
{
    if (!w->parked || !w->woken || w->roused)
        return;
    w->roused = true;
    w->refs++;
    w->rouse(w);
}

void hearth_waker_wake(hearth_waker *w)
{
    pthread_mutex_lock(&w->lock);
    w->woken = true;
    rouse(w);
    pthread_mutex_unlock(&w->lock);
}

/* ---- for the transport ----------------------------------------------------------- */

void hearth__waker_ask(hearth_waker *w)
{
    if (w == NULL)
        return;
    pthread_mutex_lock(&w->lock);
    w->woken = false;
    pthread_mutex_unlock(&w->lock);
}

void hearth__waker_park(hearth_waker *w, hearth__rouse_fn *fn, void *self)
{
    pthread_mutex_lock(&w->lock);
    w->rouse = fn;
    w->self = self;
    w->parked = true;
    rouse(w);
    pthread_mutex_unlock(&w->lock);
}

void hearth__waker_unpark(hearth_waker *w)
{
    if (w == NULL)
        return;
    pthread_mutex_lock(&w->lock);
    w->parked = false;
    pthread_mutex_unlock(&w->lock);
}

void *hearth__waker_taken(hearth_waker *w)
{
    void *self;

    pthread_mutex_lock(&w->lock);
    self = w->self;
    w->roused = false;
    unref(w);
    return self;
}
