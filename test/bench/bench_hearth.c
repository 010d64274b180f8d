/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* The workloads of the bench as a Hearth application: one reactor, no access log. */
#include "workload.h"

#include <hearth.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int plaintext(hearth_ctx *c)
{
    return hearth_text(c, 200, BENCH_TEXT);
}

static int json(hearth_ctx *c)
{
    return hearth_json(c, 200, json_pack("{s:s}", "message", BENCH_TEXT));
}

static int two(hearth_ctx *c)
{
    return hearth_textf(c, 200, "%lld %s\n", (long long)hearth_param_int(c, "id"),
                        hearth_param(c, "name"));
}

/* As plaintext, behind two parameters: the difference is the router's. */
static int two_plain(hearth_ctx *c)
{
    return hearth_text(c, 200, BENCH_TEXT);
}

static int post(hearth_ctx *c)
{
    json_t *in;

    HEARTH_TRY(hearth_body_json(c, &in));
    return hearth_json(c, 200, json_pack("{s:i}", "members", (int)json_object_size(in)));
}

#define MEMBER(F, T, n) F(T, member##n, text, "A member", .required = true, .max = 20)
#define TEN(F, T, n)   \
    MEMBER(F, T, n##0) \
    MEMBER(F, T, n##1) \
    MEMBER(F, T, n##2) \
    MEMBER(F, T, n##3) \
    MEMBER(F, T, n##4) \
    MEMBER(F, T, n##5) \
    MEMBER(F, T, n##6) \
    MEMBER(F, T, n##7) \
    MEMBER(F, T, n##8) \
    MEMBER(F, T, n##9)
#define FORTY(F, T) TEN(F, T, 0) TEN(F, T, 1) TEN(F, T, 2) TEN(F, T, 3)
HEARTH_MODEL(forty, NULL, FORTY);

/* The same body as post's, into a struct, each member required and at most 20 characters. */
static int model(hearth_ctx *c)
{
    const struct forty *in = HEARTH_IN(c, forty);
    int n = 0;

    for (uint64_t has = in->has; has != 0; has &= has - 1)
        n++;
    return hearth_json(c, 200, json_pack("{s:i}", "members", n));
}

static int row(hearth_ctx *c)
{
    return hearth_reply_row(c, 200, "SELECT id, name, price FROM items WHERE id = ?",
                            hearth_args(hearth_param_int(c, "id")));
}

static int begin(hearth_ctx *c)
{
    HEARTH_TRY(hearth_session_set(c, "user", "7"));
    HEARTH_TRY(hearth_session_set(c, "name", "a name of some length"));
    return hearth_text(c, 200, BENCH_TEXT);
}

/* As plaintext, after reading a value of the session. */
static int session(hearth_ctx *c)
{
    return hearth_session_get(c, "user") == NULL ? 401 : hearth_text(c, 200, BENCH_TEXT);
}

static const hearth_route routes[] = {
    HEARTH_GET("/plaintext", plaintext, .run = HEARTH_INLINE),
    HEARTH_GET("/json", json, .run = HEARTH_INLINE),
    HEARTH_GET("/auto", plaintext),
    HEARTH_GET("/worker", plaintext, .run = HEARTH_WORKER),
    HEARTH_POST("/post", post, .run = HEARTH_INLINE),
    HEARTH_POST("/model", model, .run = HEARTH_INLINE, .in = &forty_model),
    HEARTH_GET("/row/{id:int}", row, .run = HEARTH_INLINE),
    HEARTH_GET("/r25/{id:int}/x/{name}", two, .run = HEARTH_INLINE),
    HEARTH_GET("/p25/{id:int}/x/{name}", two_plain, .run = HEARTH_INLINE),
    HEARTH_END,
};

static int page(hearth_ctx *c)
{
    return hearth_html(c, 200, BENCH_TEXT);
}

static const hearth_route session_routes[] = {
    HEARTH_GET("/begin", begin, .run = HEARTH_INLINE),
    HEARTH_GET("/session", session, .run = HEARTH_INLINE),
    HEARTH_POST("/page", page, .run = HEARTH_INLINE),
    HEARTH_END,
};

/* BENCH_SESSIONS: memory, db or cookie. */
static void with_sessions(hearth_app *app, const char *store, hearth_db *db)
{
    hearth_mount(app, "", session_routes);
    hearth_use_sessions(app,
                        strcmp(store, "db") == 0       ? hearth_store_db(db)
                        : strcmp(store, "cookie") == 0 ? hearth_store_cookie()
                                                       : hearth_store_memory(0),
                        NULL);
}

static int number_of(const char *name, int otherwise)
{
    const char *text = getenv(name);

    return text == NULL ? otherwise : (int)strtol(text, NULL, 10);
}

int main(int argc, char **argv)
{
    static const char *const secrets[] = {"a secret of the bench, which has none", NULL};
    const char *store = getenv("BENCH_SESSIONS");
    hearth_app_opts o = {.access_log_off = getenv("BENCH_ACCESS_LOG") == NULL,
                         .secrets = secrets};

    if (getenv("BENCH_UNSAFE") != NULL) { /* all that can be switched off */
        o.unsafe_cross_site = true;
        o.content_security_policy = o.permissions_policy = o.opener_policy =
            o.referrer_policy = HEARTH_UNSAFE_NOT_SENT;
        o.hsts_s = HEARTH_UNSAFE_NO_HSTS;
    }
    hearth_app *app = hearth_app_new(&o);
    hearth_error err;
    hearth_db *db = hearth_db_open(argc > 1 ? argv[1] : ":memory:", &err);

    hearth_mount(app, "", routes);
    for (int i = 0; i < 50; i++) { /* fifty routes of the same form */
        static char pattern[50][64];

        snprintf(pattern[i], sizeof pattern[i], "/r%d/{id:int}/x/{name}", i);
        if (i != 25)
            hearth_get(app, pattern[i], two);
    }
    hearth_use_db(app, db);
    if (store != NULL)
        with_sessions(app, store, db);
    return hearth_app_run(app,
                          &(hearth_run_opts){.port = HEARTH_PORT_ANY,
                                             .threads = number_of("BENCH_THREADS", 1),
                                             .pool_bytes = number_of("BENCH_POOL",
                                                                     BENCH_POOL)}) == 0
               ? 0
               : 1;
}
