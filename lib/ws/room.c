/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Rooms.  Each side knows those of its own sockets, so that entering and leaving one takes
 * one lock that is hardly ever waited for; a broadcast goes from side to side.
 */
#include "ws/deflate.h"
#include "ws/socket.h"

#include "core/map.h"
#include "core/str.h"
#include "core/utf8.h"

#include <stdlib.h>

#define NAME_MOST 255

typedef struct room {
    hearth__ws_seat *first;
    size_t n;
    char name[];
} room;

/* One socket in one room. */
struct hearth__ws_seat {
    hearth_ws *ws;
    room *in;
    hearth__ws_seat *next, *prev; /* in the room */
    hearth__ws_seat *other;       /* of the same socket */
};

/* ---- under the lock of the side ---------------------------------------------------------- */

static room *find(const hearth__ws_side *side, const char *name)
{
    return side->rooms == NULL ? NULL
                               : hearth__map_get(side->rooms, hearth__str_of(name));
}

static room *make(hearth__ws_side *side, const char *name)
{
    size_t len = strlen(name);
    room *r;

    if (side->rooms == NULL && (side->rooms = hearth__map_new()) == NULL)
        return NULL;
    r = malloc(sizeof *r + len + 1);
    if (r == NULL)
        return NULL;
    r->first = NULL;
    r->n = 0;
    memcpy(r->name, name, len + 1);
    if (hearth__map_put(side->rooms, hearth__str(name, len), r, NULL) == 0)
        return r;
    free(r);
    return NULL;
}

static void drop_if_empty(hearth__ws_side *side, room *r)
{
    if (r->n > 0)
        return;
    (void)hearth__map_take(side->rooms, hearth__str_of(r->name));
    free(r);
}

static hearth__ws_seat **seat_in(hearth_ws *ws, const char *name)
{
    hearth__ws_seat **at = &ws->seats;

    while (*at != NULL && strcmp((*at)->in->name, name) != 0)
        at = &(*at)->other;
    return at;
}

static int sit_down(hearth_ws *ws, const char *name)
{
    hearth__ws_seat *s = malloc(sizeof *s);
    room *r = find(ws->side, name);

    if (s != NULL && r == NULL)
        r = make(ws->side, name);
    if (s == NULL || r == NULL) {
        free(s);
        return HEARTH_ENOMEM;
    }
    *s = (hearth__ws_seat){.ws = ws, .in = r, .next = r->first, .other = ws->seats};
    if (r->first != NULL)
        r->first->prev = s;
    r->first = s;
    r->n++;
    ws->seats = s;
    return 0;
}

/* *at becomes the next seat of the socket. */
static void stand_up(hearth__ws_seat **at)
{
    hearth__ws_seat *s = *at;
    room *r = s->in;

    *at = s->other;
    if (s->next != NULL)
        s->next->prev = s->prev;
    if (s->prev != NULL)
        s->prev->next = s->next;
    else
        r->first = s->next;
    r->n--;
    drop_if_empty(s->ws->side, r);
    free(s);
}

/* ---- entering and leaving ------------------------------------------------------------------ */

int hearth_ws_join(hearth_ws *ws, const char *name)
{
    size_t len = hearth__str_of(name).len;
    bool is_new = false;
    int rc = 0;

    if (len == 0 || len > NAME_MOST)
        return HEARTH_EINVAL;
    pthread_mutex_lock(&ws->side->lock);
    if (ws->shut)
        rc = HEARTH_ECANCELED;
    else if (*seat_in(ws, name) == NULL) {
        rc = sit_down(ws, name);
        is_new = rc == 0;
    }
    pthread_mutex_unlock(&ws->side->lock);
    if (is_new && ws->ops->joined != NULL)
        ws->ops->joined(ws, name);
    return rc;
}

int hearth_ws_leave(hearth_ws *ws, const char *name)
{
    hearth__ws_seat **at;
    bool was_in;

    pthread_mutex_lock(&ws->side->lock);
    at = seat_in(ws, name == NULL ? "" : name);
    was_in = *at != NULL;
    if (was_in)
        stand_up(at);
    pthread_mutex_unlock(&ws->side->lock);
    if (!was_in)
        return HEARTH_ENOTFOUND;
    if (ws->ops->left != NULL)
        ws->ops->left(ws, name);
    return 0;
}

void hearth__ws_leave_all(hearth_ws *ws)
{
    char name[NAME_MOST + 1];
    bool any = true;

    while (any) {
        pthread_mutex_lock(&ws->side->lock);
        any = ws->seats != NULL;
        if (any) {
            memcpy(name, ws->seats->in->name, strlen(ws->seats->in->name) + 1);
            stand_up(&ws->seats);
        }
        pthread_mutex_unlock(&ws->side->lock);
        if (any && ws->ops->left != NULL)
            ws->ops->left(ws, name);
    }
}

/* ---- all who are there ------------------------------------------------------------------------ */

/* Call fn for each under the locks, which also gives all broadcasts one order.  False, at once,
 * when fn says so. */
static bool each(hearth_app *app, const char *name, bool (*fn)(hearth_ws *ws, void *arg),
                 void *arg)
{
    hearth__ws_hub *hub = hearth__ws_hub_of(app);
    bool on = true;

    if (hub == NULL)
        return true;
    pthread_mutex_lock(&hub->lock);
    for (hearth__ws_side *side = hub->sides; side != NULL && on; side = side->next) {
        pthread_mutex_lock(&side->lock);
        room *r = name == NULL ? NULL : find(side, name);

        for (hearth_ws *ws = name == NULL ? side->all : NULL; ws != NULL && on;
             ws = ws->next)
            on = fn(ws, arg);
        for (hearth__ws_seat *s = r == NULL ? NULL : r->first; s != NULL && on;
             s = s->next)
            on = fn(s->ws, arg);
        pthread_mutex_unlock(&side->lock);
    }
    pthread_mutex_unlock(&hub->lock);
    return on;
}

typedef struct sending {
    hearth__ws_frame *plain, *squeezed; /* the latter NULL: nobody would get it */
    int bits;                           /* of the window that the latter needs */
    hearth_str msg;
    const hearth_ws *but; /* or NULL */
} sending;

static bool push(hearth_ws *ws, void *arg)
{
    const sending *s = arg;
    int rc = 1;

    if (ws == s->but)
        return true;
    /* It refers to nothing before it, so that it suits a socket with context takeover, too. */
    if (s->squeezed != NULL && ws->deal.out.bits >= s->bits)
        rc = hearth__ws_push_squeezed(ws, s->squeezed, s->msg);
    if (rc == 1)
        rc = hearth__ws_push(ws, s->plain);
    if (rc == HEARTH_ENOMEM)
        hearth__ws_end_for_memory(ws);
    return true;
}

static int broadcast(hearth_app *app, const char *name, int opcode, hearth_str msg,
                     const hearth_ws *but)
{
    hearth__ws_hub *hub = hearth__ws_hub_of(app);
    sending s = {.plain = hearth__ws_frame_new(opcode, msg),
                 .bits = 15,
                 .msg = msg,
                 .but = but};

    if (s.plain == NULL)
        return HEARTH_ENOMEM;
    if (hub != NULL && atomic_load(&hub->squeezed) > 0)
        s.squeezed = hearth__ws_squeeze(opcode, msg, &s.bits, NULL);
    (void)each(app, name, push, &s);
    hearth__ws_frame_unref(s.plain);
    hearth__ws_frame_unref(s.squeezed);
    return 0;
}

int hearth_broadcast(hearth_app *app, const char *name, hearth_str msg)
{
    if (!hearth__utf8_valid(msg))
        return HEARTH_EINVAL;
    return broadcast(app, name, HEARTH__WS_OP_TEXT, msg, NULL);
}

int hearth_broadcast_binary(hearth_app *app, const char *name, const void *p, size_t n)
{
    return broadcast(app, name, HEARTH__WS_OP_BINARY, hearth__str(p, n), NULL);
}

int hearth_ws_tell(hearth_ws *ws, const char *name, hearth_str msg)
{
    if (!hearth__utf8_valid(msg))
        return HEARTH_EINVAL;
    return broadcast(ws->app, name, HEARTH__WS_OP_TEXT, msg, ws);
}

static bool count(hearth_ws *ws, void *arg)
{
    (void)ws;
    ++*(size_t *)arg;
    return true;
}

size_t hearth_room_count(hearth_app *app, const char *name)
{
    size_t n = 0;

    (void)each(app, name, count, &n);
    return n;
}

typedef struct snapshot {
    hearth_ws **list;
    size_t n, cap;
} snapshot;

static bool note(hearth_ws *ws, void *arg)
{
    snapshot *s = arg;

    if (s->n == s->cap) {
        size_t cap = s->cap == 0 ? 16 : s->cap * 2;
        hearth_ws **grown = cap > SIZE_MAX / sizeof(*grown)
                                ? NULL
                                : realloc(s->list, cap * sizeof(*grown));

        if (grown == NULL)
            return false;
        s->list = grown;
        s->cap = cap;
    }
    s->list[s->n++] = hearth_ws_ref(ws);
    return true;
}

int hearth_room_each(hearth_app *app, const char *name,
                     void (*fn)(hearth_ws *ws, void *arg), void *arg)
{
    snapshot s = {NULL, 0, 0};
    bool whole = each(app, name, note, &s);

    for (size_t i = 0; i < s.n; i++) {
        if (whole)
            fn(s.list[i], arg);
        hearth_ws_unref(s.list[i]);
    }
    free(s.list);
    return whole ? 0 : HEARTH_ENOMEM;
}
