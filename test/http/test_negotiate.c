/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * One resource in several forms.
 */

#include "http.h"
#include "suite.h"

static int as_json(hearth_ctx *c)
{
    return hearth_json(c, 200, json_pack("{s:s}", "form", "json"));
}

static int as_page(hearth_ctx *c)
{
    return hearth_html(c, 200, "<p>page");
}

static int as_error(hearth_ctx *c)
{
    return hearth_fail(c, 409, "this form is broken");
}

static int forms(hearth_ctx *c)
{
    static const hearth_as table[] = {{"application/json", as_json},
                                      {"text/html", as_page},
                                      {"text/broken", as_error},
                                      {NULL, NULL}};

    return hearth_reply_as(c, table);
}

static int asks(hearth_ctx *c)
{
    const char *type = hearth_accepts(c, "text/csv", "application/json", NULL);

    return type == NULL ? 406 : hearth_blob(c, 200, type, "x", 1);
}

static int speaks(hearth_ctx *c)
{
    const char *language = hearth_accepts_language(c, "en", "de", NULL);

    HEARTH_TRY(hearth_set_header(c, "Content-Language", language));
    return hearth_text(c, 200, *language == 'd' ? "Guten Tag" : "Good morning");
}

static const hearth_route routes[] = {
    HEARTH_GET("/forms", forms),
    HEARTH_GET("/asks", asks),
    HEARTH_GET("/speaks", speaks),
    HEARTH_END,
};

static const http_case requests[] = {
    {.target = "/forms",
     .status = 200,
     .says = "{\"form\":\"json\"}",
     .field = "Vary: Accept"},
    {.target = "/forms",
     .header = "Accept: text/html",
     .status = 200,
     .says = "<p>page",
     .field = "Vary: Accept"},
    {.target = "/forms",
     .header = "Accept: text/html;q=0.5, */*;q=0.4",
     .status = 200,
     .says = "<p>page"},
    {.target = "/forms",
     .header = "Accept: text/broken",
     .status = 409,
     .field = "Vary: Accept"},
    {.target = "/forms",
     .header = "Accept: image/png",
     .status = 406,
     .field = "Content-Type: application/problem+json"},
    {.method = "HEAD",
     .target = "/forms",
     .header = "Accept: text/html",
     .status = 200,
     .says = "",
     .field = "Content-Type: text/html; charset=utf-8"},
    {.target = "/asks",
     .header = "Accept: application/*",
     .status = 200,
     .field = "Content-Type: application/json"},
    {.target = "/asks",
     .header = "Accept: text/html",
     .status = 406,
     .field = "Vary: Accept"},
    {.target = "/speaks",
     .status = 200,
     .says = "Good morning",
     .field = "Vary: Accept-Language"},
    {.target = "/speaks",
     .header = "Accept-Language: de-AT, en;q=0.9",
     .status = 200,
     .says = "Guten Tag",
     .field = "Content-Language: de"},
    {.target = "/speaks",
     .header = "Accept-Language: fr",
     .status = 200,
     .says = "Good morning"},
};

START_TEST(the_client_chooses)
{
    http_check_one(NULL, routes, &requests[_i]);
}
END_TEST

START_TEST(a_406_lists_what_there_is)
{
    static const char *const headers[] = {"Accept: image/png", NULL};
    hearth_client *t = http_client(NULL, routes);
    const hearth_answer *r =
        hearth_call_do(t, &(hearth_call){.target = "/forms", .headers = headers});

    ck_assert_int_eq(r->status, 406);
    ck_assert_str_eq(hearth_answer_at(r, "/available/0"), "application/json");
    ck_assert_str_eq(hearth_answer_at(r, "/available/2"), "text/broken");
    ck_assert_str_eq(hearth_answer_at(r, "/available/3"), "");
    ck_assert_str_eq(
        hearth_answer_at(r, "/detail"),
        "this resource is available as application/json, text/html or text/broken");
    hearth_client_free(t);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

SUITE("http/negotiate",
      LOOP(the_client_chooses, 0, COUNT(requests)) TEST(a_406_lists_what_there_is))
