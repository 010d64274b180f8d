/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The client for tests, tested: what it sends, what it shows, what it survives.
 */

#include "http.h"
#include "suite.h"

#include <stdio.h>

/* Everything that came, as text. */
static int mirror(hearth_ctx *c)
{
    const char *type = hearth_header(c, "Content-Type");
    const char *length = hearth_header(c, "Content-Length");

    return hearth_textf(c, 200, "%s %s type=%s length=%s body=%s", hearth_method(c),
                        hearth_target(c), type == NULL ? "-" : type,
                        length == NULL ? "-" : length, hearth_body(c).ptr);
}

static int document(hearth_ctx *c)
{
    return hearth_json(c, 200,
                       json_pack("{s:s, s:i, s:b, s:n, s:f, s:[i,i], s:{s:s}, s:s}",
                                 "text", "a", "number", 7, "flag", 1, "null", "real", 0.5,
                                 "list", 1, 2, "inner", "a/b", "slash", "empty", ""));
}

static int broken_document(hearth_ctx *c)
{
    return hearth_blob(c, 200, "application/json", "{", 1);
}

static int texts(hearth_ctx *c)
{
    hearth_add_header(c, "X-Two", "first");
    hearth_add_header(c, "X-Two", "second");
    return hearth_text(c, 200, "{}");
}

static int problem(hearth_ctx *c)
{
    return hearth_fail(c, 400, "no");
}

static const hearth_route routes[] = {
    HEARTH_GET("/", mirror),
    HEARTH_POST("/", mirror),
    HEARTH_PUT("/", mirror),
    HEARTH_PATCH("/", mirror),
    HEARTH_DEL("/", mirror),
    HEARTH_ROUTE("PURGE", "/", mirror),
    HEARTH_GET("/{p:path}", mirror),
    HEARTH_GET("/document", document),
    HEARTH_GET("/broken", broken_document),
    HEARTH_GET("/texts", texts),
    HEARTH_GET("/problem", problem),
    HEARTH_END,
};

START_TEST(every_method_has_a_call)
{
    hearth_client *t = http_client(NULL, routes);

    ck_assert_str_eq(hearth_call_get(t, "/a?b=c")->body.ptr,
                     "GET /a?b=c type=- length=- body=");
    ck_assert_str_eq(hearth_call_post(t, "/", "{}")->body.ptr,
                     "POST / type=application/json length=2 body={}");
    ck_assert_str_eq(hearth_call_put(t, "/", "[1]")->body.ptr,
                     "PUT / type=application/json length=3 body=[1]");
    ck_assert_str_eq(hearth_call_patch(t, "/", "1")->body.ptr,
                     "PATCH / type=application/json length=1 body=1");
    ck_assert_str_eq(hearth_call_delete(t, "/")->body.ptr,
                     "DELETE / type=- length=- body=");
    ck_assert_str_eq(hearth_call_post(
        t, "/", HEARTH_JSON({"a": [1, "b"]}))->body.ptr,
        "POST / type=application/json length=15 body={\"a\": [1, \"b\"]}");
    hearth_client_free(t);
}
END_TEST

static const struct {
    hearth_call call;
    const char *says;
} calls[] = {
    {{0}, "GET / type=- length=- body="},
    {{.method = "PURGE"}, "PURGE / type=- length=- body="},
    {{.target = "/%20?x"}, "GET /%20?x type=- length=- body="},
    {{.method = "POST", .body = "a"}, "POST / type=application/json length=1 body=a"},
    {{.method = "POST", .body = "abc", .body_len = 2},
     "POST / type=application/json length=2 body=ab"},
    {{.method = "POST", .body = "a", .type = "text/x"},
     "POST / type=text/x length=1 body=a"},
    {{.method = "POST", .type = "text/x"}, "POST / type=text/x length=- body="},
    {{.method = "POST",
      .body = "a",
      .headers = (const char *const[]){"content-type: text/y", NULL}},
     "POST / type=text/y length=1 body=a"},
    {{.method = "POST",
      .body = "a",
      .headers = (const char *const[]){"Content-Length: 1", NULL}},
     "POST / type=application/json length=1 body=a"},
    {{.method = "POST",
      .body = "abc",
      .headers = (const char *const[]){"Transfer-Encoding: chunked", NULL}},
     "POST / type=application/json length=- body=abc"},
};

START_TEST(what_a_call_leaves_out_has_a_default)
{
    hearth_client *t = http_client(NULL, routes);

    ck_assert_str_eq(hearth_call_do(t, &calls[_i].call)->body.ptr, calls[_i].says);
    hearth_client_free(t);
}
END_TEST

static const struct {
    const char *pointer, *text;
} places[] = {
    {"/text", "a"},    {"/number", "7"},
    {"/flag", "true"}, {"/null", "null"},
    {"/real", "0.5"},  {"/list/0", "1"},
    {"/list/1", "2"},  {"/list", "[1,2]"},
    {"/list/2", ""},   {"/inner/a~1b", "slash"},
    {"/empty", ""},    {"/nowhere", ""},
    {"nonsense", ""},  {"/inner", "{\"a/b\":\"slash\"}"},
};

START_TEST(values_of_a_document_are_found_by_pointer)
{
    hearth_client *t = http_client(NULL, routes);
    const hearth_answer *r = hearth_call_get(t, "/document");

    ck_assert_ptr_nonnull(r->json);
    ck_assert_str_eq(hearth_answer_at(r, places[_i].pointer), places[_i].text);
    hearth_client_free(t);
}
END_TEST

START_TEST(only_sound_documents_of_the_right_type_are_trees)
{
    hearth_client *t = http_client(NULL, routes);

    ck_assert_ptr_null(hearth_call_get(t, "/broken")->json);
    ck_assert_str_eq(hearth_answer_at(hearth_call_get(t, "/broken"), "/a"), "");
    ck_assert_ptr_null(hearth_call_get(t, "/texts")->json);
    ck_assert_str_eq(hearth_answer_at(hearth_call_get(t, "/texts"), ""), "");
    const hearth_answer *r = hearth_call_get(t, "/problem"); /* +json */

    ck_assert_ptr_nonnull(r->json);
    ck_assert_str_eq(hearth_answer_at(r, "/detail"), "no");
    hearth_client_free(t);
}
END_TEST

START_TEST(fields_are_found_whatever_their_case)
{
    hearth_client *t = http_client(NULL, routes);
    const hearth_answer *r = hearth_call_get(t, "/texts");

    ck_assert_str_eq(hearth_answer_header(r, "content-type"),
                     "text/plain; charset=utf-8");
    ck_assert_str_eq(hearth_answer_header(r, "X-TWO"), "first");
    ck_assert_ptr_null(hearth_answer_header(r, "X-None"));
    ck_assert_ptr_nonnull(hearth_answer_header(r, "Date"));
    ck_assert_str_eq(hearth_answer_header(r, "Content-Length"), "2");
    hearth_client_free(t);
}
END_TEST

/* ---- what cannot be sent ------------------------------------------------------------------ */

static const hearth_call unsendable[] = {
    {.method = "GET\r\nX: y"},
    {.target = "/\r\nX: y"},
    {.target = "/\n"},
    {.type = "a/b\r\nX: y"},
    {.headers = (const char *const[]){"no colon", NULL}},
    {.headers = (const char *const[]){"X: y\r\nZ: a", NULL}},
};

START_TEST(a_call_that_cannot_be_made_says_why)
{
    hearth_client *t = http_client(NULL, routes);
    const hearth_answer *r = hearth_call_do(t, &unsendable[_i]);

    ck_assert_int_eq(r->status, 0);
    ck_assert_uint_gt(r->body.len, 0);
    ck_assert_ptr_null(r->json);
    ck_assert_ptr_null(hearth_answer_header(r, "Date"));
    ck_assert_str_eq(hearth_answer_at(r, "/a"), "");
    ck_assert_int_eq(hearth_call_get(t, "/")->status, 200); /* and the next one is fine */
    hearth_client_free(t);
}
END_TEST

/* Sent as it is: refusing it is the application's part. */
START_TEST(a_malformed_target_reaches_the_application)
{
    static const char *const targets[] = {"/a b", "/%zz", "x", "", "/\xc3\xa4"};
    hearth_client *t = http_client(NULL, routes);

    ck_assert_int_eq(hearth_call_get(t, targets[_i])->status, 400);
    ck_assert_int_eq(hearth_call_get(t, "/")->status, 200);
    hearth_client_free(t);
}
END_TEST

/* ---- life ------------------------------------------------------------------------------------ */

START_TEST(a_client_that_could_not_be_made_answers_status_0)
{
    ck_assert_ptr_null(hearth_client_new(NULL));
    const hearth_answer *r = hearth_call_get(NULL, "/");

    ck_assert_int_eq(r->status, 0);
    ck_assert_ptr_null(hearth_answer_header(r, "Date"));
    ck_assert_str_eq(hearth_answer_at(r, "/a"), "");
    ck_assert_str_eq(hearth_client_log(NULL), "");
    hearth_client_free(NULL);
}
END_TEST

START_TEST(a_client_freezes_its_application)
{
    hearth_app *app = hearth_app_new(NULL);

    hearth_get(app, "/", mirror);
    hearth_client *t = hearth_client_new(app);

    ck_assert_int_eq(hearth_get(app, "/late", mirror), HEARTH_ESTATE);
    ck_assert_int_eq(hearth_call_get(t, "/late")->status, 404);
    hearth_client_free(t);
}
END_TEST

START_TEST(many_calls_need_no_more_memory_than_one)
{
    hearth_client *t = http_client(NULL, routes);
    char target[32], want[64];

    for (int i = 0; i < 300; i++) {
        snprintf(target, sizeof target, "/n/%d", i);
        snprintf(want, sizeof want, "GET %s type=- length=- body=", target);
        ck_assert_str_eq(hearth_call_get(t, target)->body.ptr, want);
    }
    hearth_client_free(t);
}
END_TEST

START_TEST(clients_live_side_by_side)
{
    hearth_client *t = http_client(NULL, routes), *u = http_client(NULL, routes);
    const hearth_answer *a = hearth_call_get(t, "/t"), *b = hearth_call_get(u, "/u");

    ck_assert_str_eq(a->body.ptr, "GET /t type=- length=- body=");
    ck_assert_str_eq(b->body.ptr, "GET /u type=- length=- body=");
    hearth_client_free(t);
    ck_assert_str_eq(hearth_call_get(u, "/u")->body.ptr, "GET /u type=- length=- body=");
    hearth_client_free(u);
}
END_TEST

/* ---- log --------------------------------------------------------------------------------------- */

static void count_lines(void *self, hearth_log_level level, hearth_str lines)
{
    (void)level;
    for (size_t i = 0; i < lines.len; i++)
        *(int *)self += lines.ptr[i] == '\n';
}

static void count_close(void *self)
{
    *(int *)self += 1000;
}

START_TEST(the_log_is_remembered_and_the_sink_still_gets_it)
{
    static const hearth_log_ops ops = {.name = "count",
                                       .write = count_lines,
                                       .close = count_close};
    int lines = 0;
    hearth_client *t =
        http_client(&(hearth_app_opts){.log = {.ops = &ops, .self = &lines}}, routes);

    hearth_call_get(t, "/first");
    hearth_call_get(t, "/second");
    const char *log = hearth_client_log(t);

    ck_assert_ptr_nonnull(strstr(log, "GET /first"));
    ck_assert_ptr_nonnull(strstr(log, "GET /second"));
    ck_assert_int_eq(log[strlen(log) - 1], '\n');
    hearth_call_get(t, "/third"); /* goes on after it was looked at */
    ck_assert(http_logged(t, "GET /third"));
    ck_assert(http_logged(t, "GET /first"));
    hearth_client_free(t);
    ck_assert_int_ge(lines, 1003);
    ck_assert_int_lt(lines, 2000); /* closed once */
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

SUITE("http/client",
      TEST(every_method_has_a_call) LOOP(what_a_call_leaves_out_has_a_default, 0,
                                         COUNT(calls))
          LOOP(values_of_a_document_are_found_by_pointer, 0,
               COUNT(places)) TEST(only_sound_documents_of_the_right_type_are_trees)
              TEST(fields_are_found_whatever_their_case)
                  LOOP(a_call_that_cannot_be_made_says_why, 0, COUNT(unsendable))
                      LOOP(a_malformed_target_reaches_the_application, 0,
                           5) TEST(a_client_that_could_not_be_made_answers_status_0)
                          TEST(a_client_freezes_its_application)
                              TEST(many_calls_need_no_more_memory_than_one)
                                  TEST(clients_live_side_by_side) TEST(
                                      the_log_is_remembered_and_the_sink_still_gets_it))
