/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * What runs at the start and at the stop of an application, besides requests.  Start and
 * stop hooks are one list, in the order of registration, so that a start that fails half
 * way undoes just what was done.
 */
#include "app/task.h"

#include "core/error.h"

#include <hearth/log.h>
#include <stdlib.h>

typedef struct hearth__life_hook {
    hearth_start_fn *start; /* or */
    void (*stop)(hearth_app *app, void *arg);
    void *arg;
    struct hearth__life_hook *next, *prev;
} entry;

static int add(hearth_app *app, const char *what, entry e)
{
    entry *made;

    HEARTH_TRY(hearth__app_setup_check(app, what));
    if (e.start == NULL && e.stop == NULL)
        return hearth__app_setup_failed(app, HEARTH_EINVAL, "%s: the function is NULL",
                                        what);
    made = malloc(sizeof *made);
    if (made == NULL)
        return hearth__app_setup_failed(app, HEARTH_ENOMEM, "%s: out of memory", what);
    *made = e;
    made->prev = app->last_hook;
    made->next = NULL;
    if (made->prev != NULL)
        made->prev->next = made;
    else
        app->first_hook = made;
    app->last_hook = made;
    return 0;
}

int hearth_on_start(hearth_app *app, hearth_start_fn *fn, void *arg)
{
    return add(app, "hearth_on_start", (entry){.start = fn, .arg = arg});
}

int hearth_on_stop(hearth_app *app, void (*fn)(hearth_app *app, void *arg), void *arg)
{
    return add(app, "hearth_on_stop", (entry){.stop = fn, .arg = arg});
}

/* From here back to the first. */
static void stop_from(hearth_app *app, entry *e)
{
    for (; e != NULL; e = e->prev)
        if (e->stop != NULL)
            e->stop(app, e->arg);
}

static int start_one(hearth_app *app, const entry *e, hearth_error *err)
{
    hearth_error own = {0};
    int rc = e->start(app, e->arg, &own);

    if (rc == 0)
        return 0;
    if (rc > 0)
        rc = HEARTH_EUNAVAILABLE;
    return hearth__error_set(err, rc, "%s",
                             own.text[0] != '\0' ? own.text : hearth_strerror(rc));
}

int hearth__app_begin(hearth_app *app, int threads, hearth_error *err)
{
    hearth__crew_open(app->crew);
    for (entry *e = app->first_hook; e != NULL; e = e->next) {
        int rc = e->start == NULL ? 0 : start_one(app, e, err);

        if (rc != 0) {
            stop_from(app, e);
            return rc;
        }
    }
    int rc = hearth__tasks_begin(app, threads);

    if (rc == 0)
        return 0;
    stop_from(app, app->last_hook);
    return hearth__error_set(err, rc, "out of memory for tasks at start");
}

int hearth__app_end(hearth_app *app, int64_t wait_ms)
{
    size_t dropped;
    int rc = hearth__crew_stop(app->crew, wait_ms, &dropped);

    int lost = atomic_exchange(&app->dropped, 0);

    if (lost > 0)
        hearth_app_logf(app, HEARTH_LOG_WARN,
                        "stopped before their time: %d tasks are dropped", lost);
    if (rc == 0)
        stop_from(app, app->last_hook);
    return rc;
}

void hearth__app_hooks_free(hearth_app *app)
{
    while (app->first_hook != NULL) {
        entry *e = app->first_hook;

        app->first_hook = e->next;
        free(e);
    }
}
