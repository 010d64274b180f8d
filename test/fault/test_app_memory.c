/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Memory runs out at every allocation of a request in turn.  The client must get either
 * the whole answer or the one 503, and what was deferred must run exactly once.
 */
#include "app/problem.h"

#include "ctx.h"
#include "fault.h"
#include "suite.h"

#include <hearth/log.h>
#include <hearth/memory.h>
#include <hearth/res.h>

#define HTML "Accept: text/html\r\n"
#define HEAD                                                     \
    "POST /?a=1&b=2 HTTP/1.1\r\nHost: a\r\nCookie: c=1; d=2\r\n" \
    "Content-Type: application/json\r\n"

/* Enough that the first chunk of the arena does not do. */
static void use_much(hearth_ctx *c)
{
    (void)hearth_alloc(c, 3000);
    (void)hearth_strf(c, "%*s", 3000, "x");
    (void)hearth_strdup(c, "a string");
}

static int deferred;

static void count(void *arg)
{
    (void)arg;
    deferred++;
}

/* ---- handlers ---------------------------------------------------------------- */

static int answer_json(hearth_ctx *c)
{
    json_t *in;

    use_much(c);
    HEARTH_TRY(hearth_defer(c, count, NULL));
    HEARTH_TRY(hearth_body_json(c, &in));
    hearth_set_header(c, "X-Query", hearth_query(c, "b", "none"));
    hearth_set_headerf(c, "X-Cookie", "%s", hearth_cookie(c, "d"));
    return hearth_json(c, 200, json_pack("{s:O}", "echo", in));
}

static int answer_much(hearth_ctx *c)
{
    HEARTH_TRY(hearth_defer(c, count, NULL));
    for (int i = 0; i < 40; i++)
        hearth_add_header(c, "Set-Cookie", "a=b");
    hearth_set_cookie(c, "e", "f", NULL);
    use_much(c);
    return hearth_textf(c, 200, "%s %*s", hearth_request_id(c), 5000, "x");
}

static int answer_fault(hearth_ctx *c)
{
    HEARTH_TRY(hearth_defer(c, count, NULL));
    for (int i = 0; i < 100; i++)
        hearth_fault(c, "/title", "required", "title number %d is required", i);
    return hearth_faults(c);
}

static int answer_error(hearth_ctx *c)
{
    HEARTH_TRY(hearth_defer(c, count, NULL));
    use_much(c);
    hearth_set_header(c, "X-A", hearth_header(c, "Host"));
    return hearth_fail(c, 409, "%s is taken", hearth_path(c));
}

static int answer_redirect(hearth_ctx *c)
{
    HEARTH_TRY(hearth_defer(c, count, NULL));
    use_much(c);
    return hearth_redirect(c, "/todos?q=\xC3\xA9");
}

static int own_error(hearth_ctx *c, const hearth_error *e)
{
    use_much(c);
    return hearth_json(c, e->status, json_pack("{s:s}", "detail", e->text));
}

static const struct {
    hearth_handler *handler;
    const char *request;
    int status;
    hearth_error_fn *on_error;
} requests[] = {
    {answer_json, HEAD "\r\n{\"a\": [1, 2, {\"b\": \"text\"}]}", 200, NULL},
    {answer_json, HEAD "\r\n{\"a\": }", 400, NULL},
    {answer_much, HEAD "\r\n", 200, NULL},
    {answer_fault, HEAD "\r\n", 422, NULL},
    {answer_fault, HEAD HTML "\r\n", 422, NULL},
    {answer_error, HEAD "\r\n", 409, NULL},
    {answer_error, HEAD HTML "\r\n", 409, NULL},
    {answer_error, HEAD "\r\n", 409, own_error},
    {answer_redirect, HEAD "\r\n", 303, NULL},
};
#define REQUESTS (int)(sizeof requests / sizeof *requests)

static void check_no_memory(const bare *t)
{
    ck_assert_str_eq(bare_field(t, "Content-Type"), "application/problem+json");
    ck_assert_str_eq(bare_field(t, "Retry-After"), "1");
    ck_assert_str_eq(bare_field(t, "Cache-Control"), "no-store");
    ck_assert_str_eq(bare_field(t, "X-Content-Type-Options"), "nosniff");
    ck_assert_ptr_nonnull(strstr(bare_body(t), "\"status\":503"));
}

static bool run(int i, long n, bool onwards)
{
    bare *t = bare_open(NULL, requests[i].request);
    bool hit;

    hearth_on_error(t->app, requests[i].on_error);
    deferred = 0;
    (onwards ? fault_from : fault_at)(n);
    hearth__result(t->c, requests[i].handler(t->c));
    hit = fault_hit();
    ck_assert_int_gt(hearth_status(t->c), 0);
    if (t->c->arena.failed)
        ck_assert_int_eq(hearth_status(t->c), 503);
    if (hearth_status(t->c) == 503)
        check_no_memory(t);
    else
        ck_assert_int_eq(hearth_status(t->c), requests[i].status);
    if (!hit)
        ck_assert_int_eq(hearth_status(t->c), requests[i].status);
    bare_close(t);
    ck_assert_int_eq(deferred, 1);
    return hit;
}

START_TEST(one_failed_allocation_gives_the_answer_or_one_503)
{
    long n = 0;

    while (run(_i, n, false))
        n++;
    ck_assert_int_gt(n, 0);
}
END_TEST

START_TEST(no_memory_from_some_point_on_gives_one_503)
{
    long n = 0;

    while (run(_i, n, true))
        n++;
    ck_assert_int_gt(n, 0);
}
END_TEST

START_TEST(a_context_that_cannot_be_made_leaves_nothing_behind)
{
    bool hit = true;
    long n = 0;

    for (; hit; n++) {
        fault_at(n);
        hearth_app *app = hearth_app_new(NULL);
        hearth_ctx *c = app == NULL ? NULL : hearth__ctx_take(NULL, app);
        hit = fault_hit();
        ck_assert(hit || c != NULL);
        hearth__ctx_put(NULL, c);
        hearth__app_destroy(app);
    }
    ck_assert_int_gt(n, 3);
}
END_TEST

SUITE("app/memory faults",
      LOOP(one_failed_allocation_gives_the_answer_or_one_503, 0, REQUESTS)
          LOOP(no_memory_from_some_point_on_gives_one_503, 0, REQUESTS)
              TEST(a_context_that_cannot_be_made_leaves_nothing_behind))
