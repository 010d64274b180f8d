/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * The client's clock, and what happens while it waits.  Over loopback nothing of the
 * application goes on by itself: whenever the client is called, everything does that can, until
 * nothing is left to be done.
 *
 * What waits for threads of the test's own waits on the bell of the calls, or, once there is
 * a reactor for sockets, on that, which the bell then wakes as well.
 */
#include "boot/client.h"

#include "app/task.h"
#include "boot/running.h"
#include "core/clock.h"

#include <errno.h>
#include <poll.h>
#include <time.h>

/* What of a time over the wire passes for real, for other processes and their clocks. */
#define REAL_MS 500
#define MOST_MS 2000 /* for reactors to see that the clock was moved */

int64_t hearth__client_now(const hearth_client *t)
{
    return hearth__app_now(t->app);
}

static int64_t sooner(int64_t a, int64_t b)
{
    return a < 0 || (b >= 0 && b < a) ? b : a;
}

/* ---- turns ------------------------------------------------------------------------ */

/* A turn of the sockets' reactor, if it has something to do. */
static bool step_sockets(hearth_client *t)
{
    struct pollfd p = {.events = POLLIN};

    if (t->sockets == NULL)
        return false;
    p.fd = hearth__loop_ws_fd(t->sockets);
    if (hearth__loop_ws_timeout(t->sockets) != 0 && poll(&p, 1, 0) <= 0)
        return false;
    hearth__loop_ws_step(t->sockets);
    return true;
}

static int64_t sockets_due(hearth_client *t)
{
    int64_t ms = t->sockets == NULL ? -1 : hearth__loop_ws_timeout(t->sockets);

    return ms < 0 ? -1 : hearth__client_now(t) + ms * 1000;
}

int64_t hearth__client_turn(hearth_client *t)
{
    int64_t tasks_us, events_us;

    if (t->over_wire) {
        hearth__client_ws_read(t);
        (void)hearth__client_events_read(t);
        return -1;
    }
    do {
        /* A task may let a call go on, which may hand in another. */
        tasks_us = hearth__crew_run(t->app->crew, hearth__client_now(t));
        hearth__client_calls(t);
        hearth__client_ws_read(t);
        events_us = hearth__client_events_read(t);
    } while (step_sockets(t));
    return sooner(sooner(tasks_us, events_us), sockets_due(t));
}

/* ---- waiting ---------------------------------------------------------------------- */

const char *hearth__client_peers(hearth_client *t, hearth__arena *a)
{
    hearth_error err;
    const char *why;

    if (t->over_wire)
        return hearth__client_serve(t, a);
    if (t->sockets != NULL)
        return NULL;
    t->sockets = hearth__loop_ws_new(t->app, &err);
    if (t->sockets == NULL) {
        why = hearth__arena_copy(a, err.text, strlen(err.text));
        return why == NULL ? "out of memory" : why;
    }
    hearth__loop_ws_ahead(t->sockets, atomic_load(&t->app->ahead_us) / 1000);
    pthread_mutex_lock(&t->bell.lock);
    t->bell.self = t->sockets;
    t->bell.also = hearth__loop_ws_wake;
    pthread_mutex_unlock(&t->bell.lock);
    return NULL;
}

static int poll_ms(int64_t us)
{
    int64_t ms = us <= 0 ? 0 : us / 1000 + 1;

    return ms > INT32_MAX ? INT32_MAX : (int)ms;
}

void hearth__client_wait(hearth_client *t, int fd, short events, int64_t next_us,
                         int64_t until_us)
{
    int64_t left_us = until_us - hearth__clock_us();
    struct pollfd p[2] = {{.fd = fd, .events = events}, {.fd = -1, .events = POLLIN}};

    if (t->sockets != NULL)
        p[1].fd = hearth__loop_ws_fd(t->sockets);
    if (next_us >= 0 && next_us - hearth__client_now(t) < left_us)
        left_us = next_us - hearth__client_now(t);
    (void)poll(p, 2, poll_ms(left_us));
}

void hearth__client_await(hearth_client *t, hearth__loop *l)
{
    while (!hearth__loop_turn(l, hearth__client_now(t))) {
        int64_t until_us = sooner(hearth__client_turn(t), l->due_us);

        if (t->sockets == NULL)
            hearth__loop_await(l, until_us - hearth__client_now(t));
        else if (!hearth__loop_fired(l))
            hearth__client_wait(t, -1, 0, until_us, INT64_MAX);
    }
}

void hearth_client_settle(hearth_client *t)
{
    if (t == NULL)
        return;
    if (t->over_wire)
        hearth__crew_settle(t->app->crew);
    (void)hearth__client_turn(t);
}

/* ---- moving the clock ------------------------------------------------------------- */

static void move(hearth_client *t, int64_t us)
{
    if (us <= 0)
        return;
    atomic_fetch_add(&t->app->ahead_us, us);
    if (t->sockets != NULL)
        hearth__loop_ws_ahead(t->sockets, atomic_load(&t->app->ahead_us) / 1000);
}

/* From one due time to the next, so that what repeats does so as often as it would. */
static void step(hearth_client *t, int64_t us)
{
    int64_t end_us = hearth__client_now(t) + us, next_us;

    while ((next_us = hearth__client_turn(t)) >= 0 && next_us < end_us)
        move(t, next_us - hearth__client_now(t));
    move(t, end_us - hearth__client_now(t));
    (void)hearth__client_turn(t);
}

static void wait_for_real(int64_t ms)
{
    struct timespec left = {.tv_nsec = (long)ms * 1000000};

    while (nanosleep(&left, &left) != 0)
        ;
}

/* The kept connection would have been closed as idle. */
static void move_server(hearth_client *t, int64_t us)
{
    const running *run = t->app->running;

    atomic_fetch_add(&t->app->ahead_us, us);
    hearth__crew_ahead(t->app->crew, us);
    hearth__client_wire_close(&t->wire);
    if (run == NULL || run->stuck)
        return;
    hearth__net_ahead(run->net, atomic_load(&t->app->ahead_us) / 1000);
    /* A handler may block one of them. */
    for (int i = 0; i < MOST_MS && !hearth__net_moved(run->net); i++)
        wait_for_real(1);
}

void hearth_client_advance(hearth_client *t, int64_t ms)
{
    int64_t real_ms = ms < REAL_MS ? ms : REAL_MS, rest_us = (ms - real_ms) * 1000;

    if (t == NULL || ms < 0)
        return;
    if (!t->over_wire) {
        step(t, ms * 1000);
        return;
    }
    wait_for_real(real_ms);
    if (rest_us > 0)
        move_server(t, rest_us);
    (void)hearth__client_turn(t);
}
