/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

#include "core/str.h"
#include "suite.h"
#include "transport/loopback.h"

#include <hearth.h>

static int mirror(hearth_ctx *c)
{
    const char *host = hearth_header(c, "Host"),
               *length = hearth_header(c, "Content-Length");

    return hearth_textf(c, 200, "%s %s %s", host, length == NULL ? "-" : length,
                        hearth_body(c).ptr);
}

static int empty(hearth_ctx *c)
{
    (void)c;
    return 204;
}

typedef struct world {
    hearth_app *app;
    hearth__ctx_cache cache;
    hearth__arena memory;
} world;

static void open_world(world *w)
{
    static const hearth_route routes[] = {
        HEARTH_GET("/", mirror, .run = HEARTH_WORKER), /* runs here all the same */
        HEARTH_POST("/", mirror, .max_body = 10),
        HEARTH_GET("/empty", empty),
        HEARTH_END,
    };

    *w = (world){.cache = {.max = 1}};
    hearth__arena_init(&w->memory, 0);
    w->app = hearth_app_new(&(hearth_app_opts){.log = {.level = HEARTH_LOG_OFF}});
    ck_assert_int_eq(hearth_mount(w->app, "", routes), 0);
    ck_assert_int_eq(hearth__app_freeze(w->app, NULL), 0);
}

static void close_world(world *w)
{
    hearth__ctx_cache_clear(&w->cache);
    hearth__arena_clear(&w->memory);
    hearth_app_free(w->app);
}

static const struct {
    const char *method, *target, *name, *value, *body;
    int rc, status;
    const char *says;
    bool close;
} calls[] = {
    {"GET", "/", NULL, NULL, "", 0, 200, "localhost - ", false},
    {"GET", "/", "host", "x.localhost", "", 0, 200, "x.localhost - ", false},
    {"GET", "/", "host", "x", "", 0, 421, NULL, true},
    {"POST", "/", NULL, NULL, "abc", 0, 200, "localhost 3 abc", false},
    {"POST", "/", "CONTENT-LENGTH", "3", "abc", 0, 200, "localhost 3 abc", false},
    {"POST", "/", "Transfer-Encoding", "chunked", "abc", 0, 200, "localhost - abc",
     false},
    {"POST", "/", "Content-Length", "4", "abc", HEARTH_EINVAL, 0, NULL, false},
    {"POST", "/", "Content-Length", "11", "", 0, 413, NULL, true},
    {"POST", "/", "Content-Length", "x", "", 0, 400, NULL, true},
    {"POST", "/", NULL, NULL, "0123456789a", 0, 413, NULL, true},
    {"POST", "/", "Transfer-Encoding", "chunked", "0123456789a", 0, 413, NULL, true},
    {"GET", "/", "X:", "y", "", 0, 400, NULL, true},
    {"GET", "/", "X", "a\r\nb", "", 0, 400, NULL, true},
    {"GET", "/ HTTP/1.1", NULL, NULL, "", 0, 400, NULL, true},
    {"G T", "/", NULL, NULL, "", 0, 400, NULL, true},
    {"HEAD", "/", NULL, NULL, "", 0, 200, "", false},
    {"GET", "/empty", NULL, NULL, "", 0, 204, "", false},
};
#define NCALLS ((int)(sizeof calls / sizeof calls[0]))

START_TEST(a_call_takes_the_way_of_every_request)
{
    world w;
    hearth__loop_answer got;
    const hearth__field field = {hearth__str_of(calls[_i].name),
                                 hearth__str_of(calls[_i].value)};
    const hearth__loop_call call = {
        .method = hearth__str_of(calls[_i].method),
        .target = hearth__str_of(calls[_i].target),
        .field = &field,
        .nfields = calls[_i].name != NULL,
        .body = hearth__str_of(calls[_i].body),
    };

    open_world(&w);
    for (int round = 0; round < 2; round++) {
        int rc = hearth__loopback_call(w.app, &w.cache, &w.memory, &call, &got);

        ck_assert_int_eq(rc, calls[_i].rc);
        if (rc != 0)
            continue;
        ck_assert_int_eq(got.status, calls[_i].status);
        ck_assert_int_eq(got.close, calls[_i].close);
        if (calls[_i].says != NULL)
            ck_assert_str_eq(got.body.ptr, calls[_i].says);
    }
    ck_assert_uint_eq(w.cache.n, 1); /* the context came back */
    close_world(&w);
}
END_TEST

static const char *field_of(const hearth__loop_answer *got, const char *name)
{
    for (size_t i = 0; i < got->nfields; i++) {
        if (hearth__str_ieq(got->field[i].name, hearth__str_of(name)))
            return got->field[i].value.ptr;
    }
    return NULL;
}

START_TEST(an_answer_has_what_a_connection_adds)
{
    static const struct {
        const char *method, *target, *length;
    } asked[] = {{"GET", "/", "12"}, {"HEAD", "/", "12"}, {"GET", "/empty", NULL}};
    world w;
    hearth__loop_answer got;
    const hearth__loop_call call = {.method = hearth__str_of(asked[_i].method),
                                    .target = hearth__str_of(asked[_i].target),
                                    .body = {"", 0}};

    open_world(&w);
    ck_assert_int_eq(hearth__loopback_call(w.app, &w.cache, &w.memory, &call, &got), 0);
    ck_assert_ptr_nonnull(field_of(&got, "Date"));
    ck_assert_uint_eq(strlen(field_of(&got, "Date")), 29);
    if (asked[_i].length == NULL)
        ck_assert_ptr_null(field_of(&got, "Content-Length"));
    else
        ck_assert_str_eq(field_of(&got, "Content-Length"), asked[_i].length);
    close_world(&w);
}
END_TEST

SUITE("transport/loopback", LOOP(a_call_takes_the_way_of_every_request, 0, NCALLS)
                                LOOP(an_answer_has_what_a_connection_adds, 0, 3))
