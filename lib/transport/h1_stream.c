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
 * What goes wrong now can only be shown by cutting the connection: in chunks the last one
 * is missing then, a known length is not reached, and where the end of the connection is
 * the end of the body it is a reset.
 */
#include "app/app.h"
#include "app/stream.h"
#include "core/str.h"
#include "transport/h1.h"

#include <sys/socket.h>

/* When no worker is free, ask again after this. */
#define AGAIN_MS 20

/* Lives in the request's arena, made when the answer is queued. */
typedef struct sending {
    hearth__h1_job job; /* used for every piece */
    struct MHD_Response *response;
    int64_t asked_ms; /* for a worker, in vain */
} sending;

static hearth__stream *stream_of(const hearth__h1_conn *k)
{
    return k->c->res.stream;
}

static sending *sending_of(const hearth__h1_conn *k)
{
    return stream_of(k)->transport;
}

static int64_t now_ms(const hearth__h1_conn *k)
{
    return hearth__reactor_now_ms(k->h1->reactor);
}

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
        resume(k);
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

/* Suspend until there is a piece. */
static ssize_t ask_worker(hearth__h1_conn *k)
{
    int rc = submit(k);

    if (rc != 0 && rc != HEARTH_EBUSY) {
        cut_short(k, hearth_strerror(rc));
        return MHD_CONTENT_READER_END_WITH_ERROR;
    }
    k->state = HEARTH__H1_PULLING;
    hearth__h1_unwait(k); /* not the client is slow */
    if (rc == HEARTH_EBUSY) {
        sending_of(k)->asked_ms = now_ms(k);
        hearth__h1_due(k, now_ms(k) + AGAIN_MS);
    }
    MHD_suspend_connection(k->mhd);
    return 0;
}

void hearth__h1_stream_due(hearth__h1_conn *k)
{
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

static ssize_t read_on(void *self, uint64_t at, char *buf, size_t max)
{
    hearth__h1_conn *k = self;
    hearth_ctx *c = k->c;
    hearth__stream *s;

    (void)at;
    if (c == NULL || k->h1->closing)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    s = c->res.stream;
    if (s->ready.len == 0 && !s->ended && s->failed == 0) {
        if (!c->is_inline)
            return ask_worker(k);
        hearth__request_pull(c);
    }
    if (s->ready.len > 0)
        return (ssize_t)hearth__stream_take(s, buf, max);
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
    made = MHD_create_response_from_callback(s->sized ? s->length : MHD_SIZE_UNKNOWN,
                                             s->sized ? HEARTH__STREAM_BLOCK : 1, read_on,
                                             k, NULL);
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
