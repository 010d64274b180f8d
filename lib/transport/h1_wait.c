/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Requests that wait: for a worker that does what they offloaded, or suspended for
 * whoever resumes them.
 *
 * Their connection is suspended, which takes it out of libmicrohttpd's sight altogether:
 * it neither notices that the client has gone nor that time passes, and aborts the process
 * when it is stopped.  So the connection's deadline, a watch of the reactor's on its
 * socket, and the service's drain and close each end the waiting.
 *
 * A resume comes from any thread, under the lock of all handles: it posts a task to the
 * reactor.  Once that has happened the waiting cannot be ended any more, only its
 * connection can; the task then finds that it has none.
 */
#include "transport/h1.h"

#include "app/async.h"

/* ---- on workers ---------------------------------------------------------------- */

static void run_work(hearth__job *j)
{
    hearth__wait_work(((hearth__h1_job *)j)->c);
}

static void run_then(hearth__job *j)
{
    hearth_ctx *c = ((hearth__h1_job *)j)->c;

    hearth__request_run(c);
    hearth__wait_work(c);
}

/* ---- the client ------------------------------------------------------------------ */

static void on_gone(hearth__watch *w)
{
    hearth__h1_conn *k =
        (hearth__h1_conn *)(void *)((char *)w - offsetof(hearth__h1_conn, gone));

    if (k->state == HEARTH__H1_WORKER)
        atomic_store_explicit(&k->c->cancelled, true, memory_order_relaxed);
    else if (k->state == HEARTH__H1_SUSPENDED)
        hearth__h1_wait_over(k, HEARTH_ECANCELED);
    else if (k->state == HEARTH__H1_PULLING)
        hearth__h1_stream_gone(k);
}

void hearth__h1_watch(hearth__h1_conn *k)
{
    k->gone.fn = on_gone;
    /* Without a watch there is still the deadline. */
    (void)hearth__watch_set(k->h1->reactor, &k->gone, k->fd);
}

void hearth__h1_unwatch(hearth__h1_conn *k)
{
    hearth__watch_stop(k->h1->reactor, &k->gone);
}

/* ---- suspended ------------------------------------------------------------------- */

static void on_resumed(hearth__task *t)
{
    hearth__wait *w = (hearth__wait *)t;
    hearth__h1 *h = w->service;
    hearth__h1_conn *k = w->conn;
    hearth_ctx *c = w->c;

    if (k == NULL) { /* close() was faster */
        h->jobs--;
        hearth__h1_bury(h, c);
        return;
    }
    hearth__h1_unwatch(k);
    hearth__wait_fired(c);
    c->is_inline = hearth__request_inline(c);
    if (c->is_inline) {
        hearth__request_run(c);
        if (hearth__h1_go_on(k))
            hearth__h1_ready(k);
    } else if (hearth__h1_submit(k, run_then, true) != 0) {
        hearth__h1_ready(k);
    }
}

/* Any thread. */
static void wake(void *self)
{
    hearth__wait *w = self;

    hearth__reactor_post(((hearth__h1 *)w->service)->reactor, &w->task);
}

static void park(hearth__h1_conn *k)
{
    hearth__wait *w = k->c->wait;

    w->task.fn = on_resumed;
    w->service = k->h1;
    w->conn = k;
    k->state = HEARTH__H1_SUSPENDED;
    hearth__h1_due(k, hearth__reactor_now_ms(k->h1->reactor) + w->timeout_ms);
    hearth__h1_watch(k);
    hearth__wait_park(k->c, wake, w);
}

/* Suspended while the server stops. */
static bool stopped(hearth__h1_conn *k)
{
    if (!hearth__wait_over(k->c, HEARTH_EUNAVAILABLE))
        return false;
    hearth__h1_unwatch(k);
    hearth__wait_answer(k->c, HEARTH_EUNAVAILABLE);
    return true;
}

bool hearth__h1_go_on(hearth__h1_conn *k)
{
    hearth_ctx *c = k->c;

    while (c->wait != NULL) {
        if (hearth__wait_suspended(c)) {
            park(k);
            return k->h1->draining && stopped(k);
        }
        if (!c->wait->worked)
            return hearth__h1_submit(k, run_work, false) != 0;
        c->is_inline = true;
        hearth__request_run(c);
    }
    return true;
}

/* Nobody will be sent an answer. */
static void vanish(hearth__h1_conn *k)
{
    hearth_ctx *c = k->c;

    c->res.status = HEARTH__CLIENT_GONE;
    hearth__h1_log(k->h1, c, 0);
    k->c = NULL;
    hearth__ctx_put(&k->h1->cache, c);
    k->state = HEARTH__H1_ABORTED;
    MHD_resume_connection(k->mhd);
}

void hearth__h1_wait_over(hearth__h1_conn *k, int why)
{
    if (!hearth__wait_over(k->c, why))
        return; /* it has been resumed: the task is on its way */
    hearth__h1_unwatch(k);
    if (why == HEARTH_ECANCELED) {
        vanish(k);
        return;
    }
    hearth__wait_answer(k->c, why);
    hearth__h1_ready(k);
}

void hearth__h1_wait_close(hearth__h1_conn *k)
{
    hearth_ctx *c = k->c;

    hearth__h1_unwatch(k);
    if (hearth__wait_over(c, HEARTH_EUNAVAILABLE))
        return;
    ((hearth__wait *)c->wait)->conn = NULL;
    k->c = NULL;
    k->h1->jobs++;
}
