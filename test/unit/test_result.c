/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "app/problem.h"

#include "ctx.h"
#include "suite.h"

#include <arpa/inet.h>
#include <hearth/memory.h>
#include <hearth/res.h>

static json_t *problem_of(const bare *t)
{
    json_t *tree;

    ck_assert_str_eq(bare_field(t, "Content-Type"), "application/problem+json");
    tree = json_loadb(t->c->res.body.ptr, t->c->res.body.len, 0, NULL);
    ck_assert_ptr_nonnull(tree);
    return tree;
}

static const char *member(const json_t *tree, const char *name)
{
    const char *s = json_string_value(json_object_get(tree, name));

    return s == NULL ? "" : s;
}

/* The answer is the built-in one with this status and detail. */
static void expect(const bare *t, int status, const char *detail)
{
    json_t *p = problem_of(t);

    ck_assert_int_eq(t->c->res.status, status);
    ck_assert_int_eq(json_integer_value(json_object_get(p, "status")), status);
    ck_assert_str_eq(member(p, "type"), "about:blank");
    ck_assert_str_eq(member(p, "detail"), detail);
    ck_assert_str_eq(member(p, "request_id"), hearth_request_id(t->c));
    ck_assert_str_eq(bare_field(t, "Cache-Control"), "no-store");
    ck_assert_str_eq(bare_field(t, "X-Content-Type-Options"), "nosniff");
    ck_assert_str_eq(bare_field(t, "Vary"), "Accept");
    json_decref(p);
}

#define INTERNAL "Something went wrong on our side. Trying again in a moment may help."
#define LOST     "There is nothing at this address. Please check how it is spelled."

/* ---- success ----------------------------------------------------------------- */

START_TEST(an_answer_stays_as_it_is)
{
    bare *t = bare_get();

    hearth_text(t->c, 404, "mine");
    hearth_fault(t->c, "/a", "b", "ignored");
    hearth__result(t->c, 0);
    ck_assert_int_eq(hearth_status(t->c), 404);
    ck_assert_str_eq(bare_body(t), "mine");
    ck_assert_ptr_null(bare_field(t, "Cache-Control"));
    ck_assert_str_eq(t->log->text, "");
    bare_close(t);
}
END_TEST

START_TEST(a_plain_status_has_no_body_and_keeps_headers)
{
    bare *t = bare_get();

    hearth_text(t->c, 200, "gone");
    hearth_set_header(t->c, "ETag", "\"1\"");
    hearth__result(t->c, 304);
    ck_assert_int_eq(hearth_status(t->c), 304);
    ck_assert_uint_eq(t->c->res.body.len, 0);
    ck_assert_str_eq(bare_field(t, "ETag"), "\"1\"");
    ck_assert_ptr_null(bare_field(t, "Content-Type"));
    bare_close(t);
}
END_TEST

static const int bodiless[] = {204, 205, 304};

START_TEST(a_status_that_has_no_body_loses_it)
{
    bare *t = bare_get();

    hearth_text(t->c, bodiless[_i], "x");
    hearth__result(t->c, 0);
    ck_assert_int_eq(hearth_status(t->c), bodiless[_i]);
    ck_assert_uint_eq(t->c->res.body.len, 0);
    bare_close(t);
}
END_TEST

/* ---- what a result becomes --------------------------------------------------- */

static const struct {
    int rc, status;
    const char *detail;
    const char *logged; /* NULL: nothing */
} results[] = {
    {0, 500, INTERNAL, "the handler answered nothing"},
    {1, 500, INTERNAL, "the handler returned 1"},
    {HEARTH_DECLINED, 404, LOST, NULL},
    {99, 500, INTERNAL, "the handler returned 99"},
    {100, 500, INTERNAL, "the handler returned 100"},
    {199, 500, INTERNAL, "the handler returned 199"},
    {600, 500, INTERNAL, "the handler returned 600"},
    {404, 404, LOST, NULL},
    {500, 500, INTERNAL, NULL},
    {HEARTH_EINVAL, 400, "The server could not understand the request.", NULL},
    {HEARTH_ENOTFOUND, 404, LOST, NULL},
    {HEARTH_EDB, 500, INTERNAL, "database error"},
    {HEARTH_EIO, 500, INTERNAL, "i/o error"},
    {HEARTH_ETIMEOUT, 504, "The answer took too long. Please try again in a moment.",
     "timed out"},
    {-99, 500, INTERNAL, "unknown error (-99)"},
    {499, 499, "Error", NULL},
};
#define RESULTS (int)(sizeof results / sizeof *results)

START_TEST(every_result_becomes_an_answer)
{
    bare *t = bare_get();

    hearth__result(t->c, results[_i].rc);
    expect(t, results[_i].status, results[_i].detail);
    if (results[_i].logged == NULL)
        ck_assert_str_eq(t->log->text, "");
    else
        ck_assert_ptr_nonnull(strstr(t->log->text, results[_i].logged));
    bare_close(t);
}
END_TEST

START_TEST(the_text_of_fail_reaches_the_client)
{
    bare *t = bare_get();

    hearth__result(t->c, hearth_fail(t->c, 409, "taken \"x\" \xC3\xA9"));
    expect(t, 409, "taken \"x\" \xC3\xA9");
    bare_close(t);
}
END_TEST

START_TEST(a_text_that_belongs_to_another_result_does_not)
{
    bare *t = bare_get();

    hearth__tell(t->c, HEARTH_EINVAL, 400, "secret");
    hearth__result(t->c, 400);
    expect(t, 400, "The server could not understand the request.");
    hearth_fail(t->c, 409, "secret");
    hearth__result(t->c, 404);
    expect(t, 404, LOST);
    hearth__tell(t->c, HEARTH_ECONFLICT, 409, "secret");
    hearth__result(t->c, HEARTH_ENOTFOUND);
    expect(t, 404, LOST);
    bare_close(t);
}
END_TEST

START_TEST(a_told_code_reaches_the_client_and_a_noted_one_the_log_once)
{
    bare *t = bare_get();

    hearth__tell(t->c, HEARTH_ECONFLICT, 409, "title already exists");
    hearth__result(t->c, HEARTH_ECONFLICT);
    expect(t, 409, "title already exists");
    ck_assert_str_eq(t->log->text, "");
    hearth__note(t->c, HEARTH_EDB, "no such table: secret");
    hearth__result(t->c, HEARTH_EDB);
    expect(t, 500, INTERNAL);
    ck_assert_ptr_null(strstr(bare_body(t), "secret"));
    ck_assert_ptr_nonnull(strstr(t->log->text, "no such table: secret"));
    ck_assert_ptr_null(strstr(t->log->text, "database error"));
    bare_close(t);
}
END_TEST

START_TEST(debug_shows_what_went_wrong_inside)
{
    bare *t = bare_open(&(hearth_app_opts){.debug = true},
                        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const struct sockaddr_in self = {.sin_family = AF_INET,
                                     .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

    t->c->peer = (const struct sockaddr *)(const void *)&self;
    t->c->peer_len = sizeof self;

    hearth__note(t->c, HEARTH_EDB, "no such table: t");
    hearth__result(t->c, HEARTH_EDB);
    expect(t, 500, "no such table: t");
    t->c->error = (hearth_error){0};
    t->c->res.status = 0;
    hearth__result(t->c, 0);
    expect(t, 500, "the handler answered nothing and returned 0");
    bare_close(t);
}
END_TEST

START_TEST(what_the_database_said_while_rows_were_read_is_used)
{
    bare *t = bare_get();

    t->c->dbs.error.code = HEARTH_ECONFLICT;
    memcpy(t->c->dbs.error.text, "title already exists", 21);
    hearth__result(t->c, HEARTH_ECONFLICT);
    expect(t, 409, "title already exists");
    t->c->dbs.error.code = HEARTH_EDB;
    memcpy(t->c->dbs.error.text, "disk image malformed", 21);
    hearth__result(t->c, HEARTH_EDB);
    expect(t, 500, INTERNAL);
    ck_assert_ptr_nonnull(strstr(t->log->text, "disk image malformed"));
    bare_close(t);
}
END_TEST

START_TEST(faults_become_422_with_a_list)
{
    bare *t = bare_get();
    json_t *p, *errors;

    hearth_fault(t->c, "/title", "required", "title is required");
    hearth_fault(t->c, "?page", "range", "page is too big");
    hearth__result(t->c, hearth_faults(t->c));
    expect(t, 422, "title is required; page is too big");
    p = problem_of(t);
    errors = json_object_get(p, "errors");
    ck_assert_uint_eq(json_array_size(errors), 2);
    ck_assert_str_eq(member(json_array_get(errors, 0), "pointer"), "/title");
    ck_assert_str_eq(member(json_array_get(errors, 0), "code"), "required");
    ck_assert_str_eq(member(json_array_get(errors, 0), "detail"), "title is required");
    ck_assert_str_eq(member(json_array_get(errors, 1), "parameter"), "page");
    json_decref(p);
    bare_close(t);
}
END_TEST

START_TEST(many_long_faults_do_not_overflow_the_text)
{
    bare *t = bare_get();

    for (int i = 0; i < 100; i++)
        hearth_fault(t->c, "/a", "b", "%0*d", i + 1, 7);
    hearth__result(t->c, HEARTH_EMODEL);
    ck_assert_int_eq(hearth_status(t->c), 422);
    ck_assert_uint_le(strlen(t->c->error.text), sizeof t->c->error.text - 1);
    bare_close(t);
}
END_TEST

/* ---- headers ----------------------------------------------------------------- */

START_TEST(an_error_replaces_the_body_and_what_described_it)
{
    static const char *const gone[] = {
        "Content-Disposition", "Content-Encoding", "Content-Range", "ETag",
        "Last-Modified",       "Location",         "Expires",
    };
    bare *t = bare_get();

    hearth_text(t->c, 200, "secret");
    for (int i = 0; i < 7; i++)
        ck_assert_int_eq(hearth_set_header(t->c, gone[i], "x"), 0);
    hearth_set_header(t->c, "Cache-Control", "public, max-age=3600");
    hearth_set_header(t->c, "Allow", "GET");
    hearth_add_header(t->c, "Set-Cookie", "a=b");
    hearth_add_header(t->c, "Set-Cookie", "c=d");
    t->c->res.close = true;
    hearth__result(t->c, 405);
    expect(t, 405, "This page cannot be used in that way.");
    for (int i = 0; i < 7; i++)
        ck_assert_ptr_null(bare_field(t, gone[i]));
    ck_assert_str_eq(bare_field(t, "Allow"), "GET");
    ck_assert_int_eq(bare_count(t, "Set-Cookie"), 2);
    ck_assert_int_eq(bare_count(t, "Content-Type"), 1);
    ck_assert_ptr_null(bare_field(t, "Retry-After"));
    ck_assert(t->c->res.close);
    bare_close(t);
}
END_TEST

START_TEST(a_503_says_when_to_come_back)
{
    bare *t = bare_get();

    hearth__result(t->c, 503);
    ck_assert_str_eq(bare_field(t, "Retry-After"), "1");
    hearth_set_header(t->c, "Retry-After", "30");
    hearth__result(t->c, HEARTH_EBUSY);
    ck_assert_str_eq(bare_field(t, "Retry-After"), "30");
    ck_assert_int_eq(bare_count(t, "Retry-After"), 1);
    bare_close(t);
}
END_TEST

START_TEST(vary_is_kept_and_accept_added_once)
{
    bare *t = bare_get();

    hearth_set_header(t->c, "Vary", "Origin");
    hearth__result(t->c, 404);
    hearth__problem(t->c);
    ck_assert_int_eq(bare_count(t, "Vary"), 1);
    ck_assert_str_eq(bare_field(t, "Vary"), "Origin, Accept");
    bare_close(t);
}
END_TEST

/* ---- out of memory ----------------------------------------------------------- */

START_TEST(out_of_memory_is_one_503_whatever_was_answered)
{
    bare *t = bare_get();

    hearth_text(t->c, 200, "secret");
    for (int i = 0; i < 8; i++)
        hearth_add_header(t->c, "Set-Cookie", "a=b");
    ck_assert_ptr_null(hearth_alloc(t->c, SIZE_MAX));
    hearth__result(t->c, _i == 0 ? 0 : 404);
    ck_assert_int_eq(hearth_status(t->c), 503);
    ck_assert_str_eq(bare_field(t, "Content-Type"), "application/problem+json");
    ck_assert_str_eq(bare_field(t, "Retry-After"), "1");
    ck_assert_str_eq(bare_field(t, "Cache-Control"), "no-store");
    ck_assert_ptr_null(strstr(bare_body(t), "secret"));
    ck_assert_ptr_nonnull(strstr(bare_body(t), "\"status\":503"));
    ck_assert_ptr_nonnull(strstr(t->log->text, "out of memory"));
    bare_close(t);
}
END_TEST

START_TEST(a_handler_that_returns_enomem_is_503)
{
    bare *t = bare_get();

    hearth__result(t->c, HEARTH_ENOMEM);
    ck_assert_int_eq(hearth_status(t->c), 503);
    ck_assert_str_eq(bare_field(t, "Retry-After"), "1");
    bare_close(t);
}
END_TEST

/* ---- the application's own error answer -------------------------------------- */

static int mine(hearth_ctx *c, const hearth_error *e)
{
    return hearth_textf(c, e->status, "mine: %d %s", e->code, e->text);
}

static int declines(hearth_ctx *c, const hearth_error *e)
{
    (void)e;
    hearth_text(c, 200, "half an answer");
    return hearth_fail(c, 418, "another error");
}

static int forgets(hearth_ctx *c, const hearth_error *e)
{
    (void)c, (void)e;
    return 0;
}

static int again(hearth_ctx *c, const hearth_error *e)
{
    hearth__result(c, e->status);
    return 0;
}

START_TEST(the_application_may_answer_errors)
{
    bare *t = bare_get();

    hearth_on_error(t->app, mine);
    hearth__result(t->c, hearth_fail(t->c, 409, "taken"));
    ck_assert_int_eq(hearth_status(t->c), 409);
    ck_assert_str_eq(bare_body(t), "mine: 0 taken");
    ck_assert_str_eq(bare_field(t, "Cache-Control"), "no-store");
    hearth__note(t->c, HEARTH_EDB, "secret");
    hearth__result(t->c, HEARTH_EDB);
    ck_assert_str_eq(bare_body(t), "mine: -9 " INTERNAL);
    bare_close(t);
}
END_TEST

static hearth_error_fn *const helpless[] = {declines, forgets};

START_TEST(when_it_does_not_the_built_in_answer_is_given)
{
    bare *t = bare_get();

    hearth_on_error(t->app, helpless[_i]);
    hearth__result(t->c, hearth_fail(t->c, 409, "taken"));
    expect(t, 409, "taken");
    bare_close(t);
}
END_TEST

START_TEST(an_error_within_an_error_answer_ends)
{
    bare *t = bare_get();

    hearth_on_error(t->app, again);
    hearth__result(t->c, 404);
    expect(t, 404, LOST);
    bare_close(t);
}
END_TEST

START_TEST(out_of_memory_does_not_ask_the_application)
{
    bare *t = bare_get();

    hearth_on_error(t->app, mine);
    hearth_alloc(t->c, SIZE_MAX);
    hearth__result(t->c, 404);
    ck_assert_int_eq(hearth_status(t->c), 503);
    ck_assert_ptr_null(strstr(bare_body(t), "mine"));
    bare_close(t);
}
END_TEST

SUITE("app/result",
      TEST(an_answer_stays_as_it_is) TEST(a_plain_status_has_no_body_and_keeps_headers)
          LOOP(a_status_that_has_no_body_loses_it, 0,
               3) LOOP(every_result_becomes_an_answer, 0,
                       RESULTS) TEST(the_text_of_fail_reaches_the_client)
              TEST(a_text_that_belongs_to_another_result_does_not) TEST(
                  a_told_code_reaches_the_client_and_a_noted_one_the_log_once)
                  TEST(debug_shows_what_went_wrong_inside) TEST(
                      what_the_database_said_while_rows_were_read_is_used)
                      TEST(faults_become_422_with_a_list) TEST(
                          many_long_faults_do_not_overflow_the_text)
                          TEST(an_error_replaces_the_body_and_what_described_it) TEST(
                              a_503_says_when_to_come_back)
                              TEST(vary_is_kept_and_accept_added_once) LOOP(
                                  out_of_memory_is_one_503_whatever_was_answered, 0,
                                  2) TEST(a_handler_that_returns_enomem_is_503)
                                  TEST(the_application_may_answer_errors) LOOP(
                                      when_it_does_not_the_built_in_answer_is_given, 0,
                                      2) TEST(an_error_within_an_error_answer_ends)
                                      TEST(out_of_memory_does_not_ask_the_application))
