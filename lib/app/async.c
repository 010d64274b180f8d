/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Handlers that answer later.  What a handler asked for is kept in c->wait until it has
 * returned; only then is it known whether it means it.
 */
#include "app/async.h"

#include "app/dispatch.h"
#include "app/problem.h"

#include <hearth/log.h>

/* ---- what handlers ask for ---------------------------------------------------------- */

static int check(hearth_ctx *c, const char *what)
{
    if ((c->next == NULL && !c->goes_on) || c->failing)
        return hearth__note(c, HEARTH_ESTATE,
                            "%s: only handlers and their middleware may do that", what);
    if (c->wait != NULL)
        return hearth__note(c, HEARTH_ESTATE,
                            "%s: the request is suspended or offloaded already", what);
    if (c->res.sent)
        return hearth__note(c, HEARTH_ESTATE, "%s: the answer is on its way", what);
    return 0;
}

/* The same memory each time, however often the request goes on. */
static hearth__wait *make(hearth_ctx *c)
{
    if (c->waits == NULL)
        c->waits = hearth__arena_raw(&c->arena, sizeof *c->waits);
    if (c->waits != NULL)
        *c->waits = (hearth__wait){.c = c};
    return c->waits;
}

int hearth_offload(hearth_ctx *c, void (*work)(void *arg), void *arg,
                   hearth_handler *then)
{
    hearth__wait *w;

    HEARTH_TRY(check(c, "hearth_offload"));
    if (work == NULL || then == NULL)
        return hearth__note(c, HEARTH_EINVAL, "hearth_offload: work or then is NULL");
    w = make(c);
    if (w == NULL)
        return HEARTH_ENOMEM;
    w->work = work;
    w->then = then;
    w->arg = arg;
    c->wait = w;
    return HEARTH_PENDING;
}

hearth_later *hearth__suspend(hearth_ctx *c, int timeout_ms, int late)
{
    hearth__wait *w;

    if (check(c, "hearth_suspend") != 0)
        return NULL;
    if (timeout_ms < HEARTH_SUSPEND_MIN_MS || timeout_ms > HEARTH_SUSPEND_MAX_MS) {
        (void)
            hearth__note(c, HEARTH_EINVAL,
                         "hearth_suspend: %d ms; a request may be suspended for %d to %d",
                         timeout_ms, HEARTH_SUSPEND_MIN_MS, HEARTH_SUSPEND_MAX_MS);
        return NULL;
    }
    w = make(c);
    if (w == NULL)
        return NULL;
    w->later = hearth__later_new(c->app->laters, c);
    if (w->later == NULL) {
        c->arena.failed = true;
        return NULL;
    }
    w->timeout_ms = timeout_ms;
    w->late = late;
    c->wait = w;
    return w->later;
}

hearth_later *hearth_suspend(hearth_ctx *c, int timeout_ms)
{
    return hearth__suspend(c, timeout_ms, HEARTH_ETIMEOUT);
}

bool hearth_cancelled(const hearth_ctx *c)
{
    return atomic_load_explicit(&c->cancelled, memory_order_relaxed);
}

int hearth_on_cancel(hearth_ctx *c, void (*fn)(void *arg), void *arg)
{
    hearth__defer *d;

    if (fn == NULL)
        return hearth__note(c, HEARTH_EINVAL, "hearth_on_cancel: the function is NULL");
    d = hearth__arena_raw(&c->arena, sizeof *d);
    if (d == NULL)
        return HEARTH_ENOMEM;
    *d = (hearth__defer){c->cancels, fn, arg};
    c->cancels = d;
    return 0;
}

/* ---- when the handler has returned -------------------------------------------------- */

static void let_go(hearth_ctx *c)
{
    if (c->wait->let_go != NULL)
        c->wait->let_go(c->wait->self);
}

/* What was asked for is not wanted. */
static void drop(hearth_ctx *c)
{
    let_go(c);
    if (hearth__wait_suspended(c))
        hearth__later_drop(c->wait->later);
    c->wait = NULL;
    c->cancels = NULL;
}

int hearth__wait_settle(hearth_ctx *c, int rc)
{
    if (c->wait == NULL)
        return hearth__note(
            c, HEARTH_ESTATE,
            "the handler returned HEARTH_PENDING, but nobody will go on: it "
            "neither suspended nor offloaded the request");
    if (rc != HEARTH_PENDING) {
        drop(c);
        return rc;
    }
    if (c->arena.failed) { /* its answer is 503 anyway, and may have lost what it needs */
        drop(c);
        return HEARTH_ENOMEM;
    }
    if (c->dbs.depth > 0)
        hearth__log_failure(c, "a transaction was open when the request was suspended or "
                               "offloaded: it is rolled back");
    return HEARTH_PENDING;
}

int hearth__wait_then(hearth_ctx *c)
{
    const hearth__wait *w = c->wait;

    let_go(c);
    c->wait = NULL;
    c->cancels = NULL;
    c->goes_on = true;
    c->then_arg = w->arg;
    return w->then(c);
}

bool hearth__wait_keeps(hearth_ctx *c)
{
    if (!hearth__wait_suspended(c))
        return false;
    let_go(c);
    return hearth__later_leave(c->wait->later);
}

/* ---- for transports ----------------------------------------------------------------- */

void hearth__wait_work(hearth_ctx *c)
{
    while (c->wait != NULL && !hearth__wait_suspended(c)) {
        c->wait->work(c->wait->arg);
        c->wait->worked = true;
        if (hearth__request_inline(c))
            return;
        c->is_inline = false;
        hearth__request_run(c);
    }
}

void hearth__wait_park(hearth_ctx *c, hearth__wake_fn *wake, void *self)
{
    hearth__later_park(c->wait->later, wake, self);
}

void hearth__wait_fired(hearth_ctx *c)
{
    hearth__wait *w = c->wait;

    hearth__later_take(w->later, &w->then, &w->arg);
    w->later = NULL;
    w->worked = true;
}

bool hearth__wait_over(hearth_ctx *c, int why)
{
    if (!hearth__later_over(c->wait->later, why))
        return false;
    atomic_store_explicit(&c->cancelled, true, memory_order_relaxed);
    let_go(c);
    while (c->cancels != NULL) {
        hearth__defer *d = c->cancels;

        c->cancels = d->next;
        d->fn(d->arg);
    }
    return true;
}

void hearth__wait_answer(hearth_ctx *c, int why)
{
    int rc = c->wait->late;

    if (why != HEARTH_ETIMEOUT) {
        c->res.close = true;
        rc = hearth__tell(c, 0, 503, "the server is stopping");
    } else if (rc == HEARTH_ETIMEOUT) {
        rc = hearth__tell(c, rc, 504, "the server did not find an answer in time");
    }
    hearth__request_complete(c, rc);
    hearth__dbs_end(&c->dbs);
}
