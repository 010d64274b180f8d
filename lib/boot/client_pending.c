/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Calls that are under way while the test does something else.  Over loopback they are
 * contexts that wait, and whatever moves the clock or waits for one of them lets all go
 * on.
 */

#include "boot/client.h"

#include "app/task.h"

#include <stdlib.h>
#include <time.h>

/* What of a time over the wire passes for real: there reactors have clocks of their own. */
#define REAL_MS 500

struct hearth_pending {
    hearth_client *t;
    hearth_pending *next;
    hearth__arena memory;
    hearth__loop loop;
    hearth__client_wire wire;
    const char *why; /* it could not be begun */
};

/* ---- time ------------------------------------------------------------------------- */

int64_t hearth__client_now(const hearth_client *t)
{
    return hearth__app_now(t->app);
}

/* Let everything go on that can. */
static void turn(hearth_client *t)
{
    int64_t now_us = hearth__client_now(t);

    for (hearth_pending *p = t->pending; p != NULL; p = p->next)
        if (p->why == NULL)
            (void)hearth__loop_turn(&p->loop, now_us);
}

int64_t hearth__client_turn(hearth_client *t)
{
    int64_t next_us;

    /* A task may let a call go on, which may hand in another. */
    next_us = hearth__crew_run(t->app->crew, hearth__client_now(t));
    turn(t);
    return next_us;
}

void hearth__client_await(hearth_client *t, hearth__loop *l)
{
    while (!hearth__loop_turn(l, hearth__client_now(t))) {
        int64_t next_us = hearth__client_turn(t);
        int64_t until_us = next_us >= 0 && next_us < l->due_us ? next_us : l->due_us;

        hearth__loop_await(l, until_us - hearth__client_now(t));
    }
}

/* From one due time to the next, so that what repeats does so as often as it would. */
static void step(hearth_client *t, int64_t us)
{
    int64_t end_us = hearth__client_now(t) + us, next_us;

    while ((next_us = hearth__client_turn(t)) >= 0 && next_us < end_us) {
        int64_t ahead_us = next_us - hearth__client_now(t);

        if (ahead_us > 0)
            atomic_fetch_add(&t->app->ahead_us, ahead_us);
    }
    next_us = end_us - hearth__client_now(t);
    if (next_us > 0)
        atomic_fetch_add(&t->app->ahead_us, next_us);
    (void)hearth__client_turn(t);
}

void hearth_client_settle(hearth_client *t)
{
    if (t == NULL)
        return;
    if (t->over_wire)
        hearth__crew_settle(t->app->crew);
    else
        (void)hearth__client_turn(t);
}

static void wait_for_real(int64_t ms)
{
    struct timespec left = {.tv_nsec = (long)ms * 1000000};

    while (nanosleep(&left, &left) != 0)
        ;
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
    if (rest_us > 0) {
        atomic_fetch_add(&t->app->ahead_us, rest_us);
        hearth__crew_ahead(t->app->crew, rest_us);
    }
}

/* ---- calls ------------------------------------------------------------------------ */

static void drop(hearth_pending *p)
{
    hearth_pending **at = &p->t->pending;

    while (*at != p)
        at = &(*at)->next;
    *at = p->next;
    hearth__client_wire_close(&p->wire);
    hearth__arena_clear(&p->memory);
    free(p);
}

static void begin(hearth_pending *p, const hearth__loop_call *call)
{
    hearth_client *t = p->t;
    int rc;

    if (!t->over_wire) {
        hearth__loop_begin(&p->loop, t->app, call, hearth__client_now(t));
        return;
    }
    p->why = hearth__client_serve(t, &p->memory);
    if (p->why != NULL)
        return;
    hearth__client_wire_init(&p->wire, hearth_app_port(t->app));
    rc = hearth__client_wire_send(&p->wire, &p->memory, call);
    if (rc < 0)
        p->why = hearth__client_why(&p->wire, rc);
}

hearth_pending *hearth_call_begin(hearth_client *t, const hearth_call *call)
{
    static const hearth_call defaults = {0};
    hearth_pending *p = t == NULL ? NULL : calloc(1, sizeof *p);
    hearth__loop_call to;

    if (p == NULL)
        return NULL;
    p->t = t;
    hearth__arena_init(&p->memory, 0);
    hearth__client_wire_init(&p->wire, 0);
    p->loop = (hearth__loop){.cache = &t->cache, .a = &p->memory, .bell = &t->bell};
    p->next = t->pending;
    t->pending = p;
    p->why = hearth__client_make(t, &p->memory, call == NULL ? &defaults : call, &to);
    if (p->why == NULL)
        begin(p, &to);
    return p;
}

const hearth_answer *hearth_call_finish(hearth_pending *p)
{
    hearth_client *t = p->t;
    const char *why = p->why;
    int rc = 0;

    hearth__client_forget(t);
    if (why == NULL && !t->over_wire) {
        hearth__client_await(t, &p->loop);
        rc = hearth__loop_end(&p->loop, &t->answer.got);
    } else if (why == NULL) {
        rc = hearth__client_wire_take(&p->wire, &p->memory, &t->answer.got);
    }
    if (why == NULL)
        why = hearth__client_why(t->over_wire ? &p->wire : NULL, rc);
    /* The answer lies in its memory, which becomes the client's. */
    hearth__arena_clear(&t->memory);
    t->memory = p->memory;
    hearth__arena_init(&p->memory, 0);
    drop(p);
    return hearth__client_show(t, why);
}

void hearth_call_abort(hearth_pending *p)
{
    if (p == NULL)
        return;
    hearth__loop_abort(&p->loop);
    drop(p);
}
