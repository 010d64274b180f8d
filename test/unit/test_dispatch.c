/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The order in which things run, and what becomes of handlers that misuse it: who calls
 * hearth_next() without having a next, who answers twice, who answers and declines.
 */

#include "suite.h"

#include <hearth.h>
#include <hearth/client.h>
#include <string.h>

typedef struct world {
    int runs; /* of count() */
    int next; /* what hearth_next() returned where it should not be called */
} world;

static int count(hearth_ctx *c)
{
    world *w = hearth_state(c);

    w->runs++;
    return hearth_textf(c, 200, "run %d", w->runs);
}

/* ---- misuse --------------------------------------------------------------------------- */

static int next_in_handler(hearth_ctx *c)
{
    return hearth_next(c);
}

static void next_when_sending(hearth_ctx *c, void *arg)
{
    world *w = arg;

    w->next = hearth_next(c);
}

static int next_in_hook(hearth_ctx *c)
{
    HEARTH_TRY(hearth_on_send(c, next_when_sending, hearth_state(c)));
    return count(c);
}

static int next_in_page(hearth_ctx *c, const hearth_error *e)
{
    world *w = hearth_state(c);

    w->next = hearth_next(c);
    return hearth_textf(c, e->status, "page");
}

static int fails(hearth_ctx *c)
{
    (void)count(c);
    return 409;
}

static int next_twice(hearth_ctx *c)
{
    HEARTH_TRY(hearth_next(c));
    return hearth_next(c);
}

static int answers_twice(hearth_ctx *c)
{
    HEARTH_TRY(hearth_json(c, 201, json_pack("{s:i}", "a", 1)));
    return hearth_text(c, 200, "second");
}

static int answers_and_fails(hearth_ctx *c)
{
    HEARTH_TRY(hearth_redirect(c, "/elsewhere"));
    return 404;
}

static int answers_and_declines(hearth_ctx *c)
{
    HEARTH_TRY(hearth_html(c, 200, "secret"));
    return HEARTH_DECLINED;
}

static int silent(hearth_ctx *c)
{
    (void)c;
    return 0;
}

static int empty(hearth_ctx *c)
{
    (void)c;
    return 202;
}

static void answer_when_sending(hearth_ctx *c, void *arg)
{
    world *w = arg;

    w->next = hearth_text(c, 200, "too late");
}

static int answers_in_hook(hearth_ctx *c)
{
    HEARTH_TRY(hearth_on_send(c, answer_when_sending, hearth_state(c)));
    return count(c);
}

static int unknown(hearth_ctx *c)
{
    (void)c;
    return 777;
}

static hearth_handler *const twice[] = {next_twice, NULL};

static const hearth_route table[] = {
    HEARTH_GET("/count", count),
    HEARTH_GET("/twice", count, .use = twice),
    HEARTH_GET("/handler", next_in_handler),
    HEARTH_GET("/hook", next_in_hook),
    HEARTH_GET("/fails", fails),
    HEARTH_GET("/answers-twice", answers_twice),
    HEARTH_GET("/answers-and-fails", answers_and_fails),
    HEARTH_GET("/d/{n:int}", answers_and_declines),
    HEARTH_GET("/d/{any}", silent),
    HEARTH_GET("/e/{n:int}", answers_and_declines),
    HEARTH_GET("/e/{any}", empty),
    HEARTH_GET("/answers-in-hook", answers_in_hook),
    HEARTH_GET("/unknown", unknown),
    HEARTH_END,
};

static hearth_client *client(world *w, hearth_error_fn *page)
{
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.state = w, .log = {.level = HEARTH_LOG_WARN}});

    *w = (world){0};
    hearth_mount(app, "", table);
    hearth_on_error(app, page);
    hearth_client *t = hearth_client_new(app);

    ck_assert_ptr_nonnull(t);
    return t;
}

START_TEST(a_handler_has_no_next)
{
    world w;
    hearth_client *t = client(&w, NULL);

    ck_assert_int_eq(hearth_call_get(t, "/handler")->status, 500);
    ck_assert_ptr_nonnull(strstr(hearth_client_log(t), "hearth_next() was called"));
    ck_assert_int_eq(hearth_call_get(t, "/count")->status, 200);
    hearth_client_free(t);
}
END_TEST

START_TEST(a_hook_has_no_next)
{
    world w;
    hearth_client *t = client(&w, NULL);

    ck_assert_str_eq(hearth_call_get(t, "/hook")->body.ptr, "run 1");
    ck_assert_int_eq(w.runs, 1);
    ck_assert_int_eq(w.next, HEARTH_ESTATE);
    hearth_client_free(t);
}
END_TEST

START_TEST(an_error_page_has_no_next)
{
    world w;
    hearth_client *t = client(&w, next_in_page);
    const hearth_answer *r = hearth_call_get(t, "/fails");

    ck_assert_int_eq(r->status, 409);
    ck_assert_str_eq(r->body.ptr, "page");
    ck_assert_int_eq(w.runs, 1);
    ck_assert_int_eq(w.next, HEARTH_ESTATE);
    hearth_client_free(t);
}
END_TEST

START_TEST(a_middleware_may_call_next_twice_and_the_last_answer_counts)
{
    world w;
    hearth_client *t = client(&w, NULL);

    ck_assert_str_eq(hearth_call_get(t, "/twice")->body.ptr, "run 2");
    hearth_client_free(t);
}
END_TEST

START_TEST(the_last_answer_wins_as_a_whole)
{
    world w;
    hearth_client *t = client(&w, NULL);
    const hearth_answer *r = hearth_call_get(t, "/answers-twice");

    ck_assert_int_eq(r->status, 200);
    ck_assert_str_eq(r->body.ptr, "second");
    ck_assert_str_eq(hearth_answer_header(r, "Content-Type"),
                     "text/plain; charset=utf-8");
    r = hearth_call_get(t, "/answers-and-fails");
    ck_assert_int_eq(r->status, 404);
    ck_assert_ptr_null(hearth_answer_header(r, "Location"));
    hearth_client_free(t);
}
END_TEST

START_TEST(what_a_handler_answered_before_it_declined_is_dropped)
{
    world w;
    hearth_client *t = client(&w, NULL);
    const hearth_answer *r = hearth_call_get(t, "/d/7");

    ck_assert_int_eq(r->status, 500);
    ck_assert_ptr_null(strstr(r->body.ptr, "secret"));
    r = hearth_call_get(t, "/e/7");
    ck_assert_int_eq(r->status, 202);
    ck_assert_uint_eq(r->body.len, 0);
    ck_assert_ptr_null(hearth_answer_header(r, "Content-Type"));
    hearth_client_free(t);
}
END_TEST

START_TEST(a_hook_cannot_answer)
{
    world w;
    hearth_client *t = client(&w, NULL);

    ck_assert_str_eq(hearth_call_get(t, "/answers-in-hook")->body.ptr, "run 1");
    ck_assert_int_eq(w.next, HEARTH_ESTATE);
    hearth_client_free(t);
}
END_TEST

START_TEST(a_result_that_means_nothing_is_500)
{
    world w;
    hearth_client *t = client(&w, NULL);

    ck_assert_int_eq(hearth_call_get(t, "/unknown")->status, 500);
    ck_assert_int_eq(hearth_call_get(t, "/d/x")->status, 500);
    ck_assert_ptr_nonnull(strstr(hearth_client_log(t), "777"));
    hearth_client_free(t);
}
END_TEST

SUITE("app/dispatch",
      TEST(a_handler_has_no_next) TEST(a_hook_has_no_next) TEST(an_error_page_has_no_next)
          TEST(a_middleware_may_call_next_twice_and_the_last_answer_counts)
              TEST(the_last_answer_wins_as_a_whole)
                  TEST(what_a_handler_answered_before_it_declined_is_dropped)
                      TEST(a_hook_cannot_answer) TEST(a_result_that_means_nothing_is_500))
