/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * The life of a socket, on its reactor.
 *
 * advance() is the one place that decides what comes next for a socket: open, messages,
 * close, its end.  It does nothing while a worker has the socket, so that callbacks come one
 * at a time and in order, and nothing is read then, which is what holds a client up that is
 * faster than its callbacks.
 *
 * A socket ends in two steps.  `over`: it is known why, and close is called; what is
 * queued, our close frame last, still goes out, and then our side of the connection is shut.
 * `dead`: the client has closed its side, or its time is up; then everything is released.
 */
#include "ws/socket.h"

#include "app/placement.h"
#include "core/clock.h"
#include "core/str.h"

#include <errno.h>
#include <hearth/log.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ABNORMAL = 1006, INTERNAL = 1011 };

static int64_t now_ms(const hearth__ws_side *side)
{
    return hearth__reactor_now_ms(side->reactor);
}

static void set_timer(hearth_ws *ws, int64_t due_ms)
{
    hearth__timer_set(hearth__reactor_wheel(ws->side->reactor), &ws->timer, due_ms);
}

/* ---- callbacks ------------------------------------------------------------------------- */

static void call_open(hearth_ws *ws)
{
    ws->ops->open(ws);
}

static void call_message(hearth_ws *ws)
{
    ws->ops->message(ws, ws->event.data, ws->event.kind == HEARTH__WS_TEXT);
}

static void call_close(hearth_ws *ws)
{
    hearth__ws_leave_all(ws);
    if (ws->ops->close != NULL)
        ws->ops->close(ws, ws->code, hearth__str(ws->reason, ws->reason_len));
}

/* As a handler's run, for the figures of its route and the log. */
static void tell_run(hearth_ws *ws, bool here, int64_t took)
{
    hearth__moved moved = hearth__placement_ran(ws->place, here, took);

    if (ws->app->opts.figures)
        hearth__placement_count(ws->place, here, took);
    if (moved == HEARTH__MOVED_INLINE)
        hearth__log_line(ws->app->log, HEARTH_LOG_DEBUG, NULL,
                         "%s now runs on the reactors: its callbacks are short",
                         ws->pattern);
    else if (moved == HEARTH__MOVED_WORKER)
        hearth__log_line(ws->app->log, HEARTH_LOG_INFO, NULL,
                         "%s goes back to the workers: a callback took %lld us on a "
                         "reactor",
                         ws->pattern, (long long)took);
}

static void call(hearth_ws *ws, void (*fn)(hearth_ws *w), bool here)
{
    int64_t began = hearth__clock_us(), took;

    ws->calling = true;
    ws->here = here;
    fn(ws);
    hearth__ws_ctx_end(ws);
    ws->calling = false;
    took = hearth__clock_us() - began;
    tell_run(ws, here, took);
    if (here && took > HEARTH__PLACE_SLOW_INLINE_US)
        hearth__log_line(ws->app->log, HEARTH_LOG_WARN, NULL,
                         "a callback of %s held up its reactor for %lld us: make it "
                         "HEARTH_WORKER, or HEARTH_AUTO",
                         ws->pattern, (long long)took);
}

static hearth_ws *of_job(hearth__job *j)
{
    return (hearth_ws *)(void *)((char *)j - offsetof(hearth_ws, job));
}

static void job_run(hearth__job *j)
{
    hearth_ws *ws = of_job(j);

    call(ws, ws->call, false);
}

static void job_done(hearth__job *j)
{
    hearth_ws *ws = of_job(j);

    ws->side->jobs--;
    ws->busy = false;
    ws->heard_ms = now_ms(ws->side); /* nobody has listened meanwhile */
    hearth__ws_advance(ws);
    hearth_ws_unref(ws);
}

/* Here, or, and then the socket is busy, on a worker. */
static void run(hearth_ws *ws, void (*fn)(hearth_ws *w))
{
    if (!hearth__placement_inline(ws->place)) {
        ws->call = fn;
        ws->job = (hearth__job){.run = job_run, .done = job_done};
        if (hearth__reactor_submit_past(ws->side->reactor, &ws->job) == 0) {
            hearth_ws_ref(ws);
            ws->side->jobs++;
            ws->busy = true;
            return;
        }
    }
    call(ws, fn, true);
}

/* ---- the end ------------------------------------------------------------------------------ */

/* For the reason of `code`, unless there was another before. */
static void end(hearth_ws *ws, int code, hearth_str reason)
{
    if (ws->over)
        return;
    ws->over = true;
    ws->code = code;
    ws->reason_len = reason.len < sizeof ws->reason ? reason.len : sizeof ws->reason - 1;
    memcpy(ws->reason, reason.ptr, ws->reason_len);
    ws->reason[ws->reason_len] = '\0';
    ws->limited = true;
    set_timer(ws, now_ms(ws->side) + ws->limits.close_ms);
}

/* With a close frame, unless one is on its way. */
static void end_with(hearth_ws *ws, int code, int report, hearth_str reason)
{
    pthread_mutex_lock(&ws->side->lock);
    (void)hearth__ws_push_close(ws, code, HEARTH__S(""));
    ws->shut = true;
    pthread_mutex_unlock(&ws->side->lock);
    end(ws, report, reason);
}

/* The connection is gone. */
void hearth__ws_lose(hearth_ws *ws)
{
    int code;

    ws->dead = true;
    hearth__watch_stop(ws->side->reactor, &ws->watch);
    if (ws->over)
        return;
    pthread_mutex_lock(&ws->side->lock);
    code = ws->closing == 0 ? ABNORMAL : ws->closing;
    ws->shut = true;
    pthread_mutex_unlock(&ws->side->lock);
    end(ws, code, HEARTH__S(""));
}

static void unlink_socket(hearth_ws *ws)
{
    hearth__ws_side *side = ws->side;

    pthread_mutex_lock(&side->lock);
    if (ws->next != NULL)
        ws->next->prev = ws->prev;
    if (ws->prev != NULL)
        ws->prev->next = ws->next;
    else
        side->all = ws->next;
    side->n--;
    hearth__ws_queue_clear(ws);
    hearth__ws_window_clear(&ws->told_last);
    pthread_mutex_unlock(&side->lock);
}

static void destroy(hearth_ws *ws)
{
    hearth__reactor *r = ws->side->reactor;

    hearth__timer_stop(hearth__reactor_wheel(r), &ws->timer);
    hearth__watch_stop(r, &ws->watch);
    close(ws->fd);
    ws->fd = -1;
    if (ws->deal.out.bits != 0)
        atomic_fetch_sub(&ws->side->hub->squeezed, 1);
    hearth__ws_reader_clear(&ws->in);
    hearth__buf_clear(&ws->rest);
    unlink_socket(ws);
    hearth__reactor_released(r, ws->source);
    hearth_ws_unref(ws);
}

/* ---- what the client says ------------------------------------------------------------------ */

static bool is_closing(hearth_ws *ws)
{
    bool closing;

    pthread_mutex_lock(&ws->side->lock);
    closing = ws->shut;
    pthread_mutex_unlock(&ws->side->lock);
    return closing;
}

static void pong(hearth_ws *ws, hearth_str payload)
{
    hearth__ws_frame *f = hearth__ws_frame_new(HEARTH__WS_OP_PONG, payload);

    if (f == NULL)
        return; /* the client asks again */
    pthread_mutex_lock(&ws->side->lock);
    (void)hearth__ws_push(ws, f);
    pthread_mutex_unlock(&ws->side->lock);
    hearth__ws_frame_unref(f);
}

static void take(hearth_ws *ws, const hearth__ws_event *e)
{
    switch (e->kind) {
    case HEARTH__WS_TEXT:
    case HEARTH__WS_BINARY:
        ws->event = *e;
        if (ws->ops->message != NULL && !is_closing(ws))
            run(ws, call_message);
        break;
    case HEARTH__WS_PING:
        pong(ws, e->data);
        break;
    case HEARTH__WS_CLOSE:
        end_with(ws, e->code, e->code, e->data);
        break;
    case HEARTH__WS_FAILED:
        end_with(ws, e->code, e->code, HEARTH__S(""));
        break;
    case HEARTH__WS_PONG:
    case HEARTH__WS_MORE:
        break;
    }
}

/* As far as it goes; *in is what is left. */
static void consume(hearth_ws *ws, hearth_str *in)
{
    hearth__ws_event e = {.kind = HEARTH__WS_PONG};

    while (!ws->busy && !ws->over && e.kind != HEARTH__WS_MORE) {
        e = hearth__ws_read(&ws->in, in);
        take(ws, &e);
    }
    ws->unread = e.kind != HEARTH__WS_MORE;
    if (ws->over)
        in->len = 0;
}

static void consume_rest(hearth_ws *ws)
{
    hearth_str in = hearth__buf_view(&ws->rest);

    consume(ws, &in);
    if (in.len == 0) {
        hearth__buf_clear(&ws->rest);
        return;
    }
    memmove(ws->rest.ptr, in.ptr, in.len);
    ws->rest.len = in.len;
}

static void receive(hearth_ws *ws)
{
    char *bytes = ws->side->bytes;
    ssize_t n = recv(ws->fd, bytes, HEARTH__WS_READ, MSG_DONTWAIT);

    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        return;
    if (n <= 0) {
        hearth__ws_lose(ws);
        return;
    }
    ws->heard_ms = now_ms(ws->side);
    ws->pinged = false;
    hearth_str in = {bytes, (size_t)n};

    consume(ws, &in);
    hearth__buf_str(&ws->rest, in);
    if (ws->rest.failed)
        end_with(ws, INTERNAL, INTERNAL, HEARTH__S(""));
}

/* ---- what comes next --------------------------------------------------------------------------- */

/* What the kernel takes; behind the last of it, the end. */
static void send_on(hearth_ws *ws)
{
    if (ws->dead)
        return;
    if (hearth__ws_flush(ws, &ws->left) != 0) {
        hearth__ws_lose(ws);
    } else if (ws->over && !ws->left && !ws->shut_down) {
        ws->shut_down = true;
        shutdown(ws->fd, SHUT_WR);
    }
}

static void want(hearth_ws *ws)
{
    unsigned wants =
        (ws->busy ? 0 : HEARTH__WATCH_READ) | (ws->left ? HEARTH__WATCH_WRITE : 0);

    if (hearth__watch_io(ws->side->reactor, &ws->watch, ws->fd, wants) != 0)
        hearth__ws_lose(ws);
}

void hearth__ws_advance(hearth_ws *ws)
{
    while (!ws->busy) {
        if (!ws->opened) {
            ws->opened = true;
            if (ws->ops->open != NULL)
                run(ws, call_open);
        } else if (ws->over && !ws->told) {
            ws->told = true;
            run(ws, call_close);
        } else if (ws->over && ws->dead) {
            destroy(ws);
            return;
        } else if (!ws->over && (ws->unread || ws->rest.len > 0)) {
            consume_rest(ws);
        } else {
            break;
        }
    }
    if (ws->over && !ws->shut_down)
        send_on(ws);
    if (!ws->dead)
        want(ws);
    if (ws->dead && !ws->busy)
        hearth__ws_advance(ws);
}

void hearth__ws_send_on(hearth_ws *ws)
{
    if (ws->fd < 0)
        return;
    send_on(ws);
    if (!ws->limited && is_closing(ws)) {
        ws->limited = true;
        set_timer(ws, now_ms(ws->side) + ws->limits.close_ms);
    }
    hearth__ws_advance(ws);
}

void hearth__ws_on_ready(hearth__watch *w)
{
    hearth_ws *ws = (hearth_ws *)(void *)((char *)w - offsetof(hearth_ws, watch));
    unsigned ready = w->ready;

    hearth_ws_ref(ws);
    if ((ready & HEARTH__WATCH_WRITE) != 0)
        hearth__ws_send_on(ws);
    if (ws->fd >= 0 && (ready & HEARTH__WATCH_READ) != 0) {
        if (ws->busy) /* it failed: what is left is told when the worker is done */
            hearth__watch_stop(ws->side->reactor, w);
        else
            receive(ws);
        if (!ws->busy)
            hearth__ws_advance(ws);
        else if (ws->watch.on)
            want(ws);
    }
    hearth_ws_unref(ws);
}

/* ---- time --------------------------------------------------------------------------------------- */

static void ping(hearth_ws *ws)
{
    hearth__ws_frame *f = hearth__ws_frame_new(HEARTH__WS_OP_PING, HEARTH__S(""));

    if (f == NULL)
        return;
    pthread_mutex_lock(&ws->side->lock);
    (void)hearth__ws_push_past(ws, f);
    pthread_mutex_unlock(&ws->side->lock);
    hearth__ws_frame_unref(f);
    ws->pinged = true;
}

void hearth__ws_on_timer(hearth__timer *t)
{
    hearth_ws *ws = (hearth_ws *)t;
    int64_t now = now_ms(ws->side), due = ws->heard_ms + ws->limits.ping_ms;

    if (ws->limited || (ws->pinged && !ws->busy)) {
        hearth__ws_lose(ws);
        hearth__ws_advance(ws);
        return;
    }
    if (now >= due && !ws->busy)
        ping(ws);
    set_timer(ws, now >= due ? now + ws->limits.ping_ms : due);
}
