/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The way of a request without a network, for tests.  It goes through the same audit,
 * limits, routing and answer as every other transport; only the bytes are missing.  So
 * what is added here is exactly what a connection adds: Host, Content-Length, Date, an
 * address (127.0.0.1), and no body where HTTP has none.
 */

#include "transport/loopback.h"

#include "app/app.h"
#include "app/dispatch.h"
#include "app/file.h"
#include "app/stream.h"
#include "app/waker.h"
#include "core/size.h"
#include "core/str.h"
#include "http/date.h"
#include "http/status.h"
#include "net/thread.h"

#include <arpa/inet.h>
#include <netinet/in.h>

/* A stream may be endless. */
#define MAX_STREAM (256u * 1024u * 1024u)

static bool put_number(hearth__field *f, hearth__arena *a, const char *name, uint64_t n)
{
    hearth__buf b;

    hearth__buf_init(&b, a, 0);
    hearth__buf_uint(&b, n);
    *f = (hearth__field){hearth__str_of(name), hearth__buf_view(&b)};
    return !b.failed;
}

/* The audit trims values in place and the call's fields are the caller's: work on a copy.
 */
int hearth__loopback_head(hearth__head *h, hearth__arena *a,
                          const hearth__loop_call *call)
{
    size_t room;

    *h = (hearth__head){.method = call->method, .target = call->target, .version = 11};
    /* A call that waits outlives its caller's strings; detaching does the rest. */
    h->target.ptr = hearth__arena_copy(a, call->target.ptr, call->target.len);
    if (h->target.ptr == NULL)
        return HEARTH_ENOMEM;
    if (!hearth__size_add(call->nfields, 2, &room))
        return HEARTH_ENOMEM;
    h->field = hearth__arena_array(a, room, sizeof *h->field);
    if (h->field == NULL)
        return HEARTH_ENOMEM;
    for (; h->nfields < call->nfields; h->nfields++)
        h->field[h->nfields] = call->field[h->nfields];
    if (hearth__head_find(h, HEARTH__S("Host")) == NULL)
        h->field[h->nfields++] =
            (hearth__field){HEARTH__S("Host"), HEARTH__S("localhost")};
    if (call->body.len > 0 && hearth__head_find(h, HEARTH__S("Content-Length")) == NULL &&
        hearth__head_find(h, HEARTH__S("Transfer-Encoding")) == NULL) {
        if (!put_number(&h->field[h->nfields++], a, "Content-Length", call->body.len))
            return HEARTH_ENOMEM;
    }
    return 0;
}

/* Up to the complete response. */
static int drive(hearth_ctx *c, hearth_str body)
{
    struct sockaddr_in *self = hearth__arena_alloc(&c->arena, sizeof *self);

    if (self == NULL)
        return HEARTH_ENOMEM;
    self->sin_family = AF_INET;
    self->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    c->peer = (const struct sockaddr *)(const void *)self;
    c->peer_len = sizeof *self;
    if (hearth__request_head(c) != 0)
        return 0;
    if (c->framing.has_length && c->framing.length != body.len)
        return HEARTH_EINVAL;
    if (hearth__request_has_body(c) && hearth__request_begin(c) != 0)
        return 0;
    if (body.len > 0 && hearth__request_body(c, body.ptr, body.len) != 0)
        return 0;
    hearth__request_run(c);
    return 0;
}

static bool copy_str(hearth__arena *a, hearth_str *s)
{
    char *p = hearth__arena_copy(a, s->ptr, s->len);

    if (p == NULL)
        return false;
    s->ptr = p;
    return true;
}

static bool put_date(hearth__field *f, hearth__arena *a)
{
    char *text = hearth__arena_raw(a, HEARTH__DATE_LEN + 1);

    if (text == NULL)
        return false;
    hearth__date_write(text, hearth__clock_wall_us() / 1000000);
    *f = (hearth__field){HEARTH__S("Date"), {text, HEARTH__DATE_LEN}};
    return true;
}

static int read_file(hearth_str *out, hearth__arena *a, const hearth__file *f)
{
    char *mem = f->size < SIZE_MAX ? hearth__arena_raw(a, (size_t)f->size + 1) : NULL;
    size_t at = 0;

    if (mem == NULL)
        return HEARTH_ENOMEM;
    while (at < f->size) {
        ptrdiff_t n = hearth__file_read(f, at, mem + at, (size_t)f->size - at);

        if (n < 0)
            return HEARTH_EIO;
        at += (size_t)n;
    }
    mem[at] = '\0';
    *out = hearth__str(mem, at);
    return 0;
}

/* ---- sources that have nothing yet */

typedef struct sleeper {
    hearth__loop_bell bell;
    bool rung;
} sleeper;

static void rouse(hearth_waker *w)
{
    sleeper *s = w->self;

    pthread_mutex_lock(&s->bell.lock);
    s->rung = true;
    pthread_cond_broadcast(&s->bell.rung);
    pthread_mutex_unlock(&s->bell.lock);
}

/* Until it is woken, or for remind_ms. */
static int sleep_on(hearth_waker *w, int remind_ms)
{
    sleeper s = {.rung = false};
    int64_t until_us =
        remind_ms > 0 ? hearth__clock_us() + (int64_t)remind_ms * 1000 : INT64_MAX / 2;

    if (!hearth__loop_bell_init(&s.bell))
        return HEARTH_ENOMEM;
    if (w != NULL)
        hearth__waker_park(w, rouse, &s);
    pthread_mutex_lock(&s.bell.lock);
    while (!s.rung && hearth__cond_until(&s.bell.rung, &s.bell.lock, until_us))
        ;
    pthread_mutex_unlock(&s.bell.lock);
    hearth__waker_unpark(w);
    /* It cannot be roused any more; whether it was is certain now. */
    if (s.rung)
        (void)hearth__waker_taken(w);
    hearth__loop_bell_clear(&s.bell);
    return 0;
}

/* All of it, in memory of a; an endless one up to where it has nothing yet. */
static int collect(hearth_ctx *c, hearth__arena *a, hearth_str *body)
{
    hearth__stream *s = c->res.stream;
    hearth__buf b;

    hearth__buf_init(&b, a, MAX_STREAM);
    for (;;) {
        hearth__buf_str(&b, s->ready);
        s->sent += s->ready.len;
        s->ready.len = 0;
        if (s->failed != 0 || b.failed)
            return a->failed ? HEARTH_ENOMEM : b.failed ? HEARTH_ETOOBIG : HEARTH_EIO;
        if (s->ended)
            break;
        if (s->pending && !s->endless && sleep_on(c->waker, s->remind_ms) != 0)
            return HEARTH_ENOMEM;
        hearth__request_pull(c);
        if (s->pending && s->endless)
            break;
    }
    *body = hearth__buf_view(&b);
    return 0;
}

static int stream_answer(hearth__loop_answer *out, hearth__arena *a, hearth_ctx *c,
                         bool open)
{
    const hearth__stream *s = c->res.stream;
    hearth__field *f = &out->field[out->nfields++];

    if (!s->sized)
        *f = (hearth__field){HEARTH__S("Transfer-Encoding"), HEARTH__S("chunked")};
    else if (!put_number(f, a, "Content-Length", s->length))
        return HEARTH_ENOMEM;
    return c->framing.method == HEARTH__HEAD || open ? 0 : collect(c, a, &out->body);
}

static bool copy_field(hearth__loop_answer *out, hearth__arena *a, const hearth__field *f)
{
    hearth__field *to = &out->field[out->nfields++];

    *to = *f;
    return copy_str(a, &to->name) && copy_str(a, &to->value);
}

/* The response dies with its context.  open: the body of a stream is not wanted here. */
static int copy_answer(hearth__loop_answer *out, hearth__arena *a, hearth_ctx *c,
                       bool open)
{
    const hearth__res *r = &c->res;
    const hearth__field *f;
    unsigned left = r->guards;
    size_t room;

    *out = (hearth__loop_answer){.status = r->status, .close = r->close, .body = {"", 0}};
    if (!hearth__size_add(r->nfields, 2 + HEARTH__NGUARDS, &room))
        return HEARTH_ENOMEM;
    out->field = hearth__arena_array(a, room, sizeof *out->field);
    if (out->field == NULL)
        return HEARTH_ENOMEM;
    for (size_t i = 0; i < r->nfields; i++)
        if (!copy_field(out, a, &r->field[i]))
            return HEARTH_ENOMEM;
    while ((f = hearth__guard_next(r, &left)) != NULL)
        if (!copy_field(out, a, f))
            return HEARTH_ENOMEM;
    if (!put_date(&out->field[out->nfields++], a))
        return HEARTH_ENOMEM;
    if (!hearth__status_has_body(r->status))
        return 0;
    if (r->stream != NULL)
        return stream_answer(out, a, c, open);
    if (!put_number(&out->field[out->nfields++], a, "Content-Length", hearth__res_len(r)))
        return HEARTH_ENOMEM;
    if (c->framing.method == HEARTH__HEAD)
        return 0;
    if (r->file != NULL)
        return read_file(&out->body, a, r->file);
    out->body = r->body;
    return copy_str(a, &out->body) ? 0 : HEARTH_ENOMEM;
}

/* ---- calls that may wait ---------------------------------------------------------- */

bool hearth__loop_bell_init(hearth__loop_bell *b)
{
    b->also = NULL;
    if (pthread_mutex_init(&b->lock, NULL) != 0)
        return false;
    if (hearth__cond_init(&b->rung))
        return true;
    pthread_mutex_destroy(&b->lock);
    return false;
}

void hearth__loop_bell_clear(hearth__loop_bell *b)
{
    pthread_cond_destroy(&b->rung);
    pthread_mutex_destroy(&b->lock);
}

/* Any thread. */
static void ring(void *self)
{
    hearth__loop *l = self;

    pthread_mutex_lock(&l->bell->lock);
    l->fired = true;
    pthread_cond_broadcast(&l->bell->rung);
    if (l->bell->also != NULL)
        l->bell->also(l->bell->self);
    pthread_mutex_unlock(&l->bell->lock);
}

/* As far as it goes without anybody else. */
static void go_on(hearth__loop *l, int64_t now_us)
{
    hearth_ctx *c = l->c;

    while (c->wait != NULL && !hearth__wait_suspended(c)) {
        hearth__wait_work(c);
        if (c->wait != NULL && c->wait->worked) {
            c->is_inline = true;
            hearth__request_run(c);
        }
    }
    if (c->wait == NULL)
        return;
    l->fired = false;
    l->due_us = now_us + (int64_t)c->wait->timeout_ms * 1000;
    hearth__wait_park(c, ring, l);
}

void hearth__loop_begin(hearth__loop *l, hearth_app *app, const hearth__loop_call *call,
                        int64_t now_us)
{
    l->c = hearth__ctx_take(l->cache, app);
    if (l->c == NULL) {
        l->rc = HEARTH_ENOMEM;
        return;
    }
    l->rc = hearth__loopback_head(&l->c->head, l->a, call);
    if (l->rc == 0)
        l->rc = drive(l->c, call->body);
    if (l->rc != 0 || l->c->wait == NULL)
        return;
    l->rc = hearth__request_detach(l->c);
    if (l->rc == 0)
        go_on(l, now_us);
}

bool hearth__loop_fired(hearth__loop *l)
{
    bool fired;

    pthread_mutex_lock(&l->bell->lock);
    fired = l->fired;
    pthread_mutex_unlock(&l->bell->lock);
    return fired;
}

bool hearth__loop_turn(hearth__loop *l, int64_t now_us)
{
    hearth_ctx *c = l->c;

    if (l->rc != 0 || l->answered || c->wait == NULL)
        return true;
    if (!hearth__loop_fired(l)) {
        if (now_us < l->due_us || !hearth__wait_over(c, HEARTH_ETIMEOUT))
            return false;
        hearth__wait_answer(c, HEARTH_ETIMEOUT);
        return l->answered = true;
    }
    hearth__wait_fired(c);
    c->is_inline = hearth__request_inline(c);
    hearth__request_run(c);
    if (c->wait != NULL)
        go_on(l, now_us);
    return c->wait == NULL;
}

void hearth__loop_await(hearth__loop *l, int64_t us)
{
    int64_t until_us = hearth__clock_us() + us;

    pthread_mutex_lock(&l->bell->lock);
    while (!l->fired && hearth__cond_until(&l->bell->rung, &l->bell->lock, until_us))
        ;
    pthread_mutex_unlock(&l->bell->lock);
}

static void let_go(hearth__loop *l)
{
    hearth_ctx *c = l->c;

    l->c = NULL;
    hearth__ctx_put(l->cache, c);
}

static void log_access(hearth_ctx *c, uint64_t sent)
{
    hearth_app *app = c->app;
    hearth__buf lines;

    hearth__buf_init(&lines, NULL, 0);
    hearth__request_end(c, app->opts.access_log_off ? NULL : &lines, sent);
    hearth__log_flush(app->log, &lines);
    hearth__buf_clear(&lines);
}

int hearth__loop_end(hearth__loop *l, hearth__loop_answer *out)
{
    hearth_ctx *c = l->c;
    int rc = l->rc;

    if (rc == 0) {
        rc = copy_answer(out, l->a, c, false);
        log_access(c, c->res.stream != NULL ? c->res.stream->sent : out->body.len);
    }
    let_go(l);
    return rc;
}

/* ---- streams that are taken as they come --------------------------------------------- */

int hearth__loop_open(hearth__loop *l, hearth__loop_answer *out, bool *open)
{
    hearth_ctx *c = l->c;
    int rc = l->rc;

    *open = rc == 0 && c->res.stream != NULL && c->framing.method != HEARTH__HEAD;
    if (!*open)
        return hearth__loop_end(l, out);
    l->answered = true;
    rc = copy_answer(out, l->a, c, true);
    if (rc != 0) {
        *open = false;
        let_go(l);
    }
    return rc;
}

static void rouse_loop(hearth_waker *w)
{
    ring(w->self);
}

static void doze(hearth__loop *l, int64_t now_us)
{
    hearth_ctx *c = l->c;
    int64_t ms = c->res.stream->remind_ms;

    l->fired = false;
    l->asleep = true;
    l->due_us = ms > 0 ? now_us + ms * 1000 : INT64_MAX;
    if (c->waker != NULL)
        hearth__waker_park(c->waker, rouse_loop, l);
}

static void wake_up(hearth__loop *l)
{
    hearth_waker *w = l->c->waker;

    l->asleep = false;
    hearth__waker_unpark(w);
    if (l->fired) /* it cannot be roused any more */
        (void)hearth__waker_taken(w);
}

/* What the body of the request was is known, and how it ended. */
static int finish(hearth__loop *l, int rc)
{
    log_access(l->c, l->c->res.stream->sent);
    let_go(l);
    return rc;
}

int64_t hearth__loop_wakes(hearth__loop *l, int64_t now_us)
{
    if (l->c == NULL)
        return -1;
    if (!l->asleep || hearth__loop_fired(l) || l->due_us <= now_us)
        return 0;
    return l->due_us == INT64_MAX ? -1 : l->due_us - now_us;
}

int hearth__loop_pull(hearth__loop *l, hearth__buf *to, int64_t now_us)
{
    hearth__stream *s;

    if (l->c == NULL)
        return HEARTH_DECLINED;
    if (hearth__loop_wakes(l, now_us) != 0)
        return 0;
    if (l->asleep)
        wake_up(l);
    s = l->c->res.stream;
    if (s->ready.len == 0 && !s->ended && s->failed == 0)
        hearth__request_pull(l->c);
    if (s->failed != 0)
        return finish(l, HEARTH_EIO);
    if (s->pending && s->ready.len == 0) {
        doze(l, now_us);
        return 0;
    }
    if (s->ready.len == 0)
        return finish(l, HEARTH_DECLINED);
    hearth__buf_str(to, s->ready);
    s->sent += s->ready.len;
    s->ready.len = 0;
    return to->failed ? finish(l, HEARTH_ENOMEM) : 1;
}

void hearth__loop_abort(hearth__loop *l)
{
    if (l->c == NULL)
        return;
    if (l->asleep)
        wake_up(l);
    if (l->answered && l->c->res.stream != NULL)
        log_access(l->c, l->c->res.stream->sent);
    else if (l->c->wait != NULL && !l->answered &&
             hearth__wait_over(l->c, HEARTH_ECANCELED)) {
        l->c->res.status = HEARTH__CLIENT_GONE;
        log_access(l->c, 0);
    }
    let_go(l);
}

int hearth__loopback_call(hearth_app *app, hearth__ctx_cache *cache, hearth__arena *a,
                          const hearth__loop_call *call, hearth__loop_answer *out)
{
    hearth__loop_bell bell;
    hearth__loop l = {.cache = cache, .a = a, .bell = &bell};
    int rc;

    if (!hearth__loop_bell_init(&bell))
        return HEARTH_ENOMEM;
    hearth__loop_begin(&l, app, call, hearth__clock_us());
    while (!hearth__loop_turn(&l, hearth__clock_us()))
        hearth__loop_await(&l, l.due_us - hearth__clock_us());
    rc = hearth__loop_end(&l, out);
    hearth__loop_bell_clear(&bell);
    return rc;
}
