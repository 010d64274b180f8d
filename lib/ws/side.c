/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * The sockets of one reactor: how they enter, what they send at the end of a turn, how all
 * of them are closed.
 */
#include "ws/socket.h"

#include <stdlib.h>
#include <unistd.h>

enum { GOING_AWAY = 1001 };

/* Somebody else has something to be sent: the turn that this makes does it. */
static void on_task(hearth__task *t)
{
    hearth__ws_side *side = (hearth__ws_side *)t;

    pthread_mutex_lock(&side->lock);
    side->posted = false;
    pthread_mutex_unlock(&side->lock);
    hearth__ws_side_unref(side);
}

hearth__ws_side *hearth__ws_side_open(hearth_app *app, hearth__reactor *r)
{
    hearth__ws_hub *hub = hearth__ws_hub_make(app);
    hearth__ws_side *side = hub == NULL ? NULL : calloc(1, sizeof *side);

    if (side == NULL)
        return NULL;
    if (pthread_mutex_init(&side->lock, NULL) != 0) {
        free(side);
        return NULL;
    }
    atomic_init(&side->refs, 1);
    side->task.fn = on_task;
    side->app = app;
    side->hub = hub;
    side->reactor = r;
    hearth__ws_pool_init(&side->pool);
    pthread_mutex_lock(&hub->lock);
    side->next = hub->sides;
    hub->sides = side;
    pthread_mutex_unlock(&hub->lock);
    return side;
}

void hearth__ws_side_unref(hearth__ws_side *side)
{
    if (side == NULL || atomic_fetch_sub(&side->refs, 1) != 1)
        return;
    hearth__ws_pool_clear(&side->pool);
    hearth__map_free(side->rooms, NULL);
    pthread_mutex_destroy(&side->lock);
    free(side->bytes);
    free(side);
}

static void enter(hearth__ws_side *side, hearth_ws *ws)
{
    atomic_fetch_add(&side->refs, 1);
    ws->side = side;
    pthread_mutex_lock(&side->lock);
    side->thread = pthread_self();
    side->has_thread = true;
    ws->next = side->all;
    if (ws->next != NULL)
        ws->next->prev = ws;
    side->all = ws;
    side->n++;
    pthread_mutex_unlock(&side->lock);
    side->live = true;
}

void hearth__ws_start(hearth__ws_side *side, hearth_ws *ws, int fd, hearth__source source,
                      const char *bytes, size_t n)
{
    if (side->bytes == NULL)
        side->bytes = malloc(HEARTH__WS_READ);
    hearth__buf_init(&ws->rest, NULL, 0);
    hearth__buf_add(&ws->rest, bytes, n);
    if (side->bytes == NULL || ws->rest.failed) {
        close(fd);
        hearth__reactor_released(side->reactor, source);
        return;
    }
    hearth_ws_ref(ws);
    ws->fd = fd;
    ws->source = source;
    ws->watch.fn = hearth__ws_on_ready;
    ws->timer.fn = hearth__ws_on_timer;
    enter(side, ws);
    hearth__ws_reader_init(&ws->in, &side->pool, ws->limits.message, false);
    if (ws->deal.out.bits != 0) {
        hearth__ws_reader_deflate(&ws->in, ws->deal.in.kept ? ws->deal.in.bits : 0);
        atomic_fetch_add(&side->hub->squeezed, 1);
    }
    if (ws->deal.out.kept)
        hearth__ws_window_init(&ws->told_last, ws->deal.out.bits);
    ws->heard_ms = hearth__reactor_now_ms(side->reactor);
    if (ws->limits.ping_ms >= 0)
        hearth__timer_set(hearth__reactor_wheel(side->reactor), &ws->timer,
                          ws->heard_ms + ws->limits.ping_ms);
    if (side->draining) {
        pthread_mutex_lock(&side->lock);
        (void)hearth__ws_push_close(ws, GOING_AWAY, HEARTH__S(""));
        pthread_mutex_unlock(&side->lock);
    }
    hearth__ws_advance(ws);
}

static hearth_ws *take_dirty(hearth__ws_side *side)
{
    hearth_ws *list;

    pthread_mutex_lock(&side->lock);
    side->thread = pthread_self();
    list = side->dirty;
    side->dirty = NULL;
    pthread_mutex_unlock(&side->lock);
    return list;
}

/* ws is in nobody's list any more; the next one of the list that it was in. */
static hearth_ws *pop_dirty(hearth_ws *ws)
{
    hearth_ws *next;

    pthread_mutex_lock(&ws->side->lock);
    next = ws->dirty_next;
    ws->dirty = false;
    pthread_mutex_unlock(&ws->side->lock);
    return next;
}

/* What callbacks have sent meanwhile is for the next turn, which has to come then. */
static bool again(hearth__ws_side *side)
{
    bool more;

    pthread_mutex_lock(&side->lock);
    more = side->dirty != NULL;
    if (more && !side->posted && !side->closed)
        hearth__ws_wake(side);
    pthread_mutex_unlock(&side->lock);
    return more;
}

static bool turn(hearth__ws_side *side)
{
    hearth_ws *ws = take_dirty(side);

    while (ws != NULL) {
        hearth_ws *next = pop_dirty(ws);

        hearth__ws_send_on(ws);
        hearth_ws_unref(ws);
        ws = next;
    }
    return again(side);
}

void hearth__ws_turn(hearth__ws_side *side)
{
    if (side->live)
        side->live = turn(side) || side->n > 0;
}

void hearth__ws_drain(hearth__ws_side *side)
{
    side->draining = true;
    pthread_mutex_lock(&side->lock);
    for (hearth_ws *ws = side->all; ws != NULL; ws = ws->next)
        (void)hearth__ws_push_close(ws, GOING_AWAY, HEARTH__S(""));
    pthread_mutex_unlock(&side->lock);
}

bool hearth__ws_idle(hearth__ws_side *side)
{
    return side->n == 0 && side->jobs == 0;
}

static void leave_hub(hearth__ws_side *side)
{
    hearth__ws_side **at = &side->hub->sides;

    pthread_mutex_lock(&side->hub->lock);
    while (*at != side)
        at = &(*at)->next;
    *at = side->next;
    pthread_mutex_unlock(&side->hub->lock);
}

void hearth__ws_side_close(hearth__ws_side *side)
{
    hearth_ws *ws, *next;

    if (side == NULL)
        return;
    side->closed = true;
    for (ws = side->all; ws != NULL; ws = next) {
        next = ws->next;
        hearth__ws_lose(ws);
        if (!ws->busy)
            hearth__ws_advance(ws);
    }
    leave_hub(side);
    while (turn(side))
        ;
    hearth__ws_side_unref(side);
}
