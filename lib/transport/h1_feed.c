/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * The reactor's side of a body that a worker takes.  Only the reactor touches the filling
 * buffer and the flags, only the worker touches the context while `busy` is set: the pool
 * hands over between the two.
 */
#include "transport/h1_feed.h"

#include <stdlib.h>
#include <string.h>

static void suspend(hearth__h1_conn *k)
{
    k->state = HEARTH__H1_FEEDING;
    hearth__h1_unwait(k); /* not the client is slow */
    hearth__h1_due(k, hearth__reactor_now_ms(k->h1->reactor) + k->h1->opts.handler_ms);
    MHD_suspend_connection(k->mhd);
}

/* ---- to the worker and back ------------------------------------------------------ */

static void run(hearth__job *j)
{
    hearth__h1_feed *f = (hearth__h1_feed *)j;

    f->refused = f->began ? 0 : hearth__request_begin(f->c);
    f->began = true;
    if (f->refused == 0 && f->nout > 0)
        f->refused = hearth__request_body(f->c, f->out, f->nout);
}

static int hand_over(hearth__h1_feed *f)
{
    char *filled = f->fill;
    size_t n = f->nfill;
    int rc;

    f->fill = f->out;
    f->out = filled;
    f->nout = n;
    f->nfill = 0;
    rc = hearth__reactor_submit(f->h1->reactor, &f->job);
    if (rc == 0) {
        f->busy = true;
        f->h1->jobs++;
        return 0;
    }
    f->out = f->fill;
    f->fill = filled;
    f->nfill = n;
    return rc;
}

static void refuse(hearth__h1_conn *k, int rc)
{
    k->c->res.close = true;
    hearth__request_refuse(k->c, 503,
                           rc == HEARTH_EBUSY
                               ? "too many requests are waiting for a worker"
                               : "out of memory");
    k->state = HEARTH__H1_REFUSED;
}

static void go_on(hearth__h1_feed *f)
{
    hearth__h1_conn *k = f->conn;
    bool suspended = k->state == HEARTH__H1_FEEDING;
    int rc = 0;

    if (f->refused != 0)
        k->state = HEARTH__H1_REFUSED;
    else if (f->nfill > 0 && (rc = hand_over(f)) != 0 && (suspended && f->ended))
        refuse(k, rc);
    if (k->state == HEARTH__H1_REFUSED && !suspended)
        hearth__h1_answer_early(k);
    if (!suspended || (f->busy && f->ended))
        return; /* more to wait for */
    if (k->state == HEARTH__H1_FEEDING) {
        k->state =
            f->nout == 0 && !f->busy && !f->ended ? HEARTH__H1_ADMITTED : HEARTH__H1_BODY;
        hearth__h1_body_began(k); /* the time in between was not the client's */
    }
    MHD_resume_connection(k->mhd);
}

static void done(hearth__job *j)
{
    hearth__h1_feed *f = (hearth__h1_feed *)j;
    hearth__h1 *h = f->h1;
    hearth_ctx *c;

    h->jobs--;
    f->busy = false;
    if (f->conn != NULL) {
        go_on(f);
        return;
    }
    c = f->c;
    free(f);
    hearth__h1_bury(h, c);
}

/* ---- the calls of an exchange ---------------------------------------------------- */

static hearth__h1_feed *make(hearth__h1_conn *k)
{
    hearth__h1_feed *f = malloc(sizeof *f);

    if (f == NULL)
        return NULL;
    memset(f, 0, offsetof(hearth__h1_feed, bytes)); /* the rest only as it is filled */
    f->job.run = run;
    f->job.done = done;
    f->h1 = k->h1;
    f->c = k->c;
    f->conn = k;
    f->fill = f->bytes;
    f->out = f->bytes + HEARTH__H1_FEED_BYTES;
    return f;
}

enum MHD_Result hearth__h1_feed_head(hearth__h1_conn *k)
{
    int rc = HEARTH_ENOMEM;

    k->feed = make(k);
    if (k->feed != NULL && hearth__request_detach(k->c) == 0) {
        if (!hearth__request_asks(k->c))
            return MHD_YES; /* the first piece begins it */
        rc = hand_over(k->feed);
    }
    if (rc != 0) {
        hearth__h1_feed_forget(k);
        refuse(k, rc);
        return MHD_YES;
    }
    suspend(k);
    return MHD_YES;
}

enum MHD_Result hearth__h1_feed_body(hearth__h1_conn *k, const char *data, size_t *size)
{
    hearth__h1_feed *f = k->feed;
    size_t room = HEARTH__H1_FEED_BYTES - f->nfill, n = *size < room ? *size : room;
    int rc;

    memcpy(f->fill + f->nfill, data, n);
    f->nfill += n;
    *size -= n;
    rc = f->busy || f->nfill == 0 ? 0 : hand_over(f);
    if (*size == 0)
        return MHD_YES; /* if no worker was free, it goes with what comes next */
    if (rc != 0)
        refuse(k, rc);
    else
        suspend(k);
    return MHD_YES;
}

bool hearth__h1_feed_done(hearth__h1_conn *k)
{
    hearth__h1_feed *f = k->feed;
    int rc = 0;

    if (!f->busy && f->nfill > 0)
        rc = hand_over(f);
    if (rc != 0) {
        hearth__h1_feed_forget(k);
        refuse(k, rc);
        return true;
    }
    if (!f->busy) {
        hearth__h1_feed_forget(k);
        return true;
    }
    f->ended = true;
    suspend(k);
    return false;
}

bool hearth__h1_feed_busy(const hearth__h1_conn *k)
{
    return k->feed != NULL && k->feed->busy;
}

void hearth__h1_feed_forget(hearth__h1_conn *k)
{
    hearth__h1_feed *f = k->feed;

    k->feed = NULL;
    if (f == NULL)
        return;
    if (!f->busy) {
        free(f);
        return;
    }
    f->conn = NULL;
    k->c = NULL;
}
