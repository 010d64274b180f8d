/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * An answer that is made while it is sent.
 *
 * libmicrohttpd asks for more when its own buffer, one chunk, is empty.  What is ready is
 * given to it; when nothing is, the next piece is made: at once where the request runs on
 * the reactor, else by a job on a worker, and until that is done the connection is
 * suspended.  So a connection holds one piece and one chunk, however slow its client.
 *
 * Where the source has nothing yet the connection stays suspended, without a job: parked,
 * until the waker, its timer, its client or the end of the server ends that.  The watch on
 * the client stays set while the stream goes on, so that a piece now and then costs nothing.
 *
 * What goes wrong now can only be shown by cutting the connection: in chunks the last one
 * is missing then, a known length is not reached, and where the end of the connection is
 * the end of the body it is a reset.
 */
#include "app/app.h"
#include "app/stream.h"
#include "app/waker.h"
#include "core/str.h"
#include "transport/h1.h"

#include <sys/socket.h>

/* When no worker is free, ask again after this. */
#define AGAIN_MS 20
/* How long a source without remind_ms is parked before the timer looks again. */
#define PARKED_MS 600000

/* Lives in the request's arena, made when the answer is queued. */
typedef struct sending {
    hearth__h1_job job; /* used for every piece */
    struct MHD_Response *response;
    int64_t asked_ms; /* for a worker, in vain */
    bool parked;      /* suspended because the source has nothing yet */
} sending;

static hearth__stream *stream_of(const hearth__h1_conn *k)
{
    return k->c->res.stream;
}

static sending *sending_of(const hearth__h1_conn *k)
{
    return stream_of(k)->transport;
}

/* On the reactor. */
static bool pulls_here(const hearth__h1_conn *k)
{
    return k->c->is_inline || stream_of(k)->lend != NULL;
}

static int64_t now_ms(const hearth__h1_conn *k)
{
    return hearth__reactor_now_ms(k->h1->reactor);
}

static void cut_short(const hearth__h1_conn *k, const char *why);
static void asked(hearth__h1_conn *k);

/* ---- pieces made by workers ---------------------------------------------------- */

static void run_pull(hearth__job *j)
{
    hearth__request_pull(((hearth__h1_job *)j)->c);
}

static void resume(hearth__h1_conn *k)
{
    hearth__h1_write_began(k);
    MHD_resume_connection(k->mhd);
    if (k->h1->draining)
        shutdown(k->fd, SHUT_RD); /* nothing comes after this answer */
}

static void pulled(hearth__job *j)
{
    hearth__h1_job *job = (hearth__h1_job *)j;
    hearth__h1 *h = job->h1;
    hearth__h1_conn *k = job->conn;

    h->jobs--;
    if (k != NULL) {
        k->job = NULL;
        asked(k);
        return;
    }
    if (!h->closed)
        hearth__h1_log(h, job->c, job->c->res.stream->sent);
    hearth__h1_bury(h, job->c);
}

/* HEARTH_EBUSY: nobody is free. */
static int submit(hearth__h1_conn *k)
{
    hearth__h1_job *job = &sending_of(k)->job;

    HEARTH_TRY(hearth__request_detach(k->c));
    (void)hearth_request_id(
        k->c); /* made now, it can be read while the worker is at it */
    *job = (hearth__h1_job){.job = {.run = run_pull, .done = pulled},
                            .h1 = k->h1,
                            .c = k->c,
                            .conn = k};
    HEARTH_TRY(hearth__reactor_submit(k->h1->reactor, &job->job));
    k->h1->jobs++;
    k->job = job;
    hearth__h1_due(k, now_ms(k) + k->h1->opts.handler_ms);
    return 0;
}

/* Also while a worker has the request. */
static void cut_short(const hearth__h1_conn *k, const char *why)
{
    const hearth__log_field fields[] = {
        {"id", hearth__str_of(k->c->id_text), 0},
        {NULL, {NULL, 0}, 0},
    };

    hearth__log_line(k->h1->opts.app->log, HEARTH_LOG_ERROR, fields,
                     "the stream is cut after %llu bytes: %s",
                     (unsigned long long)stream_of(k)->sent, why);
}

/* False: it cannot go on, and was told why. */
static bool ask_worker(hearth__h1_conn *k)
{
    int rc = submit(k);

    if (rc != 0 && rc != HEARTH_EBUSY) {
        cut_short(k, hearth_strerror(rc));
        stream_of(k)->failed = rc;
        return false;
    }
    k->state = HEARTH__H1_PULLING;
    hearth__h1_unwait(k); /* not the client is slow */
    if (rc == HEARTH_EBUSY) {
        sending_of(k)->asked_ms = now_ms(k);
        hearth__h1_due(k, now_ms(k) + AGAIN_MS);
    }
    return true;
}

/* ---- sources that have nothing yet ---------------------------------------------- */

/* The server stops. */
static void stop_waiting(hearth__h1_conn *k)
{
    hearth__stream *s = stream_of(k);

    if (s->endless && !s->sized) {
        s->ended = true;
    } else {
        s->failed = HEARTH_EUNAVAILABLE;
        cut_short(k, "the server stops, and its source had nothing yet");
    }
    hearth__stream_close(s);
}

static void unpark(hearth__h1_conn *k)
{
    sending_of(k)->parked = false;
    hearth__waker_unpark(k->c->waker);
}

/* Ask the source again, and stay suspended if it has nothing. */
static void ask_again(hearth__h1_conn *k)
{
    unpark(k);
    if (!pulls_here(k)) {
        if (!ask_worker(k))
            resume(k);
        return;
    }
    hearth__request_pull(k->c);
    asked(k);
}

static void on_woken(hearth__task *t)
{
    hearth__h1_conn *k = hearth__waker_taken((hearth_waker *)t);

    if (k != NULL && k->state == HEARTH__H1_PULLING && sending_of(k)->parked)
        ask_again(k);
}

/* Any thread. */
static void rouse(hearth_waker *w)
{
    const hearth__h1_conn *k = w->self;

    hearth__reactor_post(k->h1->reactor, &w->task);
}

/* False when the server stops: the stream is at its end. */
static bool park(hearth__h1_conn *k)
{
    hearth_ctx *c = k->c;
    int remind_ms = stream_of(k)->remind_ms;

    if (k->h1->draining) {
        stop_waiting(k);
        return false;
    }
    sending_of(k)->parked = true;
    k->state = HEARTH__H1_PULLING;
    hearth__h1_unwait(k);
    hearth__h1_due(k, now_ms(k) + (remind_ms > 0 ? remind_ms : PARKED_MS));
    if (!k->gone.on)
        hearth__h1_watch(k);
    if (c->waker != NULL) {
        c->waker->task.fn = on_woken;
        hearth__waker_park(c->waker, rouse, k);
    }
    return true;
}

/* The source was asked while the connection was suspended. */
static void asked(hearth__h1_conn *k)
{
    if (!stream_of(k)->pending || !park(k))
        resume(k);
}

void hearth__h1_stream_stop(hearth__h1_conn *k)
{
    if (k->job != NULL || !sending_of(k)->parked)
        return;
    unpark(k);
    stop_waiting(k);
    resume(k);
}

void hearth__h1_stream_gone(hearth__h1_conn *k)
{
    hearth__stream *s;

    if (k->job != NULL || !sending_of(k)->parked)
        return; /* found when it is parked again */
    s = stream_of(k);
    unpark(k);
    s->failed = HEARTH_ECANCELED;
    hearth__stream_close(s);
    MHD_resume_connection(k->mhd);
    k->state = HEARTH__H1_ABORTED;
}

/* ---- when the time has come ------------------------------------------------------ */

void hearth__h1_stream_due(hearth__h1_conn *k)
{
    if (k->job == NULL && sending_of(k)->parked) {
        if (stream_of(k)->remind_ms > 0)
            ask_again(k);
        else
            hearth__h1_due(k, now_ms(k) + PARKED_MS);
        return;
    }
    if (k->job == NULL) {
        int rc = submit(k);

        if (rc == 0)
            return;
        if (rc == HEARTH_EBUSY &&
            now_ms(k) - sending_of(k)->asked_ms < k->h1->opts.handler_ms) {
            hearth__h1_due(k, now_ms(k) + AGAIN_MS);
            return;
        }
        cut_short(k, "no worker was free for its next block");
        stream_of(k)->failed = rc;
    } else {
        cut_short(k, "its source did not give the next block within handler_ms");
        hearth__h1_forget_job(k);
    }
    MHD_resume_connection(k->mhd);
    k->state = HEARTH__H1_ABORTED;
}

/* ---- what libmicrohttpd asks ---------------------------------------------------- */

/* Where the end of the connection is that of the body, only a reset says that it is not:
 * by going back to no peer at all, since a close would be orderly after libmicrohttpd's
 * shutdown.  Where a system knows no such thing, it stays an end like any other. */
static ssize_t failed(const hearth__h1_conn *k, const hearth__stream *s)
{
    const struct sockaddr nobody = {.sa_family = AF_UNSPEC};

    if (!s->sized && k->c->head.version < 11)
        (void)!connect(k->fd, &nobody, sizeof nobody);
    return MHD_CONTENT_READER_END_WITH_ERROR;
}

static ssize_t ended(const hearth__stream *s)
{
    struct MHD_Response *made = ((const sending *)s->transport)->response;

    for (size_t i = 0; s->announced && i < s->ntrailers; i++)
        if (s->trailer[i].value.ptr != NULL &&
            MHD_add_response_footer(made, s->trailer[i].name.ptr,
                                    s->trailer[i].value.ptr) != MHD_YES)
            return MHD_CONTENT_READER_END_WITH_ERROR;
    return MHD_CONTENT_READER_END_OF_STREAM;
}

/* Nothing is ready.  True when something will be, later. */
static bool make_next(hearth__h1_conn *k)
{
    const hearth__stream *s = stream_of(k);

    if (k->h1->draining && s->endless) { /* or it would go on until it is cut */
        stop_waiting(k);
        return false;
    }
    if (!s->pending) { /* else that is the state in which it began */
        if (!pulls_here(k))
            return ask_worker(k);
        hearth__request_pull(k->c);
    }
    return s->pending && park(k);
}

static ssize_t read_on(void *self, uint64_t at, char *buf, size_t max)
{
    hearth__h1_conn *k = self;
    hearth_ctx *c = k->c;
    hearth__stream *s;

    (void)at;
    if (c == NULL || k->h1->closing)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    s = c->res.stream;
    if (s->ready.len == 0 && !s->ended && s->failed == 0 && make_next(k)) {
        MHD_suspend_connection(k->mhd);
        return 0;
    }
    if (s->ready.len > 0)
        return (ssize_t)hearth__stream_take(s, buf, max);
    hearth__h1_unwatch(k);
    return s->failed != 0 ? failed(k, s) : ended(s);
}

enum MHD_Result hearth__h1_stream(hearth__h1_conn *k, bool close)
{
    hearth__h1 *h = k->h1;
    hearth__stream *s = stream_of(k);
    sending *sent = hearth__arena_alloc(&k->c->arena, sizeof *sent);
    struct MHD_Response *made;
    enum MHD_Result ok = MHD_NO;

    if (sent == NULL)
        return MHD_NO;
    /* A chunk is made in the connection's own memory, anything else in this much more. */
    made = MHD_create_response_from_callback(s->sized ? s->length : MHD_SIZE_UNKNOWN,
                                             s->sized || k->c->head.version < 11
                                                 ? HEARTH__STREAM_BLOCK
                                                 : 1,
                                             read_on, k, NULL);
    if (made == NULL)
        return MHD_NO;
    /* 0.9.x would end the chunks that it does not send. */
    if (!s->sized && k->c->framing.method == HEARTH__HEAD && !h->modern)
        (void)MHD_set_response_options(made, MHD_RF_HTTP_VERSION_1_0_ONLY, MHD_RO_END);
    s->transport = sent;
    sent->response = made;
    if (hearth__h1_put_fields(&h->replies, made, &k->c->res,
                              hearth__reactor_wall_s(h->reactor), close))
        ok = MHD_queue_response(k->mhd, (unsigned)k->c->res.status, made);
    MHD_destroy_response(made);
    return ok;
}
