/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Event streams of the client's: an answer whose body is taken as it comes, from a context
 * that waits or from a connection.
 */
#include "boot/client.h"
#include "boot/client_event.h"

#include "core/clock.h"
#include "core/str.h"

#include <poll.h>
#include <stdlib.h>

/* An event that was read and not taken yet. */
typedef struct told {
    struct told *next;
    hearth_event event;
    char text[]; /* data, event, id */
} told;

struct hearth_events_peer {
    hearth_client *t;
    hearth_events_peer *next;
    hearth__arena memory; /* of the request and its answer */
    hearth__arena asked;  /* of what comes back says */
    const char *target;
    const char **headers; /* the first is that of the last id, or NULL */
    hearth__client_answer answer;
    hearth__loop loop;
    hearth__client_wire wire;
    hearth__event_reader reader;
    told *first, **last, *taken;
    bool open, deaf;
    bool failed; /* out of memory */
};

/* ---- reading -------------------------------------------------------------------------- */

static char *put(char *p, const char **field, hearth_str s)
{
    memcpy(p, s.ptr, s.len);
    p[s.len] = '\0';
    *field = p;
    return p + s.len + 1;
}

static void keep(void *self, const hearth_event *e)
{
    hearth_events_peer *p = self;
    hearth_str data = hearth__str(e->data, e->data_len), name = hearth__str_of(e->event),
               id = hearth__str_of(e->id);
    told *x = malloc(sizeof *x + data.len + name.len + id.len + 3);

    if (x == NULL) {
        p->failed = true;
        return;
    }
    x->next = NULL;
    x->event = *e;
    char *at = put(x->text, &x->event.data, data);

    at = put(at, &x->event.event, name);
    (void)put(at, &x->event.id, id);
    *p->last = x;
    p->last = &x->next;
}

static void hang_up(hearth_events_peer *p)
{
    p->open = false;
    hearth__loop_abort(&p->loop);
    hearth__client_wire_close(&p->wire);
}

static int pull(hearth_events_peer *p, hearth__buf *bytes)
{
    if (p->t->over_wire)
        return hearth__client_wire_more(&p->wire, bytes);
    return hearth__loop_pull(&p->loop, bytes, hearth__client_now(p->t));
}

/* All that is there. */
static void read_peer(hearth_events_peer *p)
{
    hearth__buf bytes;
    int rc = 1;

    hearth__buf_init(&bytes, NULL, 0);
    while (p->open && !p->deaf && rc == 1) {
        rc = pull(p, &bytes);
        if (hearth__event_read(&p->reader, hearth__buf_view(&bytes)) != 0 || p->failed)
            rc = HEARTH_ENOMEM;
        hearth__buf_empty(&bytes);
    }
    if (rc != 0 && rc != 1)
        hang_up(p);
    hearth__buf_clear(&bytes);
}

int64_t hearth__client_events_read(hearth_client *t)
{
    int64_t now_us = hearth__client_now(t), next_us = -1;

    for (hearth_events_peer *p = t->events_peers; p != NULL; p = p->next) {
        int64_t us;

        read_peer(p);
        us = p->open && !p->deaf && !t->over_wire ? hearth__loop_wakes(&p->loop, now_us)
                                                  : -1;
        if (us >= 0 && (next_us < 0 || now_us + us < next_us))
            next_us = now_us + us;
    }
    return next_us;
}

const hearth_event *hearth_events_peer_next(hearth_events_peer *p)
{
    int64_t until_us = hearth__clock_us() + HEARTH__PEER_US, next_us;

    free(p->taken);
    for (;;) {
        next_us = hearth__client_turn(p->t);
        if (p->first != NULL || !p->open || hearth__clock_us() >= until_us)
            break;
        hearth__client_wait(p->t, p->deaf ? -1 : p->wire.fd, POLLIN, next_us, until_us);
    }
    p->taken = p->first;
    if (p->taken == NULL)
        return NULL;
    p->first = p->taken->next;
    if (p->first == NULL)
        p->last = &p->first;
    return &p->taken->event;
}

bool hearth_events_peer_is_open(hearth_events_peer *p)
{
    (void)hearth__client_turn(p->t);
    return p->open;
}

size_t hearth_events_peer_comments(hearth_events_peer *p)
{
    (void)hearth__client_turn(p->t);
    return p->reader.comments;
}

void hearth_events_peer_deaf(hearth_events_peer *p, bool deaf)
{
    p->deaf = deaf;
    (void)hearth__client_turn(p->t);
}

/* ---- asking --------------------------------------------------------------------------- */

/* An answer that came whole is read as well, as EventSource does. */
static void read_whole(hearth_events_peer *p)
{
    const char *type = hearth_answer_header(&p->answer.seen, "Content-Type");
    hearth_str *body = &p->answer.seen.body;

    if (p->answer.seen.status != 200 || type == NULL ||
        !hearth__str_istarts(hearth__str_of(type), HEARTH__S("text/event-stream")))
        return;
    if (hearth__event_read(&p->reader, *body) != 0)
        p->failed = true;
}

static const char *ask_here(hearth_events_peer *p, const hearth__loop_call *to)
{
    hearth_client *t = p->t;

    p->loop = (hearth__loop){.cache = &t->cache, .a = &p->memory, .bell = &t->bell};
    hearth__loop_begin(&p->loop, t->app, to, hearth__client_now(t));
    hearth__client_await(t, &p->loop);
    return hearth__client_why(NULL,
                              hearth__loop_open(&p->loop, &p->answer.got, &p->open));
}

static const char *ask_over_wire(hearth_events_peer *p, const hearth__loop_call *to)
{
    int rc;

    hearth__client_wire_init(&p->wire, hearth_app_port(p->t->app));
    rc = hearth__client_wire_send(&p->wire, &p->memory, to);
    if (rc >= 0)
        rc = hearth__client_wire_open(&p->wire, &p->memory, &p->answer.got, &p->open);
    return hearth__client_why(&p->wire, rc);
}

static const char *ask(hearth_events_peer *p)
{
    const hearth_call call = {.target = p->target,
                              .headers =
                                  p->headers[0] == NULL ? p->headers + 1 : p->headers};
    hearth__loop_call to;
    const char *why = hearth__client_peers(p->t, &p->memory);

    if (why == NULL)
        why = hearth__client_make(p->t, &p->memory, &call, &to);
    if (why != NULL)
        return why;
    return p->t->over_wire ? ask_over_wire(p, &to) : ask_here(p, &to);
}

static void open_stream(hearth_events_peer *p)
{
    json_decref((json_t *)(uintptr_t)p->answer.seen.json);
    hearth__arena_reset(&p->memory);
    p->answer = (hearth__client_answer){.seen = {.body = {"", 0}}, .memory = &p->memory};
    (void)hearth__client_show(p->t, &p->answer, ask(p));
    if (!p->open)
        read_whole(p);
    (void)hearth__client_turn(p->t);
}

static char *copy(hearth__arena *a, const char *text)
{
    return hearth__arena_copy(a, text, strlen(text));
}

static bool names(const char *header, const char *name)
{
    hearth_str h = hearth__str_of(header);

    return hearth__str_ieq(hearth__str_cut(&h, ':'), hearth__str_of(name));
}

/* The caller's strings are his; an Accept goes along as that of a browser. */
static bool copy_call(hearth_events_peer *p, const hearth_call *call)
{
    hearth__arena *a = &p->asked;
    size_t n = 0, at = 2;

    while (call->headers != NULL && call->headers[n] != NULL)
        n++;
    p->headers = hearth__arena_array(a, n + 3, sizeof *p->headers);
    p->target = copy(a, call->target == NULL ? "/" : call->target);
    if (p->headers == NULL || p->target == NULL)
        return false;
    p->headers[1] = "Accept: text/event-stream";
    for (size_t i = 0; i < n; i++) {
        char *header = copy(a, call->headers[i]);

        if (header == NULL)
            return false;
        if (names(header, "Last-Event-ID"))
            p->headers[0] = header;
        else if (names(header, "Accept"))
            p->headers[1] = header;
        else
            p->headers[at++] = header;
    }
    return true;
}

hearth_events_peer *hearth_client_events(hearth_client *t, const hearth_call *call)
{
    static const hearth_call defaults = {0};
    hearth_events_peer *p = t == NULL ? NULL : calloc(1, sizeof *p);

    if (p == NULL)
        return NULL;
    p->t = t;
    p->last = &p->first;
    hearth__arena_init(&p->memory, 0);
    hearth__arena_init(&p->asked, 0);
    hearth__client_wire_init(&p->wire, 0);
    hearth__event_reader_init(&p->reader, keep, p);
    p->next = t->events_peers;
    t->events_peers = p;
    if (!copy_call(p, call == NULL ? &defaults : call)) {
        hearth_events_peer_free(p);
        return NULL;
    }
    open_stream(p);
    return p;
}

const hearth_answer *hearth_events_peer_answer(const hearth_events_peer *p)
{
    return &p->answer.seen;
}

int hearth_events_peer_again(hearth_events_peer *p)
{
    hearth__buf id;

    hang_up(p);
    (void)hearth__client_turn(p->t);
    p->failed = false;
    hearth__event_reader_again(&p->reader);
    if (p->reader.last_id.len > 0) {
        hearth__buf_init(&id, &p->asked, 0);
        hearth__buf_text(&id, "Last-Event-ID: ");
        hearth__buf_str(&id, hearth__buf_view(&p->reader.last_id));
        if (id.failed)
            return HEARTH_ENOMEM;
        p->headers[0] = id.ptr;
    }
    open_stream(p);
    return p->failed ? HEARTH_ENOMEM : 0;
}

void hearth_events_peer_free(hearth_events_peer *p)
{
    hearth_events_peer **at;

    if (p == NULL)
        return;
    for (at = &p->t->events_peers; *at != p;)
        at = &(*at)->next;
    *at = p->next;
    hang_up(p);
    (void)hearth__client_turn(p->t);
    free(p->taken);
    while (p->first != NULL) {
        told *x = p->first;

        p->first = x->next;
        free(x);
    }
    json_decref((json_t *)(uintptr_t)p->answer.seen.json);
    hearth__event_reader_clear(&p->reader);
    hearth__arena_clear(&p->asked);
    hearth__arena_clear(&p->memory);
    free(p);
}
