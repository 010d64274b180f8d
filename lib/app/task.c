/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Tasks: chores of the application's crew that are given a context.  Those of a request use
 * the request's, and lie in its memory; others get one for the time that they run.
 */
#include "app/task.h"

#include "app/dispatch.h"
#include "core/clock.h"
#include "core/str.h"

#include <hearth/log.h>
#include <stdlib.h>

/* Of hearth_once() and hearth_every(). */
typedef struct hearth__timed {
    hearth__chore chore; /* first: it is cast back */
    hearth_app *app;
    hearth_task_fn *fn;
    void *arg;
    int64_t ms;
    bool repeats;
    struct hearth__timed *next; /* those that wait for the start, or repeat */
} task;

int64_t hearth__app_now(const hearth_app *app)
{
    return hearth__clock_us() + atomic_load(&app->ahead_us);
}

static int run(hearth_ctx *c, hearth_task_fn *fn, void *arg, const char *what)
{
    int rc = fn(c, arg);

    hearth__dbs_end(&c->dbs);
    if (rc < 0)
        hearth_logf(c, HEARTH_LOG_ERROR, "%s failed: %s", what,
                    c->error.code == rc && c->error.text[0] != '\0'
                        ? c->error.text
                        : hearth_strerror(rc));
    return rc;
}

/* ---- after an answer ---------------------------------------------------------------- */

int hearth_after(hearth_ctx *c, hearth_task_fn *fn, void *arg)
{
    hearth__after_task *t, **end = &c->afters;

    if (fn == NULL)
        return HEARTH_EINVAL;
    if (c->in_task)
        return HEARTH_ESTATE;
    t = hearth__arena_alloc(&c->arena, sizeof *t);
    if (t == NULL)
        return HEARTH_ENOMEM;
    *t = (hearth__after_task){.c = c, .fn = fn, .arg = arg};
    while (*end != NULL)
        end = &(*end)->next_task;
    *end = t;
    return 0;
}

static void run_afters(hearth__chore *j)
{
    hearth_ctx *c = ((hearth__after_task *)j)->c;

    c->in_task = true;
    c->is_inline = false;
    c->dbs.views = false;
    for (hearth__after_task *t = c->afters; t != NULL; t = t->next_task)
        (void)run(c, t->fn, t->arg, "a task after the answer");
    c->afters = NULL;
    hearth__ctx_put(NULL, c);
}

static void drop_afters(hearth__chore *j)
{
    hearth_ctx *c = ((hearth__after_task *)j)->c;

    for (; c->afters != NULL; c->afters = c->afters->next_task)
        atomic_fetch_add(&c->app->dropped, 1);
    hearth__ctx_put(NULL, c);
}

void hearth__after_prepare(hearth_ctx *c)
{
    if (c->afters == NULL || hearth__request_detach(c) == 0)
        return;
    c->afters = NULL;
    hearth_logf(c, HEARTH_LOG_ERROR,
                "out of memory: the tasks after the answer do not run");
}

bool hearth__after_keeps(hearth_ctx *c)
{
    hearth__after_task *t;

    hearth__dbs_end(&c->dbs);
    hearth__after_prepare(c);
    t = c->afters;
    if (t == NULL)
        return false;
    c->arena.failed = false; /* it was said in the answer */
    t->chore.run = run_afters;
    t->chore.drop = drop_afters;
    hearth__crew_do(c->app->crew, &t->chore);
    return true;
}

/* ---- at a time ---------------------------------------------------------------------- */

static void forget(task *t)
{
    if (!t->repeats)
        free(t);
}

static void drop_task(hearth__chore *j)
{
    task *t = (task *)j;

    if (!t->repeats)
        atomic_fetch_add(&t->app->dropped, 1);
    forget(t);
}

/* The next of its times that is still ahead. */
static int arm(task *t, int64_t after_us)
{
    int64_t now_us = hearth__app_now(t->app), step_us = t->ms * 1000;
    int64_t due_us = after_us + step_us;

    if (t->repeats && due_us <= now_us)
        due_us += (now_us - due_us) / step_us * step_us + step_us;
    return hearth__crew_at(t->app->crew, &t->chore, due_us);
}

static void run_task(hearth__chore *j)
{
    task *t = (task *)j;
    hearth_ctx *c = hearth__ctx_take(NULL, t->app);
    int rc = HEARTH_ENOMEM;

    if (c == NULL) {
        hearth_app_logf(t->app, HEARTH_LOG_ERROR, "out of memory: a task does not run");
    } else {
        c->head.method = HEARTH__S("TASK");
        c->res.sent = c->res.shut = true; /* there is nobody to answer */
        c->in_task = true;
        rc = run(c, t->fn, t->arg, t->repeats ? "a repeated task" : "a task");
        hearth__ctx_put(NULL, c);
    }
    if (t->repeats && rc != HEARTH_DECLINED)
        (void)arm(t, t->chore.due_us); /* else it is stopping */
    else
        forget(t);
}

static int begin(task *t)
{
    if (t->ms > 0)
        return arm(t, hearth__app_now(t->app));
    hearth__crew_do(t->app->crew, &t->chore);
    return 0;
}

/* Those that run once leave the list. */
int hearth__tasks_begin(hearth_app *app, int threads)
{
    task **at = &app->tasks;
    size_t dropped;
    int rc = 0;

    while (rc == 0 && *at != NULL) {
        task *t = *at;

        if (!t->repeats)
            *at = t->next;
        else
            at = &t->next;
        rc = begin(t);
        if (rc != 0)
            forget(t);
    }
    if (rc == 0)
        rc = hearth__crew_start(app->crew, threads);
    if (rc != 0)
        (void)hearth__crew_stop(app->crew, 0, &dropped);
    return rc;
}

void hearth__app_tasks_free(hearth_app *app)
{
    hearth__crew_free(app->crew);
    while (app->tasks != NULL) {
        task *t = app->tasks;

        app->tasks = t->next;
        free(t);
    }
}

static int add(hearth_app *app, int64_t ms, hearth_task_fn *fn, void *arg, bool repeats)
{
    task *t;
    int rc = 0;

    if (fn == NULL || ms < (repeats ? 1 : 0) || ms > HEARTH_TASK_MAX_MS)
        return HEARTH_EINVAL;
    t = calloc(1, sizeof *t);
    if (t == NULL)
        return HEARTH_ENOMEM;
    *t = (task){.chore = {.run = run_task, .drop = drop_task},
                .app = app,
                .fn = fn,
                .arg = arg,
                .ms = ms,
                .repeats = repeats};
    if (!app->frozen || repeats) {
        task **end = &app->tasks;

        while (*end != NULL)
            end = &(*end)->next;
        *end = t;
    } else {
        rc = begin(t);
        if (rc != 0)
            free(t);
    }
    return rc;
}

int hearth_once(hearth_app *app, int64_t ms, hearth_task_fn *fn, void *arg)
{
    return add(app, ms, fn, arg, false);
}

int hearth_every(hearth_app *app, int64_t ms, hearth_task_fn *fn, void *arg)
{
    HEARTH_TRY(hearth__app_setup_check(app, "hearth_every"));
    int rc = add(app, ms, fn, arg, true);

    return rc == 0 ? 0
                   : hearth__app_setup_failed(
                         app, rc,
                         rc == HEARTH_ENOMEM
                             ? "hearth_every: out of memory"
                             : "hearth_every: needs a function and 1 ms to 365 days");
}
