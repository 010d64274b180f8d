/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Middleware: order, reach, and what it may do with the rest of the request.  Each leaves a letter in
 * the application's state on the way in and a capital one on the way out.
 */

#include "http.h"
#include "suite.h"

#include <pthread.h>

typedef struct world {
    pthread_mutex_t lock;
    char trace[64];
} world;

static void leave(hearth_ctx *c, char letter)
{
    world *w = hearth_state(c);

    pthread_mutex_lock(&w->lock);
    size_t n = strlen(w->trace);

    if (n + 1 < sizeof w->trace)
        w->trace[n] = letter;
    pthread_mutex_unlock(&w->lock);
}

static int around(hearth_ctx *c, char letter)
{
    leave(c, letter);
    int rc = hearth_next(c);

    leave(c, (char)(letter - 'a' + 'A'));
    return rc;
}

static int outer(hearth_ctx *c)
{
    return around(c, 'a');
}

static int second(hearth_ctx *c)
{
    return around(c, 'b');
}

static int below_admin(hearth_ctx *c)
{
    return around(c, 'm');
}

static int of_group(hearth_ctx *c)
{
    return around(c, 'g');
}

static int of_route(hearth_ctx *c)
{
    return around(c, 'r');
}

static int handler(hearth_ctx *c)
{
    leave(c, 'h');
    return hearth_text(c, 200, "ok");
}

static int gone(hearth_ctx *c)
{
    leave(c, 'h');
    return 410;
}

static hearth_handler *const route_use[] = {of_route, NULL};
static hearth_handler *const group_use[] = {of_group, NULL};
static hearth_handler *const both_use[] = {of_group, of_route, NULL};

static const hearth_route inner[] = {
    HEARTH_GET("/", handler),
    HEARTH_GET("/r", handler, .use = route_use),
    HEARTH_GET("/gone", gone),
    HEARTH_END,
};

static const hearth_route routes[] = {
    HEARTH_GET("/", handler),
    HEARTH_GET("/r", handler, .use = route_use),
    HEARTH_GET("/both", handler, .use = both_use),
    HEARTH_GROUP("/g", inner, .use = group_use),
    HEARTH_GET("/admin", handler),
    HEARTH_GET("/admin/x", handler),
    HEARTH_GET("/administrator", handler),
    HEARTH_END,
};

static const struct {
    const char *method, *target;
    int status;
    const char *trace;
} traces[] = {
    {"GET", "/", 200, "abhBA"},
    {"GET", "/r", 200, "abrhRBA"},
    {"GET", "/both", 200, "abgrhRGBA"},
    {"GET", "/g", 200, "abghGBA"},
    {"GET", "/g/r", 200, "abgrhRGBA"},
    {"GET", "/g/gone", 410, "abghGBA"},
    /* what matches nothing goes through the application's, too */
    {"GET", "/nowhere", 404, "abBA"},
    {"POST", "/r", 405, "abBA"},
    {"OPTIONS", "/r", 204, "abBA"},
    {"GET", "//r", 308, "abBA"},
    /* a prefix covers itself and what lies below it, decoded */
    {"GET", "/admin", 200, "abmhMBA"},
    {"GET", "/admin/x", 200, "abmhMBA"},
    {"GET", "/%61dmin/x", 200, "abmhMBA"},
    {"GET", "/admin/", 404, "abmMBA"},
    {"GET", "/admin/nowhere", 404, "abmMBA"},
    {"POST", "/admin", 405, "abmMBA"},
    {"GET", "/administrator", 200, "abhBA"},
    {"GET", "/x/admin", 404, "abBA"},
};

START_TEST(middleware_wraps_in_order_of_registration)
{
    world w = {PTHREAD_MUTEX_INITIALIZER, ""};
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.state = &w});

    ck_assert_int_eq(hearth_use_at(app, "/admin", below_admin), 0);
    ck_assert_int_eq(hearth_use(app, outer), 0);
    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    ck_assert_int_eq(hearth_use(app, second), 0);
    hearth_client *t = hearth_client_new(app);
    const hearth_answer *r =
        hearth_call_do(t, &(hearth_call){.method = traces[_i].method,
                                         .target = traces[_i].target});

    ck_assert_int_eq(r->status, traces[_i].status);
    pthread_mutex_lock(&w.lock);
    ck_assert_str_eq(w.trace, traces[_i].trace);
    pthread_mutex_unlock(&w.lock);
    hearth_client_free(t);
}
END_TEST

/* ---- what it may do ------------------------------------------------------------------- */

static int ok(hearth_ctx *c)
{
    return hearth_text(c, 200, "handler");
}

static int refuse(hearth_ctx *c)
{
    (void)c;
    return 401;
}

static int answer_first(hearth_ctx *c)
{
    return hearth_text(c, 202, "middleware");
}

static int answer_after(hearth_ctx *c)
{
    HEARTH_TRY(hearth_next(c));
    return hearth_textf(c, 203, "was %d", hearth_status(c));
}

static int error_after(hearth_ctx *c)
{
    HEARTH_TRY(hearth_next(c));
    return hearth_fail(c, 409, "changed my mind");
}

static int header_after(hearth_ctx *c)
{
    int rc = hearth_next(c);

    HEARTH_TRY(hearth_set_header(c, "X-After", "yes"));
    return rc;
}

static int header_before(hearth_ctx *c)
{
    HEARTH_TRY(hearth_set_header(c, "X-Before", "yes"));
    return hearth_next(c);
}

static int swallow(hearth_ctx *c)
{
    return hearth_next(c) == 410 ? hearth_text(c, 200, "was gone") : 500;
}

static int twice(hearth_ctx *c)
{
    HEARTH_TRY(hearth_next(c));
    return hearth_next(c);
}

static int gone_too(hearth_ctx *c)
{
    (void)c;
    return 410;
}

static int next_of_a_handler(hearth_ctx *c)
{
    return hearth_next(c);
}

static const struct {
    hearth_handler *mw, *handler;
    http_case k;
} uses[] = {
    {refuse, ok, {.status = 401}},
    {answer_first, ok, {.status = 202, .says = "middleware"}},
    {answer_after, ok, {.status = 203, .says = "was 200"}},
    {error_after, ok, {.status = 409}},
    {header_after, ok, {.status = 200, .says = "handler", .field = "X-After: yes"}},
    {header_after, gone_too, {.status = 410, .field = "X-After: yes"}},
    {header_before, ok, {.status = 200, .field = "X-Before: yes"}},
    {header_before, gone_too, {.status = 410, .field = "X-Before: yes"}},
    {swallow, gone_too, {.status = 200, .says = "was gone"}},
    {twice, ok, {.status = 200, .says = "handler"}},
    {header_before, next_of_a_handler, {.status = 500}},
};

START_TEST(middleware_may_answer_change_or_refuse)
{
    hearth_app *app = hearth_app_new(NULL);

    ck_assert_int_eq(hearth_use(app, uses[_i].mw), 0);
    ck_assert_int_eq(hearth_get(app, "/", uses[_i].handler), 0);
    hearth_client *t = hearth_client_new(app);

    (void)http_check(t, &uses[_i].k);
    hearth_client_free(t);
}
END_TEST

START_TEST(a_handler_has_no_next_and_the_log_says_so)
{
    hearth_app *app = hearth_app_new(NULL);

    hearth_get(app, "/", next_of_a_handler);
    hearth_client *t = hearth_client_new(app);

    ck_assert_int_eq(hearth_call_get(t, "/")->status, 500);
    ck_assert(http_logged(t, "hearth_next"));
    hearth_client_free(t);
}
END_TEST

START_TEST(everything_below_the_root_is_covered_by_the_root)
{
    static const char *const prefixes[] = {"", "/"};
    world w = {PTHREAD_MUTEX_INITIALIZER, ""};
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.state = &w});

    ck_assert_int_eq(hearth_use_at(app, prefixes[_i], below_admin), 0);
    hearth_mount(app, "", routes);
    hearth_client *t = hearth_client_new(app);

    hearth_call_get(t, "/");
    hearth_call_get(t, "/admin/x");
    pthread_mutex_lock(&w.lock);
    ck_assert_str_eq(w.trace, "mhMmhM");
    pthread_mutex_unlock(&w.lock);
    hearth_client_free(t);
}
END_TEST

START_TEST(middleware_that_makes_no_sense_is_refused)
{
    static const char *const prefixes[] = {"x",    "/a//b", "/{a}", "/a?b",
                                           "/a#b", "/%61",  NULL};
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.log = {.level = HEARTH_LOG_OFF}});

    ck_assert_int_eq(hearth_use(app, NULL), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_use_at(app, "/x", NULL), HEARTH_EINVAL);
    for (size_t i = 0; prefixes[i] != NULL; i++)
        ck_assert_int_eq(hearth_use_at(app, prefixes[i], ok), HEARTH_EINVAL);
    ck_assert_ptr_null(hearth_client_new(app));
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

SUITE("http/middleware",
      LOOP(middleware_wraps_in_order_of_registration, 0, COUNT(traces))
          LOOP(middleware_may_answer_change_or_refuse, 0, COUNT(uses))
              TEST(a_handler_has_no_next_and_the_log_says_so)
                  LOOP(everything_below_the_root_is_covered_by_the_root, 0, 2)
                      TEST(middleware_that_makes_no_sense_is_refused))
