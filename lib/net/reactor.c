/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * One reactor: a libuv loop whose every turn ends in one call of the service's tick(), if
 * anything happened, right before the loop would block.  All that happens only marks the
 * reactor dirty. Nothing here makes a system call of its own in a turn: one timer serves
 * the wheel and the service, and it is libuv's, which waits in the same epoll_wait.
 */

#include "net/inner.h"

#include "core/clock.h"
#include "core/error.h"

#define LINES_FULL 32768
#define LINES_MS   1000

/* ---- time ------------------------------------------------------------------ */

int64_t hearth__reactor_now_ms(const hearth__reactor *r)
{
    return (int64_t)uv_now(&r->loop) +
           atomic_load_explicit(&r->net->ahead_ms, memory_order_relaxed);
}

int64_t hearth__reactor_wall_s(const hearth__reactor *r)
{
    hearth__reactor *cache = (hearth__reactor *)r;
    int64_t now = hearth__reactor_now_ms(r);

    if (cache->wall_read_ms != now) {
        cache->wall_s = hearth__clock_wall_us() / 1000000;
        cache->wall_read_ms = now;
    }
    return cache->wall_s;
}

static void on_timer(uv_timer_t *h)
{
    hearth__reactor *r = h->data;

    r->timer_due_ms = -1;
    r->dirty = true;
    hearth__wheel_run(r->wheel, hearth__reactor_now_ms(r));
}

/* Deadlines change only while something happens, so the end of a dirty turn is the one
 * place to look at them. */
static void set_timer(hearth__reactor *r)
{
    int64_t now = hearth__reactor_now_ms(r);
    int64_t wait = hearth__wheel_next(r->wheel, now);
    int64_t due = wait < 0 || wait > INT64_MAX - now ? -1 : now + wait;

    if (r->tick_due_ms >= 0 && (due < 0 || r->tick_due_ms < due))
        due = r->tick_due_ms;
    if (due == r->timer_due_ms)
        return;
    r->timer_due_ms = due;
    if (due < 0)
        (void)uv_timer_stop(&r->timer);
    else
        (void)uv_timer_start(&r->timer, on_timer, due > now ? (uint64_t)(due - now) : 0,
                             0);
}

/* ---- access lines ---------------------------------------------------------- */

static void flush_lines(hearth__reactor *r)
{
    hearth__timer_stop(r->wheel, &r->flush);
    if (r->lines.len > 0 && r->net->log != NULL)
        hearth__log_flush(r->net->log, &r->lines);
    hearth__buf_empty(&r->lines); /* a buffer that ran out of memory works again */
}

static void flush_due(hearth__timer *t)
{
    flush_lines(HEARTH__OUTER(t, hearth__reactor, flush));
}

hearth__buf *hearth__reactor_lines(hearth__reactor *r)
{
    if (r->lines.len >= LINES_FULL || r->lines.failed)
        flush_lines(r);
    if (!hearth__timer_armed(&r->flush))
        hearth__timer_set(r->wheel, &r->flush, hearth__reactor_now_ms(r) + LINES_MS);
    return &r->lines;
}

/* ---- posting --------------------------------------------------------------- */

/* One wake-up, however much is posted until the reactor looks. */
static void wake(hearth__reactor *r)
{
    if (!atomic_exchange(&r->woken, true))
        (void)uv_async_send(&r->wake); /* fails only for a loop that is gone */
}

void hearth__reactor_post(hearth__reactor *r, hearth__task *t)
{
    t->next = atomic_load(&r->tasks);
    while (!atomic_compare_exchange_weak(&r->tasks, &t->next, t))
        ;
    wake(r);
}

void hearth__reactor_finished(hearth__reactor *r, hearth__job *j)
{
    j->next = atomic_load(&r->jobs);
    while (!atomic_compare_exchange_weak(&r->jobs, &j->next, j))
        ;
    wake(r);
}

/* In the order of posting. */
static bool run_tasks(hearth__reactor *r)
{
    hearth__task *newest = atomic_exchange(&r->tasks, NULL);
    hearth__task *list = NULL;

    if (newest == NULL)
        return false;
    while (newest != NULL) {
        hearth__task *t = newest;

        newest = t->next;
        t->next = list;
        list = t;
    }
    while (list != NULL) {
        hearth__task *t = list;

        list = t->next; /* t may be gone or posted again after fn */
        t->fn(t);
    }
    return true;
}

static bool run_done(hearth__reactor *r)
{
    hearth__job *newest = atomic_exchange(&r->jobs, NULL);
    hearth__job *list = NULL;

    if (newest == NULL)
        return false;
    while (newest != NULL) {
        hearth__job *j = newest;

        newest = j->next;
        j->next = list;
        list = j;
    }
    while (list != NULL) {
        hearth__job *j = list;

        list = j->next;
        j->done(j);
    }
    return true;
}

bool hearth__reactor_work(hearth__reactor *r)
{
    /* Before the lists are taken: whoever posts later sends again. */
    atomic_store(&r->woken, false);
    bool tasks = run_tasks(r);
    bool jobs = run_done(r);

    return tasks || jobs;
}

static int run_here(hearth__reactor *r, hearth__job *j)
{
    j->reactor = r;
    j->run(j);
    hearth__reactor_finished(r, j);
    return 0;
}

int hearth__reactor_submit(hearth__reactor *r, hearth__job *j)
{
    if (r->closed)
        return HEARTH_EUNAVAILABLE;
    if (r->net->by_hand)
        return run_here(r, j);
    return hearth__pool_submit(r->net->pool, r, j);
}

int hearth__reactor_submit_past(hearth__reactor *r, hearth__job *j)
{
    if (r->closed)
        return HEARTH_EUNAVAILABLE;
    if (r->net->by_hand)
        return run_here(r, j);
    return hearth__pool_submit_past(r->net->pool, r, j);
}

/* ---- turns ----------------------------------------------------------------- */

static void on_wake(uv_async_t *h)
{
    hearth__reactor *r = h->data;

    r->dirty = true;
    (void)hearth__reactor_work(r);
}

static void on_watch(uv_poll_t *h, int status, int events)
{
    hearth__reactor *r = h->data;

    (void)events;
    r->dirty = true;
    if (status < 0) /* libuv has stopped watching */
        (void)uv_poll_start(h, UV_READABLE, on_watch);
}

static void on_spin(uv_idle_t *h)
{
    (void)h; /* being active is all it is for */
}

/* False: a whole turn is needed. */
static bool skim(hearth__reactor *r)
{
    r->skimmed = false;
    if (r->draining || r->ops->skim == NULL || r->ops->skim(r->state))
        return false;
    if (r->net->terminal)
        flush_lines(r);
    set_timer(r);
    return true;
}

static void on_turn(uv_prepare_t *h)
{
    hearth__reactor *r = h->data;

    if (r->closed || (!r->dirty && (!r->skimmed || skim(r))))
        return;
    r->dirty = r->skimmed = false;
    int64_t delay = r->ops->tick(r->state);

    if (r->draining && r->ops->idle(r->state)) {
        hearth__reactor_end(r);
        return;
    }
    if (delay == 0) {
        r->dirty = true;
        r->tick_due_ms = -1;
        (void)uv_idle_start(&r->spin, on_spin);
    } else {
        r->tick_due_ms = delay < 0 ? -1 : hearth__reactor_now_ms(r) + delay;
        (void)uv_idle_stop(&r->spin);
        if (r->net->terminal)
            flush_lines(r);
    }
    set_timer(r);
}

static void on_stop(hearth__task *t)
{
    hearth__reactor *r = HEARTH__OUTER(t, hearth__reactor, stop);

    if (r->closed)
        return;
    hearth__accept_end(r);
    r->draining = true;
    r->ops->drain(r->state);
}

static void on_cut(hearth__task *t)
{
    hearth__reactor_end(HEARTH__OUTER(t, hearth__reactor, cut));
}

/* ---- life ------------------------------------------------------------------ */

static int uv_fail(hearth_error *err, int rc)
{
    return hearth__error_set(err, rc == UV_ENOMEM ? HEARTH_ENOMEM : HEARTH_EIO,
                             "cannot make an event loop: %s", uv_strerror(rc));
}

static int start_handles(hearth__reactor *r, int fd)
{
    int rc = uv_async_init(&r->loop, &r->wake, on_wake);

    if (rc != 0)
        return rc;
    r->wake.data = r;
    (void)uv_timer_init(&r->loop, &r->timer);
    (void)uv_idle_init(&r->loop, &r->spin);
    (void)uv_prepare_init(&r->loop, &r->turn);
    r->timer.data = r;
    r->spin.data = r;
    r->turn.data = r;
    (void)uv_prepare_start(&r->turn, on_turn);
    if (fd < 0)
        return 0;
    rc = uv_poll_init(&r->loop, &r->watch, fd);
    if (rc != 0)
        return rc;
    r->watch.data = r;
    return uv_poll_start(&r->watch, UV_READABLE, on_watch);
}

static void on_pulse(hearth__task *t)
{
    atomic_store(&HEARTH__OUTER(t, hearth__reactor, pulse)->pulsing, false);
}

/* libuv's timer was set by the clock as it was. */
static void on_ahead(hearth__task *t)
{
    hearth__reactor *r = HEARTH__OUTER(t, hearth__reactor, ahead);

    atomic_store(&r->moving, false);
    long long ahead_ms = atomic_load(&r->net->ahead_ms);

    if (!r->closed) {
        r->timer_due_ms = -1;
        hearth__wheel_run(r->wheel, hearth__reactor_now_ms(r));
    }
    atomic_store(&r->seen_ms, ahead_ms);
}

bool hearth__reactor_turning(const hearth__reactor *r)
{
    return !r->net->hosted || r->stepping;
}

int hearth__reactor_init(hearth__reactor *r, hearth__net *n, int index,
                         void *service_self, hearth_error *err)
{
    r->net = n;
    r->ops = n->ops;
    r->index = index;
    r->spare = -1;
    r->gone_fd = -1;
    r->dirty = true; /* the first turn asks the service for its delay */
    r->tick_due_ms = -1;
    r->timer_due_ms = -1;
    r->wall_read_ms = -1;
    r->flush.fn = flush_due;
    r->stop.fn = on_stop;
    r->cut.fn = on_cut;
    r->pulse.fn = on_pulse;
    r->ahead.fn = on_ahead;
    hearth__buf_init(&r->lines, NULL, 0);
    int rc = uv_loop_init(&r->loop);

    if (rc != 0)
        return uv_fail(err, rc);
    r->has_loop = true;
    r->wheel = hearth__wheel_new(hearth__reactor_now_ms(r));
    if (r->wheel == NULL)
        return uv_fail(err, UV_ENOMEM);
    r->state = r->ops->open(service_self, r, err);
    if (r->state == NULL)
        return HEARTH_EUNAVAILABLE; /* open() has filled *err */
    rc = start_handles(r, r->ops->fd(r->state));
    if (rc != 0)
        return uv_fail(err, rc);
    return hearth__accept_init(r, err);
}

void hearth__reactor_run(hearth__reactor *r)
{
    (void)uv_run(&r->loop, UV_RUN_DEFAULT);
}

void hearth__reactor_end(hearth__reactor *r)
{
    if (r->closed)
        return;
    r->closed = true;
    hearth__proxy_end(r);
    hearth__watch_end(r);
    /* For good: close() may close the descriptor, and its number is another's then. */
    if (r->watch.data != NULL)
        uv_close((uv_handle_t *)&r->watch, NULL);
    if (r->state != NULL)
        r->ops->close(r->state);
    if (r->has_loop)
        uv_stop(&r->loop);
}

static void close_handle(uv_handle_t *h, void *arg)
{
    (void)arg;
    if (!uv_is_closing(h))
        uv_close(h, NULL);
}

void hearth__reactor_clear(hearth__reactor *r)
{
    if (r->wheel != NULL)
        flush_lines(r);
    hearth__buf_clear(&r->lines);
    if (r->has_loop) {
        uv_walk(&r->loop, close_handle, NULL);
        while (uv_loop_close(&r->loop) == UV_EBUSY)
            (void)uv_run(&r->loop, UV_RUN_DEFAULT);
    }
    hearth__watch_clear(r);
    hearth__accept_clear(r);
    hearth__wheel_free(r->wheel);
    r->wheel = NULL;
}

/* ---- for services ---------------------------------------------------------- */

hearth__wheel *hearth__reactor_wheel(hearth__reactor *r)
{
    return r->wheel;
}

void hearth__reactor_counted(hearth__reactor *r)
{
    atomic_fetch_add(&r->net->connections, 1);
}

void hearth__reactor_released(hearth__reactor *r, hearth__source source)
{
    hearth__limits_drop(r->net->limits, source);
    atomic_fetch_sub(&r->net->connections, 1);
}

int hearth__reactor_index(const hearth__reactor *r)
{
    return r->index;
}

hearth__log *hearth__reactor_log(hearth__reactor *r)
{
    return r->net->log;
}
