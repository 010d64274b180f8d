/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TEST_SESSION_KIT_H
#define HEARTH_TEST_SESSION_KIT_H

/*
 * An application that does to its session what the query says, on any of the stores:
 *
 *     kit k;
 *     kit_open(&k, KIT_DB, NULL);
 *     kit_do(&k, "/set?k=a&v=b", 200, NULL);
 *     kit_do(&k, "/get?k=a", 200, "b");
 *     kit_close(&k);
 */

#include "http.h"
#include "session/session.h"

#include <stdio.h>
#include <unistd.h>

enum { KIT_MEMORY, KIT_DB, KIT_DB_MEMORY, KIT_COOKIE, KIT_STORES };

typedef struct kit {
    hearth_app *app; /* the client's */
    hearth_client *t;
    char dir[64];
    const char *scheme; /* "https": through a proxy */
    const char *cookie; /* instead of the client's own */
    const char *host;
} kit;

/* ---- handlers ------------------------------------------------------------------------ */

static inline const char *kit_arg(hearth_ctx *c, const char *name)
{
    return hearth_query(c, name, NULL);
}

static inline int kit_ok(hearth_ctx *c, int rc)
{
    return rc != 0 ? rc : hearth_text(c, 200, "ok");
}

static inline int kit_set(hearth_ctx *c)
{
    return kit_ok(c, hearth_session_set(c, kit_arg(c, "k"), kit_arg(c, "v")));
}

static inline int kit_get(hearth_ctx *c)
{
    const char *v = hearth_session_get(c, kit_arg(c, "k"));

    return hearth_text(c, 200, v == NULL ? "(none)" : v);
}

static inline int kit_remove(hearth_ctx *c)
{
    return kit_ok(c, hearth_session_remove(c, kit_arg(c, "k")));
}

static inline int kit_clear(hearth_ctx *c)
{
    return kit_ok(c, hearth_session_clear(c));
}

static inline int kit_login(hearth_ctx *c)
{
    return kit_ok(c, hearth_session_login(c, kit_arg(c, "u")));
}

static inline int kit_user(hearth_ctx *c)
{
    const char *user = hearth_session_user(c);

    return hearth_text(c, 200, user == NULL ? "(nobody)" : user);
}

static inline int kit_rotate(hearth_ctx *c)
{
    return kit_ok(c, hearth_session_rotate(c));
}

static inline int kit_logout(hearth_ctx *c)
{
    HEARTH_TRY(hearth_session_logout(c));
    if (kit_arg(c, "v") != NULL)
        HEARTH_TRY(hearth_session_set(c, "after", kit_arg(c, "v")));
    if (kit_arg(c, "fail") != NULL)
        return 500;
    return hearth_text(c, 200, "ok");
}

static inline int kit_fail(hearth_ctx *c)
{
    HEARTH_TRY(hearth_session_set(c, "failed", "yes"));
    return 500;
}

static inline int kit_public(hearth_ctx *c)
{
    HEARTH_TRY(hearth_set_header(c, "Cache-Control", "public, max-age=60"));
    if (kit_arg(c, "k") != NULL)
        (void)hearth_session_get(c, kit_arg(c, "k"));
    return hearth_text(c, 200, "public");
}

static inline int kit_flash(hearth_ctx *c)
{
    return kit_ok(c, hearth_flash(c, kit_arg(c, "k"), kit_arg(c, "v")));
}

static inline int kit_flashes(hearth_ctx *c)
{
    size_t n;
    const hearth_flash_message *m = hearth_flashes(c, &n);
    const char *all = "";

    for (size_t i = 0; i < n; i++)
        all = hearth_strf(c, "%s%s:%s ", all, m[i].kind, m[i].text);
    return hearth_text(c, 200, all);
}

/* "3 current" : how many, and whether this one is among them; with k, its values */
static inline int kit_list(hearth_ctx *c)
{
    const hearth_session_info *list;
    size_t n;
    bool current = false;
    const char *values = "";

    HEARTH_TRY(hearth_sessions_list(c, kit_arg(c, "u"), &list, &n));
    for (size_t i = 0; i < n; i++) {
        current = current || list[i].current;
        if (list[i].created_s > list[i].seen_s || strlen(list[i].handle) != 43)
            return 500;
        if (hearth_session_info_get(&list[i], "device") != NULL)
            values = hearth_strf(c, "%s %s", values,
                                 hearth_session_info_get(&list[i], "device"));
    }
    return hearth_textf(c, 200, "%zu%s%s", n, current ? " current" : "", values);
}

/* which=others, which=all, else the one whose device that is */
static inline int kit_revoke(hearth_ctx *c)
{
    const char *which = kit_arg(c, "which"), *u = kit_arg(c, "u");
    const hearth_session_info *list;
    size_t n;

    if (which == NULL)
        return HEARTH_EINVAL; /* or out of memory */
    if (strcmp(which, "others") == 0)
        return kit_ok(c, hearth_sessions_revoke_others(c));
    if (strcmp(which, "all") == 0)
        return kit_ok(c, hearth_sessions_revoke(c, u, NULL));
    HEARTH_TRY(hearth_sessions_list(c, u, &list, &n));
    for (size_t i = 0; i < n; i++) {
        const char *device = hearth_session_info_get(&list[i], "device");

        if (device != NULL && strcmp(device, which) == 0)
            return kit_ok(c, hearth_sessions_revoke(c, u, list[i].handle));
    }
    return kit_ok(c, hearth_sessions_revoke(c, u, which));
}

static inline int kit_token(hearth_ctx *c)
{
    const char *token = hearth_csrf_token(c);

    return token == NULL ? HEARTH_EUNAVAILABLE : hearth_text(c, 200, token);
}

static inline int kit_plain(hearth_ctx *c)
{
    return hearth_text(c, 200, "plain");
}

/* ---- the application ----------------------------------------------------------------- */

static const char *const kit_secrets[] = {"0123456789abcdef0123456789abcdef", NULL};
static const char *const kit_proxies[] = {"127.0.0.0/8", NULL};

static const hearth_route kit_routes[] = {
    HEARTH_GET("/set", kit_set),
    HEARTH_GET("/get", kit_get),
    HEARTH_GET("/remove", kit_remove),
    HEARTH_GET("/clear", kit_clear),
    HEARTH_GET("/login", kit_login),
    HEARTH_GET("/user", kit_user),
    HEARTH_GET("/rotate", kit_rotate),
    HEARTH_GET("/logout", kit_logout),
    HEARTH_GET("/fail", kit_fail),
    HEARTH_GET("/public", kit_public),
    HEARTH_GET("/flash", kit_flash),
    HEARTH_GET("/flashes", kit_flashes),
    HEARTH_GET("/list", kit_list),
    HEARTH_GET("/revoke", kit_revoke),
    HEARTH_GET("/token", kit_token),
    HEARTH_GET("/plain", kit_plain),
    HEARTH_END,
};

static inline hearth_store kit_store(kit *k, hearth_app *app, int store)
{
    char url[128];
    hearth_error err = {0};
    hearth_db *db;

    if (store == KIT_MEMORY)
        return hearth_store_memory(0);
    if (store == KIT_COOKIE)
        return hearth_store_cookie();
    snprintf(k->dir, sizeof k->dir, "/tmp/hearth-session-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(k->dir));
    snprintf(url, sizeof url, "sqlite:%s/a.db?sync=normal", k->dir);
    db = hearth_db_open(store == KIT_DB ? url : "sqlite::memory:", &err);
    ck_assert_msg(db != NULL, "%s", err.text);
    ck_assert_int_eq(hearth_use_db(app, db), 0);
    return hearth_store_db(db);
}

static inline hearth_app *kit_app_log(kit *k, int store, const hearth_session_opts *o,
                                      hearth_log_level level)
{
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.secrets = kit_secrets,
                                                        .trusted_proxies = kit_proxies,
                                                        .log = {.level = level}});

    memset(k, 0, sizeof *k);
    ck_assert_ptr_nonnull(app);
    ck_assert_int_eq(hearth_mount(app, "", kit_routes), 0);
    ck_assert_int_eq(hearth_use_sessions(app, kit_store(k, app, store), o), 0);
    k->app = app;
    return app;
}

static inline hearth_app *kit_app(kit *k, int store, const hearth_session_opts *o)
{
    return kit_app_log(k, store, o, HEARTH_LOG_DEBUG);
}

/* One that logs nothing. */
static inline hearth_app *kit_quiet(kit *k, int store)
{
    return kit_app_log(k, store, NULL, HEARTH_LOG_OFF);
}

static inline void kit_open(kit *k, int store, const hearth_session_opts *o)
{
    k->t = NULL;
    hearth_client *t = hearth_client_new(kit_app(k, store, o));

    ck_assert_ptr_nonnull(t);
    k->t = t;
}

static inline void kit_clean(kit *k)
{
    static const char *const files[] = {"a.db", "a.db-wal", "a.db-shm"};
    char path[128];

    for (size_t i = 0; k->dir[0] != '\0' && i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", k->dir, files[i]);
        (void)unlink(path);
    }
    if (k->dir[0] != '\0')
        (void)rmdir(k->dir);
}

static inline void kit_close(kit *k)
{
    hearth_client_free(k->t);
    kit_clean(k);
}

/* ---- calls --------------------------------------------------------------------------- */

static inline const hearth_answer *kit_call(kit *k, const char *target)
{
    char scheme[64], cookie[5000], host[128];
    const char *headers[4];
    size_t n = 0;

    if (k->scheme != NULL) {
        snprintf(scheme, sizeof scheme, "X-Forwarded-Proto: %s", k->scheme);
        headers[n++] = scheme;
    }
    if (k->cookie != NULL) {
        snprintf(cookie, sizeof cookie, "Cookie: %s", k->cookie);
        headers[n++] = cookie;
    }
    if (k->host != NULL) {
        snprintf(host, sizeof host, "Host: %s", k->host);
        headers[n++] = host;
    }
    headers[n] = NULL;
    return hearth_call_do(k->t, &(hearth_call){.target = target, .headers = headers});
}

static inline const hearth_answer *kit_do(kit *k, const char *target, int status,
                                          const char *says)
{
    const hearth_answer *r = kit_call(k, target);

    ck_assert_msg(r->status == status, "%s: %d %s", target, r->status, r->body.ptr);
    if (says != NULL)
        ck_assert_msg(strcmp(r->body.ptr, says) == 0, "%s: %s, not %s", target,
                      r->body.ptr, says);
    return r;
}

/* "sid=..." of an answer's Set-Cookie into out; false when it sets none. */
static inline bool kit_cookie_of(const hearth_answer *r, char *out, size_t max)
{
    const char *set = hearth_answer_header(r, "Set-Cookie");
    size_t n = set == NULL ? 0 : strcspn(set, ";");

    ck_assert_uint_lt(n, max);
    memcpy(out, set == NULL ? "" : set, n);
    out[n] = '\0';
    return set != NULL;
}

static inline void kit_later(kit *k, int64_t seconds)
{
    k->app->sessions->ahead_s += seconds;
}

#endif
