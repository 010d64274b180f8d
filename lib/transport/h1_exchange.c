/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * One request on a connection.
 *
 * libmicrohttpd calls on_target when the request line is there, then on_request first
 * with the whole head, then with pieces of the body, then a last time to have the answer.
 * An answer queued in the first call closes the connection, so only refusals are;
 * everything else waits for the last call. A handler on a worker suspends the connection
 * in that call, and the answer is queued when libmicrohttpd calls again after the resume.
 */
#include "app/app.h"
#include "app/async.h"
#include "app/file.h"
#include "app/stream.h"
#include "core/str.h"
#include "transport/h1.h"
#include "transport/h1_feed.h"

#include <hearth/log.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

static hearth__h1_conn *conn_of(struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *i =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return i == NULL ? NULL : i->socket_context;
}

/* ---- head ---------------------------------------------------------------------- */

void *hearth__h1_on_target(void *self, const char *target, struct MHD_Connection *mhd)
{
    hearth__h1 *h = self;
    hearth__h1_conn *k = conn_of(mhd);
    hearth_ctx *c;
    size_t len = strlen(target);

    if (k == NULL || k->c != NULL)
        return NULL;
    c = hearth__ctx_take(&h->cache, h->opts.app);
    if (c == NULL)
        return NULL;
    char *copy = hearth__ctx_text(c, hearth__str(target, len));
    if (copy == NULL) {
        hearth__ctx_put(&h->cache, c);
        return NULL;
    }
    /* libmicrohttpd is about to cut it up. */
    c->head.target = hearth__str(copy, len);
    k->c = c;
    hearth__h1_head_began(k);
    return k;
}

/* Fields as libmicrohttpd lists them; NULL arrays that grow too large are cut by the
 * audit. */
typedef struct collector {
    hearth_ctx *c;
    hearth__field *field;
    size_t n, cap;
    bool failed;
} collector;

static enum MHD_Result collect(void *self, enum MHD_ValueKind kind, const char *name,
                               size_t name_len, const char *value, size_t value_len)
{
    collector *l = self;

    (void)kind;
    if (l->n == l->cap) {
        size_t cap = l->cap == 0 ? 16 : l->cap * 2;

        l->field = hearth__arena_grow(&l->c->arena, l->field, l->cap * sizeof *l->field,
                                      cap * sizeof *l->field);
        if (l->field == NULL) {
            l->failed = true;
            return MHD_NO;
        }
        l->cap = cap;
    }
    l->field[l->n].name = hearth__str(name, name_len);
    l->field[l->n++].value = hearth__str(value == NULL ? "" : value, value_len);
    return MHD_YES;
}

static bool raw_sound(const hearth__h1 *h, struct MHD_Connection *mhd,
                      const hearth_ctx *c, const char *method, const char *version)
{
    const union MHD_ConnectionInfo *i;

    if (!h->raw_audit)
        return true;
    i = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return i != NULL &&
           hearth__h1_adjacent(method, version, c->head.target.len, c->head.field,
                               c->head.nfields, i->header_size);
}

static void read_peer(hearth_ctx *c, struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *i =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);

    if (i == NULL || i->client_addr == NULL)
        return;
    c->peer = i->client_addr;
    c->peer_len = i->client_addr->sa_family == AF_INET    ? sizeof(struct sockaddr_in)
                  : i->client_addr->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                                          : sizeof(sa_family_t);
}

static enum MHD_Result reply(hearth__h1_conn *k)
{
    hearth__h1 *h = k->h1;
    hearth_ctx *c = k->c;
    bool close = c->res.close || h->draining || (c->framing.chunked && h->close_chunked);

    hearth__h1_write_began(k);
    if (c->res.stream != NULL)
        return hearth__h1_stream(k, close);
    if (c->res.status == HEARTH__SWITCHING)
        return hearth__h1_upgrade(k);
    return hearth__h1_reply(&h->replies, k->mhd, c, hearth__reactor_wall_s(h->reactor),
                            close);
}

/* A client that has not waited to be told is sending: let it see the answer. */
static enum MHD_Result refused_head(hearth__h1_conn *k)
{
    hearth_ctx *c = k->c;

    if (c->max_body == 0 || c->framing.expect_continue || !hearth__request_has_body(c))
        return reply(k);
    k->state = HEARTH__H1_REFUSED;
    hearth__h1_answer_early(k);
    return MHD_YES;
}

static enum MHD_Result on_end(hearth__h1_conn *k);

static enum MHD_Result body_ahead(hearth__h1_conn *k)
{
    hearth_ctx *c = k->c;

    if (hearth__request_spares_body(c)) {
        c->res.close = true;
        return on_end(k);
    }
    hearth__h1_body_began(k);
    if (hearth__request_feeds(c)) {
        enum MHD_Result rc = hearth__h1_feed_head(k);

        return k->state == HEARTH__H1_REFUSED ? refused_head(k) : rc;
    }
    return hearth__request_begin(c) == 0 ? MHD_YES : refused_head(k);
}

static enum MHD_Result on_head(hearth__h1_conn *k, struct MHD_Connection *mhd,
                               const char *method, const char *version)
{
    hearth__h1 *h = k->h1;
    hearth_ctx *c = k->c;
    collector l = {.c = c};

    k->mhd = mhd;
    hearth__h1_unwait(k);
    MHD_get_connection_values_n(mhd, MHD_HEADER_KIND, collect, &l);
    if (l.failed) {
        c->res.close = true;
        hearth__request_refuse(c, 503, "out of memory");
        return reply(k);
    }
    c->head.method = hearth__str_of(method);
    c->head.version = strcmp(version, "HTTP/1.1") == 0 ? 11 : 10;
    c->head.field = l.field;
    c->head.nfields = l.n;
    read_peer(c, mhd);
    if (!raw_sound(h, mhd, c, method, version)) {
        c->res.close = true;
        hearth__request_refuse(c, 400,
                               "the request's head is not in the form of RFC 9112");
        return reply(k);
    }
    if (hearth__request_head(c) != 0)
        return refused_head(k);
    k->state = HEARTH__H1_BODY;
    return hearth__request_has_body(c) ? body_ahead(k) : MHD_YES;
}

/* ---- body ------------------------------------------------------------------------ */

static enum MHD_Result on_body(hearth__h1_conn *k, const char *data, size_t *size)
{
    size_t n = *size;

    if (k->state == HEARTH__H1_BODY && k->feed != NULL) {
        enum MHD_Result rc = hearth__h1_feed_body(k, data, size);

        if (k->state == HEARTH__H1_BODY)
            hearth__h1_body_came(k, n - *size);
        if (k->state != HEARTH__H1_REFUSED)
            return rc;
        n = *size;
    }
    *size = 0;
    if (k->state == HEARTH__H1_BODY) {
        hearth__h1_body_came(k, n);
        if (hearth__request_body(k->c, data, n) == 0)
            return MHD_YES;
        k->state = HEARTH__H1_REFUSED;
    }
    hearth__h1_answer_early(k);
    k->drained += n;
    return k->drained <= HEARTH__H1_DRAIN_BYTES ? MHD_YES : MHD_NO;
}

static enum MHD_Result collect_trailers(hearth__h1_conn *k)
{
    hearth_ctx *c = k->c;
    collector l = {.c = c};

    MHD_get_connection_values_n(k->mhd, MHD_FOOTER_KIND, collect, &l);
    for (size_t i = 0; i < l.n; i++) {
        l.field[i].value = hearth__str_trim(l.field[i].value);
        if (!hearth__is_token(l.field[i].name) ||
            !hearth__is_field_value(l.field[i].value))
            l.failed = true;
    }
    if (l.failed) {
        c->res.close = true;
        hearth__request_refuse(c, 400, "a trailer field of the request is malformed");
        return MHD_NO;
    }
    c->trailer = l.field;
    c->ntrailers = l.n;
    return MHD_YES;
}

/* ---- workers ----------------------------------------------------------------------- */

static void run_job(hearth__job *j)
{
    hearth_ctx *c = ((hearth__h1_job *)j)->c;

    hearth__request_run(c);
    hearth__wait_work(c);
}

/* Its time starts anew, as the last one may run out before libmicrohttpd takes it. */
void hearth__h1_ready(hearth__h1_conn *k)
{
    k->state = HEARTH__H1_READY;
    k->due_ms = hearth__reactor_now_ms(k->h1->reactor) + k->h1->opts.write_ms;
    MHD_resume_connection(k->mhd);
}

static void job_done(hearth__job *j)
{
    hearth__h1_job *job = (hearth__h1_job *)j;
    hearth__h1 *h = job->h1;
    hearth__h1_conn *k = job->conn;

    h->jobs--;
    if (k != NULL) {
        k->job = NULL;
        hearth__h1_unwatch(k);
        if (k->c->wait != NULL && !hearth__h1_go_on(k))
            return;
        hearth__h1_ready(k);
        return;
    }
    hearth__h1_bury(h, job->c);
}

void hearth__h1_bury(hearth__h1 *h, hearth_ctx *c)
{
    hearth__ctx_put(h->closed ? NULL : &h->cache, c);
    if (h->closed && h->jobs == 0)
        free(h);
}

void hearth__h1_forget_job(hearth__h1_conn *k)
{
    if (k->job == NULL) {
        hearth__h1_feed_forget(k);
        return;
    }
    k->job->conn = NULL;
    k->job = NULL;
    k->c = NULL;
}

int hearth__h1_submit(hearth__h1_conn *k, void (*run)(hearth__job *j), bool past)
{
    hearth__h1 *h = k->h1;
    hearth_ctx *c = k->c;
    hearth__h1_job *job = hearth__arena_alloc(&c->arena, sizeof *job);
    int rc = job == NULL ? HEARTH_ENOMEM : hearth__request_detach(c);

    if (rc == 0) {
        job->job.run = run;
        job->job.done = job_done;
        job->h1 = h;
        job->c = c;
        job->conn = k;
        rc = past ? hearth__reactor_submit_past(h->reactor, &job->job)
                  : hearth__reactor_submit(h->reactor, &job->job);
    }
    if (rc != 0) {
        c->wait = NULL;
        hearth__request_refuse(c, 503,
                               rc == HEARTH_EBUSY
                                   ? "too many requests are waiting for a worker"
                                   : "out of memory");
        return rc;
    }
    h->jobs++;
    k->job = job;
    k->state = HEARTH__H1_WORKER;
    hearth__h1_due(k, hearth__reactor_now_ms(h->reactor) + h->opts.handler_ms);
    return 0;
}

/* Within libmicrohttpd's call. */
static enum MHD_Result suspend(hearth__h1_conn *k)
{
    MHD_suspend_connection(k->mhd);
    return MHD_YES;
}

void hearth__h1_timed_out(hearth__h1_conn *k)
{
    hearth__h1 *h = k->h1;
    hearth_ctx *late = k->c;
    hearth_ctx *c = hearth__ctx_take(&h->cache, h->opts.app);
    bool fed = k->feed != NULL;

    atomic_store_explicit(&late->cancelled, true, memory_order_relaxed);
    hearth__h1_unwatch(k);
    hearth__h1_forget_job(k);
    MHD_resume_connection(k->mhd);
    k->state = HEARTH__H1_ABORTED;
    if (c == NULL)
        return;
    if (hearth__request_copy(c, late) != 0) {
        hearth__ctx_put(&h->cache, c);
        return;
    }
    /* By way of the copy: the other one is the worker's. */
    hearth_logf(
        c, HEARTH_LOG_WARN,
        "the handler did not answer within %lld ms: 504; what it still does is lost",
        (long long)h->opts.handler_ms);
    c->res.close = true;
    hearth__request_refuse(c, 504, "the server did not find an answer in time");
    k->c = c;
    /* Of a body the rest may be on its way: an answer then goes another way. */
    k->state = fed ? HEARTH__H1_REFUSED : HEARTH__H1_READY;
}

/* ---- the callbacks ---------------------------------------------------------------- */

static enum MHD_Result on_end(hearth__h1_conn *k)
{
    hearth_ctx *c = k->c;

    bool fed = k->feed != NULL;

    hearth__h1_unwait(k);
    if (fed && !hearth__h1_feed_done(k))
        return MHD_YES;
    if (k->state == HEARTH__H1_REFUSED)
        return reply(k);
    if (c->framing.chunked && collect_trailers(k) == MHD_NO)
        return reply(k);
    c->detached = fed && !c->framing.chunked; /* the trailers are not ours yet */
    c->is_inline = !fed && hearth__request_inline(c);
    if (!c->is_inline)
        return hearth__h1_submit(k, run_job, false) == 0 ? suspend(k) : reply(k);
    hearth__request_run(c);
    return c->wait == NULL || hearth__h1_go_on(k) ? reply(k) : suspend(k);
}

enum MHD_Result hearth__h1_on_request(void *self, struct MHD_Connection *mhd,
                                      const char *url, const char *method,
                                      const char *version, const char *data, size_t *size,
                                      void **state)
{
    hearth__h1_conn *k = *state;

    (void)self;
    (void)url;
    if (k == NULL)
        return hearth__h1_no_memory(mhd);
    switch (k->state) {
    case HEARTH__H1_HEAD:
        return on_head(k, mhd, method, version);
    case HEARTH__H1_BODY:
        if (*size > 0)
            return on_body(k, data, size);
        /* 0.9.x shows an empty piece where a request without a body expected "100
         * Continue" and another one follows; the last call has no data at all. */
        return data != NULL ? MHD_YES : on_end(k);
    case HEARTH__H1_ADMITTED:
        k->state = HEARTH__H1_BODY;
        return MHD_YES;
    case HEARTH__H1_REFUSED:
        if (*size > 0)
            return on_body(k, data, size);
        return k->answered ? MHD_NO : reply(k);
    case HEARTH__H1_READY:
        return reply(k);
    case HEARTH__H1_IDLE:
    case HEARTH__H1_FEEDING:
    case HEARTH__H1_WORKER:
    case HEARTH__H1_SUSPENDED:
    case HEARTH__H1_SENDING:
    case HEARTH__H1_PULLING:
    case HEARTH__H1_ABORTED:
        break;
    }
    return MHD_NO;
}

/* What libmicrohttpd answered by itself: a head too large for its memory, say.  0 when
 * nothing. */
static int own_status(struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *i =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_HTTP_STATUS);

    return i == NULL ? 0 : (int)i->http_status;
}

void hearth__h1_log(hearth__h1 *h, hearth_ctx *c, uint64_t sent)
{
    hearth__request_end(c,
                        h->opts.app->opts.access_log_off
                            ? NULL
                            : hearth__reactor_lines(h->reactor),
                        sent);
}

static uint64_t bytes_sent(const hearth__h1_conn *k, const hearth_ctx *c,
                           enum MHD_RequestTerminationCode why)
{
    if (c->res.stream != NULL)
        return c->res.stream->sent;
    if ((!k->answered && why != MHD_REQUEST_TERMINATED_COMPLETED_OK) ||
        c->framing.method == HEARTH__HEAD || (c->res.file != NULL && c->res.file->shrank))
        return 0;
    return hearth__res_len(&c->res);
}

void hearth__h1_on_completed(void *self, struct MHD_Connection *mhd, void **state,
                             enum MHD_RequestTerminationCode why)
{
    hearth__h1 *h = self;
    hearth__h1_conn *k = *state;
    hearth_ctx *c;

    if (k == NULL)
        return;
    hearth__h1_feed_forget(k);
    c = k->c;
    k->c = NULL;
    hearth__h1_unwait(k); /* libmicrohttpd may have refused the head by itself */
    k->served = true;
    k->drained = 0;
    hearth__h1_await_head(k);
    *state = NULL;
    if (c == NULL)
        return;
    if (why != MHD_REQUEST_TERMINATED_COMPLETED_OK)
        hearth__file_look(c);
    if (c->res.status == 0)
        c->res.status = own_status(mhd);
    if (c->res.status != 0)
        hearth__h1_log(h, c, bytes_sent(k, c, why));
    k->answered = false; /* of no use any more: the connection is shut */
    hearth__ctx_put(&h->cache, c);
}
