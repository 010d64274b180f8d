/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TEST_AUTH_KIT_H
#define HEARTH_TEST_AUTH_KIT_H

/*
 * An application with a database in memory, sessions and whatever else a test gives it, and
 * a client without cookies of its own: a test says which it has.
 */

#include "app/app.h"
#include "http.h"

#include <stdio.h>

typedef struct auth_kit {
    hearth_app *app;
    hearth_client *t;
    char cookie[512];  /* "a=b; c=d": what is sent */
    const char *field; /* one more "Name: value", or NULL */
    const char *accept;
} auth_kit;

static inline hearth_app *auth_app_of(bool in_cookie)
{
    hearth_error err = {0};
    static const char *const secrets[] = {"a secret of a test, 32 bytes or more", NULL};
    hearth_app *app = hearth_app_new(
        &(hearth_app_opts){.log = {.level = HEARTH_LOG_DEBUG}, .secrets = secrets});
    hearth_db *db = hearth_db_open("sqlite::memory:", &err);

    ck_assert_ptr_nonnull(app);
    ck_assert_msg(db != NULL, "%s", err.text);
    ck_assert_int_eq(hearth_use_db(app, db), 0);
    ck_assert_int_eq(hearth_use_sessions(app,
                                         in_cookie ? hearth_store_cookie()
                                                   : hearth_store_db(db),
                                         NULL),
                     0);
    return app;
}

static inline hearth_app *auth_app(void)
{
    return auth_app_of(false);
}

static inline void auth_open(auth_kit *k, hearth_app *app, const hearth_route *routes)
{
    *k = (auth_kit){.app = app};
    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    k->t = hearth_client_new(app);
    ck_assert_ptr_nonnull(k->t);
}

static inline void auth_close(auth_kit *k)
{
    hearth_client_free(k->t);
}

/* Over the wire the client would wait for real, and nothing of ours waits for a timer. */
static inline void auth_later(auth_kit *k, int64_t seconds)
{
    if (getenv("HEARTH_TEST_WIRE") != NULL)
        atomic_fetch_add(&k->app->ahead_us, seconds * 1000000);
    else
        hearth_client_advance(k->t, seconds * 1000);
}

static inline const hearth_answer *auth_send(auth_kit *k, const char *method,
                                             const char *target, const char *form)
{
    char cookie[600], accept[100];
    const char *headers[4];
    size_t n = 0;

    snprintf(cookie, sizeof cookie, "Cookie: %s", k->cookie);
    snprintf(accept, sizeof accept, "Accept: %s", k->accept == NULL ? "*/*" : k->accept);
    headers[n++] = cookie;
    headers[n++] = accept;
    if (k->field != NULL)
        headers[n++] = k->field;
    headers[n] = NULL;
    return hearth_call_do(k->t,
                          &(hearth_call){.method = method,
                                         .target = target,
                                         .headers = headers,
                                         .body = form,
                                         .type = "application/x-www-form-urlencoded"});
}

static inline const hearth_answer *auth_do(auth_kit *k, const char *target, int status,
                                           const char *says)
{
    const hearth_answer *r = auth_send(k, "GET", target, NULL);

    ck_assert_msg(r->status == status, "%s: %d %s", target, r->status, r->body.ptr);
    if (says != NULL)
        ck_assert_msg(strcmp(r->body.ptr, says) == 0, "%s: %s, not %s", target,
                      r->body.ptr, says);
    return r;
}

static inline const hearth_answer *auth_post(auth_kit *k, const char *target,
                                             const char *form, int status)
{
    const hearth_answer *r = auth_send(k, "POST", target, form);

    ck_assert_msg(r->status == status, "%s %s: %d %s", target, form, r->status,
                  r->body.ptr);
    return r;
}

/* The first Set-Cookie as "name=value"; "" when there is none. */
static inline void auth_cookie_of(const hearth_answer *r, char *out, size_t max)
{
    const char *set = hearth_answer_header(r, "Set-Cookie");
    size_t n = set == NULL ? 0 : strcspn(set, ";");

    ck_assert_uint_lt(n, max);
    memcpy(out, set == NULL ? "" : set, n);
    out[n] = '\0';
}

/* Send from now on what it set. */
static inline void auth_keep(auth_kit *k, const hearth_answer *r)
{
    auth_cookie_of(r, k->cookie, sizeof k->cookie);
    ck_assert_str_ne(k->cookie, "");
}

#endif
