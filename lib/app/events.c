/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Channels of server-sent events.  Everything is under one lock of the channel's: the ring of
 * the last events, and the list of who listens.
 *
 * A listener has no queue: it is a position in the ring, and the one event that its
 * connection is sending, which is counted and so survives the ring.  Whoever falls out of the
 * ring, or too far behind, has his stream ended.
 *
 * The lock is taken before that of a waker, never within it.
 */
#include <hearth/sse.h>

#include "app/answer.h"
#include "app/event.h"
#include "app/problem.h"
#include "app/stream.h"
#include "app/task.h"
#include "app/waker.h"
#include "core/error.h"
#include "core/rand.h"
#include "core/str.h"

#include <hearth/memory.h>
#include <hearth/req.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define DEFAULT_REPLAY       1024
#define DEFAULT_REPLAY_BYTES ((size_t)4 * 1024 * 1024)
#define DEFAULT_QUEUE        256
#define DEFAULT_MAX_EVENT    ((size_t)64 * 1024)
#define DEFAULT_HEARTBEAT_MS 15000
#define DEFAULT_RETRY_MS     2000
#define MAX_REPLAY           1000000
#define MAX_EVENT            ((size_t)64 * 1024 * 1024)
#define MAX_HEARTBEAT_MS     600000

#define NONCE_LEN 12
#define OWN_ID    (NONCE_LEN + 22) /* "nonce-number" and '\0' */
#define GREETING  160

static const char ping[] = ":\n\n";

/* One event in its form. */
typedef struct frame {
    size_t refs;
    size_t id_at, id_len, len;
    char bytes[];
} frame;

/* In the memory of its request. */
typedef struct listener {
    hearth_app *app;
    hearth_events *ch;
    struct listener *next, **at;
    hearth_waker *waker;
    uint64_t seq;    /* the next event for it */
    uint64_t joined; /* events from here on are new */
    frame *lent;     /* is being sent */
    bool greeted;
    bool idle;       /* it said that it has nothing */
    int64_t said_us; /* when something was sent */
    char greeting[GREETING];
} listener;

struct hearth_events {
    pthread_mutex_t lock;
    hearth_events_opts o;
    size_t refs; /* the owner's, and one for each listener */
    bool closed;
    char nonce[NONCE_LEN + 1];
    frame **ring;         /* of o.replay; event n is at n % o.replay */
    uint64_t first, next; /* events that are kept: first to next - 1 */
    size_t bytes;
    listener *listeners;
    size_t nlisteners;
};

/* ---- channels --------------------------------------------------------------------- */

static bool complete(hearth_events_opts *o)
{
    if (o->replay == 0)
        o->replay = DEFAULT_REPLAY;
    if (o->replay_bytes == 0)
        o->replay_bytes = DEFAULT_REPLAY_BYTES;
    if (o->queue == 0)
        o->queue = o->replay < DEFAULT_QUEUE ? o->replay : DEFAULT_QUEUE;
    if (o->max_event == 0)
        o->max_event = DEFAULT_MAX_EVENT;
    if (o->heartbeat_ms == 0)
        o->heartbeat_ms = DEFAULT_HEARTBEAT_MS;
    if (o->retry_ms == 0)
        o->retry_ms = DEFAULT_RETRY_MS;
    return o->replay > 0 && o->replay <= MAX_REPLAY && o->queue > 0 &&
           o->queue <= o->replay && o->max_event <= MAX_EVENT &&
           o->heartbeat_ms <= MAX_HEARTBEAT_MS;
}

/* NULL when out of memory. */
static hearth_events *make(const hearth_events_opts *o)
{
    hearth_events *ch = calloc(1, sizeof *ch);

    if (ch == NULL)
        return NULL;
    ch->ring = calloc((size_t)o->replay, sizeof(frame *));
    if (ch->ring == NULL || pthread_mutex_init(&ch->lock, NULL) != 0) {
        free(ch->ring);
        free(ch);
        return NULL;
    }
    ch->o = *o;
    ch->refs = 1;
    ch->first = ch->next = 1;
    return ch;
}

hearth_events *hearth_events_new_sized(const hearth_events_opts *opts, hearth_error *err,
                                       size_t size)
{
    hearth_events_opts o = {0};
    hearth_events *ch;

    if (opts != NULL)
        memcpy(&o, opts, size < sizeof o ? size : sizeof o);
    if (!complete(&o)) {
        hearth__error_set(err, HEARTH_EINVAL,
                          "hearth_events_new: replay is 1 to %d, queue 1 to replay, "
                          "max_event up to %zu bytes, heartbeat_ms up to %d",
                          MAX_REPLAY, MAX_EVENT, MAX_HEARTBEAT_MS);
        return NULL;
    }
    if (hearth__rand_init() != 0) {
        hearth__error_set(err, HEARTH_EUNAVAILABLE,
                          "hearth_events_new: the system has no random numbers to give");
        return NULL;
    }
    ch = make(&o);
    if (ch == NULL) {
        hearth__error_set(err, HEARTH_ENOMEM, "hearth_events_new: out of memory");
        return NULL;
    }
    snprintf(ch->nonce, sizeof ch->nonce, "%012llx",
             (unsigned long long)(hearth__rand_u64() >> (64 - 4 * NONCE_LEN)));
    return ch;
}

static void drop(frame *f)
{
    if (f != NULL && --f->refs == 0)
        free(f);
}

/* The oldest one. */
static void forget(hearth_events *ch)
{
    frame **at = &ch->ring[ch->first++ % (uint64_t)ch->o.replay];

    ch->bytes -= (*at)->len;
    drop(*at);
    *at = NULL;
}

/* With the lock held, which it lets go of. */
static void unref(hearth_events *ch)
{
    bool last = --ch->refs == 0;

    pthread_mutex_unlock(&ch->lock);
    if (!last)
        return;
    while (ch->first < ch->next)
        forget(ch);
    pthread_mutex_destroy(&ch->lock);
    free(ch->ring);
    free(ch);
}

static void wake_all(hearth_events *ch)
{
    for (listener *l = ch->listeners; l != NULL; l = l->next) {
        if (!l->idle)
            continue; /* it asks again anyway */
        l->idle = false;
        hearth_waker_wake(l->waker);
    }
}

void hearth_events_close(hearth_events *ch)
{
    pthread_mutex_lock(&ch->lock);
    ch->closed = true;
    wake_all(ch);
    pthread_mutex_unlock(&ch->lock);
}

void hearth_events_free(hearth_events *ch)
{
    if (ch == NULL)
        return;
    hearth_events_close(ch);
    pthread_mutex_lock(&ch->lock);
    unref(ch);
}

size_t hearth_events_listeners(hearth_events *ch)
{
    size_t n;

    pthread_mutex_lock(&ch->lock);
    n = ch->nlisteners;
    pthread_mutex_unlock(&ch->lock);
    return n;
}

/* ---- sending ---------------------------------------------------------------------- */

static void own_id(const hearth_events *ch, uint64_t seq, char id[OWN_ID])
{
    snprintf(id, OWN_ID, "%s-%llu", ch->nonce, (unsigned long long)seq);
}

static frame *make_frame(const hearth_event *e, size_t len)
{
    frame *f = malloc(sizeof *f + len);

    if (f == NULL)
        return NULL;
    f->refs = 1;
    f->len = hearth__event_write(f->bytes, e, &f->id_at);
    f->id_len = strlen(e->id);
    return f;
}

/* With the lock held: it has the next number. */
static int append(hearth_events *ch, hearth_event *e)
{
    char id[OWN_ID];
    frame *f;
    size_t len;

    if (ch->closed)
        return HEARTH_ESTATE;
    own_id(ch, ch->next, id);
    if (e->id == NULL || *e->id == '\0')
        e->id = id;
    len = hearth__event_write(NULL, e, NULL);
    if (len > ch->o.replay_bytes)
        return HEARTH_ETOOBIG;
    f = make_frame(e, len);
    if (f == NULL)
        return HEARTH_ENOMEM;
    while (ch->first < ch->next && (ch->next - ch->first == (uint64_t)ch->o.replay ||
                                    ch->bytes + f->len > ch->o.replay_bytes))
        forget(ch);
    ch->ring[ch->next++ % (uint64_t)ch->o.replay] = f;
    ch->bytes += f->len;
    wake_all(ch);
    return 0;
}

int hearth_events_send_sized(hearth_events *ch, const hearth_event *event, size_t size)
{
    hearth_event e = {0};
    int rc;

    if (ch == NULL || event == NULL)
        return HEARTH_EINVAL;
    memcpy(&e, event, size < sizeof e ? size : sizeof e);
    if (!hearth__event_sound(&e))
        return HEARTH_EINVAL;
    if (e.data_len == 0)
        e.data_len = strlen(e.data);
    if (e.data_len > ch->o.max_event)
        return HEARTH_ETOOBIG;
    pthread_mutex_lock(&ch->lock);
    rc = append(ch, &e);
    pthread_mutex_unlock(&ch->lock);
    return rc;
}

/* ---- a listener's stream ---------------------------------------------------------- */

static bool is_behind(const listener *l)
{
    const hearth_events *ch = l->ch;

    return l->seq < ch->first ||
           (l->seq >= l->joined && ch->next - l->seq > (uint64_t)ch->o.queue);
}

/* Nothing was sent for long: three quarters, as the timer and this look at other clocks. */
static bool is_quiet(const listener *l, int64_t now_us)
{
    int64_t ms = l->ch->o.heartbeat_ms;

    return ms > 0 && now_us - l->said_us >= ms * 750;
}

static ptrdiff_t lend_next(listener *l, const char **p, int64_t now_us)
{
    hearth_events *ch = l->ch;

    if (!l->greeted) {
        l->greeted = true;
        *p = l->greeting;
        return (ptrdiff_t)strlen(l->greeting);
    }
    if (is_behind(l) || (ch->closed && l->seq == ch->next))
        return 0;
    if (l->seq < ch->next) {
        l->lent = ch->ring[l->seq++ % (uint64_t)ch->o.replay];
        l->lent->refs++;
        *p = l->lent->bytes;
        return (ptrdiff_t)l->lent->len;
    }
    if (is_quiet(l, now_us)) {
        *p = ping;
        return sizeof ping - 1;
    }
    l->idle = true;
    return HEARTH_STREAM_PENDING;
}

static ptrdiff_t lend(void *arg, const char **p)
{
    listener *l = arg;
    hearth_events *ch = l->ch;
    int64_t now_us = hearth__app_now(l->app);
    ptrdiff_t n;

    pthread_mutex_lock(&ch->lock);
    drop(l->lent);
    l->lent = NULL;
    l->idle = false;
    n = lend_next(l, p, now_us);
    if (n > 0)
        l->said_us = now_us;
    pthread_mutex_unlock(&ch->lock);
    return n;
}

static void leave(void *arg)
{
    listener *l = arg;
    hearth_events *ch = l->ch;

    pthread_mutex_lock(&ch->lock);
    *l->at = l->next;
    if (l->next != NULL)
        l->next->at = l->at;
    ch->nlisteners--;
    drop(l->lent);
    unref(ch);
    hearth_waker_free(l->waker);
}

/* ---- coming back ------------------------------------------------------------------- */

/* The number behind "nonce-"; UINT64_MAX when it is none of ours. */
static uint64_t own_number(const hearth_events *ch, hearth_str id)
{
    uint64_t seq;

    if (id.len <= NONCE_LEN + 1 || memcmp(id.ptr, ch->nonce, NONCE_LEN) != 0 ||
        id.ptr[NONCE_LEN] != '-' ||
        !hearth__str_uint(hearth__str(id.ptr + NONCE_LEN + 1, id.len - NONCE_LEN - 1),
                          &seq))
        return UINT64_MAX;
    return seq;
}

/* Where a client goes on that has the event of this id; 0 when nobody knows any more. */
static uint64_t find(const hearth_events *ch, hearth_str id)
{
    uint64_t seq = own_number(ch, id);

    if (seq != UINT64_MAX)
        return seq + 1 >= ch->first && seq < ch->next ? seq + 1 : 0;
    for (seq = ch->next; seq > ch->first; seq--) {
        const frame *f = ch->ring[(seq - 1) % (uint64_t)ch->o.replay];

        if (hearth__str_eq(id, hearth__str(f->bytes + f->id_at, f->id_len)))
            return seq;
    }
    return 0;
}

/* With the lock held. */
static void place(listener *l, hearth_str last)
{
    hearth_events *ch = l->ch;
    size_t n = 0;
    char id[OWN_ID];

    l->joined = ch->next;
    l->seq = last.len > 0 ? find(ch, last) : ch->next;
    if (ch->o.retry_ms > 0)
        n = (size_t)snprintf(l->greeting, GREETING, "retry: %d\n", ch->o.retry_ms);
    if (last.len > 0 && l->seq != 0) { /* it has its id */
        snprintf(l->greeting + n, GREETING - n, ":\n\n");
        return;
    }
    own_id(ch, ch->next - 1, id);
    snprintf(l->greeting + n, GREETING - n, "id: %s\n%s\n", id,
             l->seq == 0 ? "event: reset\ndata: missed\n" : "");
    l->seq = ch->next;
}

/* False when the channel is closed. */
static bool join(listener *l, hearth_str last)
{
    hearth_events *ch = l->ch;

    pthread_mutex_lock(&ch->lock);
    if (ch->closed) {
        pthread_mutex_unlock(&ch->lock);
        return false;
    }
    place(l, last);
    l->next = ch->listeners;
    l->at = &ch->listeners;
    if (l->next != NULL)
        l->next->at = &l->next;
    ch->listeners = l;
    ch->nlisteners++;
    ch->refs++;
    pthread_mutex_unlock(&ch->lock);
    return true;
}

/* ---- answering --------------------------------------------------------------------- */

static int put_fields(hearth_ctx *c)
{
    HEARTH_TRY(hearth__res_put(&c->res, &c->arena, HEARTH__S("Cache-Control"),
                               HEARTH__S("no-store")));
    return hearth__res_put(&c->res, &c->arena, HEARTH__S("X-Accel-Buffering"),
                           HEARTH__S("no"));
}

int hearth_events_stream(hearth_ctx *c, hearth_events *ch)
{
    listener *l;

    if (ch == NULL)
        return hearth__note(c, HEARTH_EINVAL,
                            "hearth_events_stream: the channel is NULL");
    l = HEARTH_NEW(c, listener);
    if (l == NULL)
        return HEARTH_ENOMEM;
    l->app = c->app;
    l->ch = ch;
    l->waker = hearth_waker_new(c);
    if (l->waker == NULL)
        return HEARTH_ENOMEM;
    if (!join(l, hearth__str_of(hearth_header(c, "Last-Event-ID")))) {
        hearth_waker_free(l->waker);
        return 204;
    }
    HEARTH_TRY(
        hearth__stream_lend(c, 200, "text/event-stream", lend, l,
                            &(hearth_stream_opts){.close = leave,
                                                  .endless = true,
                                                  .remind_ms = ch->o.heartbeat_ms > 0
                                                                   ? ch->o.heartbeat_ms
                                                                   : 0}));
    return put_fields(c);
}
