/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Giving an application its sessions.
 */
#include "core/clock.h"
#include "core/error.h"
#include "core/str.h"
#include "http/audit.h"
#include "session/session.h"

#include <hearth/secret.h>
#include <hearth/task.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_S            86400
#define DEFAULT_IDLE     (14 * DAY_S)
#define DEFAULT_ABSOLUTE (30 * DAY_S)
#define STRICT_IDLE      (30 * 60)
#define STRICT_ABSOLUTE  (12 * 60 * 60)
#define MOST_S           (100 * 365 * (int64_t)DAY_S)
#define DEFAULT_BYTES    (16u * 1024u)
#define SWEEP_MS         60000

int64_t hearth__session_now(const hearth__sessions *of)
{
    return hearth__clock_wall_us() / 1000000 +
           atomic_load_explicit(&of->ahead_s, memory_order_relaxed);
}

int64_t hearth__session_expires(const hearth__sessions *of, const hearth__record *r)
{
    int64_t idle = r->seen_s + of->opts.idle_s;
    int64_t absolute = r->created_s + of->opts.absolute_s;

    return idle < absolute ? idle : absolute;
}

bool hearth__session_over(const hearth__sessions *of, const hearth__record *r)
{
    /* Far enough from the ends of time that nothing overflows. */
    return r->seen_s > INT64_MAX / 2 ||
           hearth__session_now(of) >= hearth__session_expires(of, r);
}

/* ---- options ----------------------------------------------------------------------- */

static bool is_whole(const hearth_store_ops *ops)
{
    return ops->name != NULL &&
           (ops == &hearth__store_cookie_ops ||
            (ops->load != NULL && ops->save != NULL && ops->drop != NULL));
}

static const char *objection(hearth_store store, const hearth_session_opts *o)
{
    if (store.ops == NULL || !is_whole(store.ops))
        return "the store lacks a function that it must have";
    if (o->cookie != NULL && (strlen(o->cookie) > HEARTH__NAME_MOST ||
                              !hearth__is_token(hearth__str_of(o->cookie))))
        return "the cookie's name is no token of at most 64 characters";
    if (o->cookie != NULL && strncmp(o->cookie, "__", 2) == 0)
        return "the cookie's name begins with \"__\": the prefix comes by itself";
    if (o->idle_s < 0 || o->absolute_s < 0 || o->idle_s > MOST_S ||
        o->absolute_s > MOST_S)
        return "idle_s and absolute_s must be from 0 (the default) to a hundred years";
    return NULL;
}

static void complete(hearth__sessions *of)
{
    hearth_session_opts *o = &of->opts;
    size_t most = of->store.ops->max_data;

    if (o->idle_s == 0)
        o->idle_s = o->strict ? STRICT_IDLE : DEFAULT_IDLE;
    if (o->absolute_s == 0)
        o->absolute_s = o->strict ? STRICT_ABSOLUTE : DEFAULT_ABSOLUTE;
    if (o->max_bytes == 0)
        o->max_bytes = DEFAULT_BYTES;
    of->max_size = most > 0 && most < o->max_bytes ? most : o->max_bytes;
    snprintf(of->plain, sizeof of->plain, "%s", o->cookie == NULL ? "sid" : o->cookie);
    snprintf(of->host, sizeof of->host, "__Host-%s", of->plain);
    o->cookie = of->plain;
}

/* ---- life -------------------------------------------------------------------------- */

static void close_store(hearth_store store)
{
    if (store.ops != NULL && store.ops->close != NULL)
        store.ops->close(store.self);
}

static void destroy(void *arg)
{
    hearth__sessions *of = arg;

    close_store(of->store);
    for (size_t i = 0; i < HEARTH__SESSION_STRIPES; i++)
        pthread_mutex_destroy(&of->stripe[i]);
    free(of);
}

static hearth__sessions *make(hearth_store store, const hearth_session_opts *o)
{
    hearth__sessions *of = calloc(1, sizeof *of);

    if (of == NULL)
        return NULL;
    of->store = store;
    of->opts = *o;
    of->in_cookie = store.ops == &hearth__store_cookie_ops;
    for (size_t i = 0; i < HEARTH__SESSION_STRIPES; i++)
        pthread_mutex_init(&of->stripe[i], NULL);
    complete(of);
    return of;
}

static int sweep(hearth_ctx *c, void *arg)
{
    hearth__sessions *of = arg;

    return of->store.ops->sweep(of->store.self, c, hearth__session_now(of));
}

static int refused(hearth_app *app, hearth_store store, int code, const char *why)
{
    close_store(store);
    return hearth__app_setup_failed(app, code, "hearth_use_sessions: %s", why);
}

int hearth_use_sessions_sized(hearth_app *app, hearth_store store,
                              const hearth_session_opts *o, size_t size)
{
    hearth_session_opts opts = {0};
    hearth__sessions *of;
    hearth_error err = {0};
    int rc = hearth__app_setup_check(app, "hearth_use_sessions");

    if (rc != 0) {
        close_store(store);
        return rc;
    }
    if (o != NULL)
        memcpy(&opts, o, size < sizeof opts ? size : sizeof opts);
    if (app->sessions != NULL)
        return refused(app, store, HEARTH_ESTATE, "the application has sessions already");
    if (objection(store, &opts) != NULL)
        return refused(app, store, HEARTH_EINVAL, objection(store, &opts));
    rc = store.ops->setup == NULL ? 0 : store.ops->setup(store.self, &err);
    if (rc != 0)
        return refused(app, store, rc, err.text);
    of = make(store, &opts);
    if (of == NULL)
        return refused(app, store, HEARTH_ENOMEM, "out of memory");
    app->sessions = of;
    app->lists_sessions = store.ops->list != NULL;
    app->free_sessions = destroy;
    if (of->in_cookie)
        return hearth_use_secrets(app);
    rc = store.ops->sweep == NULL ? 0 : hearth_every(app, SWEEP_MS, sweep, of);
    return rc == 0 ? 0
                   : hearth__app_setup_failed(app, rc, "hearth_use_sessions: %s",
                                              hearth_strerror(rc));
}
