/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* One route for browsers and programs: the form, the form again, and on to the next page. */
#include "http.h"
#include "suite.h"

#include <hearth/form.h>
#include <stdio.h>

#define MEMO(F, T)                                                         \
    F(T, id, i64, "Identifier", .key = true, .readonly = true)             \
    F(T, title, text, "Title", .required = true, .max = 9, .unique = true) \
    F(T, rank, i64, "Rank", .min = 1, .max = 5, .fallback = "3")
HEARTH_MODEL(memo, "memos", MEMO);
static const hearth_model *const models[] = {&memo_model, NULL};

static int page(hearth_ctx *c, int status)
{
    hearth_str form = hearth_form_html(c, &memo_model, NULL, NULL);

    return hearth_html(c, status, hearth_strf(c, "<title>Memo</title>%s", form.ptr));
}

static int ask(hearth_ctx *c)
{
    return page(c, 200);
}

static int create(hearth_ctx *c)
{
    struct memo m;
    int rc = hearth_bind(c, &memo_model, &m);

    if (rc == 0 && strcmp(m.title, "no") == 0)
        rc = hearth_fail(c, 422, "not this one");
    if (rc == 0)
        rc = hearth_insert(c, &memo_model, &m);
    if (hearth_form_again(c, rc))
        return page(c, 422);
    HEARTH_TRY(rc);
    return hearth_redirect(c, "/memos");
}

static const hearth_route routes[] = {
    HEARTH_GET("/new", ask),
    HEARTH_POST("/new", create),
    HEARTH_END,
};

#define BROWSER "Accept: text/html,application/xhtml+xml,*/*;q=0.8"
#define FORM    "application/x-www-form-urlencoded"

static const struct {
    const char *type, *header, *body;
    int status;
    const char *says[5]; /* somewhere in the answer */
    const char *never;
    const char *field;
} posts[] = {
    {FORM, BROWSER, "title=milk&rank=2", 303, {0}, NULL, "Location: /memos"},
    {FORM,
     BROWSER,
     "title=&rank=%3Cb%3E",
     422,
     {"<title>Memo</title><form class=\"form\" method=\"post\">",
      "<li><a href=\"#form-title\">Title: is required</a></li>",
      "type=\"text\" id=\"form-rank\" name=\"rank\" value=\"&lt;b&gt;\" "
      "aria-invalid=\"true\"",
      "<p class=\"form-error\" id=\"form-rank-error\">has to be a whole number</p>"},
     "<b>",
     "Content-Type: text/html; charset=utf-8"},
    {FORM,
     BROWSER,
     "title=bread&rank=3",
     422,
     {"Title: already exists", "value=\"bread\" maxlength",
      "id=\"form-title-error\">already"},
     NULL,
     NULL},
    {FORM, BROWSER, "title=no&rank=3", 422, {"<li>not this one</li>"}, NULL, NULL},
    {FORM,
     BROWSER,
     "title=a&other=1",
     422,
     {"there is no field of this name"},
     NULL,
     NULL},
    {"multipart/form-data; boundary=b",
     BROWSER,
     "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nlong "
     "enough\r\n--b--\r\n",
     422,
     {"value=\"long enough\""},
     NULL,
     NULL},
    /* programs, and browsers that want no page */
    {"application/json",
     "Accept: */*",
     "{\"title\":\"\"}",
     422,
     {"\"errors\"", "/title"},
     "<",
     "Content-Type: application/problem+json"},
    {"application/json",
     BROWSER,
     "{\"title\":\"\"}",
     422,
     {"title is required"},
     "<form",
     NULL},
    {FORM,
     "Accept: application/json",
     "title=",
     422,
     {"\"errors\""},
     "<form",
     "Content-Type: application/problem+json"},
    {FORM,
     "Accept: application/json",
     "title=bread",
     409,
     {"title already exists"},
     "<form",
     "Content-Type: application/problem+json"},
    {"application/json", "Accept: */*", "{\"title\":\"x\"}", 303, {0}, NULL, NULL},
    {FORM, BROWSER, "title=%ff", 400, {0}, "<form class", NULL},
    {"text/plain", BROWSER, "title=x", 415, {0}, "<form class", NULL},
};

static hearth_client *client(void)
{
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.access_log_off = true});
    hearth_client *t;

    ck_assert_int_eq(hearth_use_db(app, hearth_db_open("sqlite::memory:", NULL)), 0);
    ck_assert_int_eq(hearth_use_models(app, models), 0);
    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    ck_assert_ptr_nonnull(t = hearth_client_new(app));
    ck_assert_int_eq(hearth_call_post(t, "/new", "{\"title\":\"bread\"}")->status, 303);
    return t;
}

START_TEST(a_faulty_form_comes_back_and_a_sound_one_goes_on)
{
    const char *const headers[] = {posts[_i].header, NULL};
    hearth_client *t = client();
    const hearth_answer *r = hearth_call_do(t, &(hearth_call){.method = "POST",
                                                              .target = "/new",
                                                              .type = posts[_i].type,
                                                              .body = posts[_i].body,
                                                              .headers = headers});

    ck_assert_msg(r->status == posts[_i].status, "%d %s", r->status, r->body.ptr);
    for (size_t i = 0; posts[_i].says[i] != NULL; i++)
        ck_assert_msg(strstr(r->body.ptr, posts[_i].says[i]) != NULL, "%s is not in %s",
                      posts[_i].says[i], r->body.ptr);
    ck_assert_msg(posts[_i].never == NULL || strstr(r->body.ptr, posts[_i].never) == NULL,
                  "%s", r->body.ptr);
    if (posts[_i].field != NULL)
        http_check_field(r, posts[_i].field);
    hearth_client_free(t);
}
END_TEST

START_TEST(a_fresh_form_shows_fallbacks_and_no_faults)
{
    hearth_client *t = client();
    const hearth_answer *r = hearth_call_get(t, "/new");

    ck_assert_int_eq(r->status, 200);
    ck_assert_str_eq(
        r->body.ptr,
        "<title>Memo</title><form class=\"form\" method=\"post\">\n"
        "<div class=\"form-field\">\n<label for=\"form-title\">Title</label>\n"
        "<input type=\"text\" id=\"form-title\" name=\"title\" value=\"\" "
        "maxlength=\"9\" "
        "required>\n</div>\n"
        "<div class=\"form-field\">\n<label for=\"form-rank\">Rank</label>\n"
        "<input type=\"number\" id=\"form-rank\" name=\"rank\" value=\"3\" min=\"1\" "
        "max=\"5\" "
        "step=\"1\">\n</div>\n"
        "<p class=\"form-submit\"><button type=\"submit\">Save</button></p>\n</form>\n");
    hearth_client_free(t);
}
END_TEST

static hearth_handler *const tokens[] = {hearth_csrf, NULL};

static const hearth_route guarded[] = {
    HEARTH_GET("/new", ask, .use = tokens),
    HEARTH_POST("/new", create, .use = tokens),
    HEARTH_END,
};

/* What a browser would send back of the page. */
static void token_of(const char *html, char out[200])
{
    static const char before[] = "<input type=\"hidden\" name=\"csrf_token\" value=\"";
    const char *at = strstr(html, before);

    ck_assert_ptr_nonnull(at);
    at += sizeof before - 1;
    snprintf(out, 200, "csrf_token=%.*s&title=", (int)strcspn(at, "\""), at);
}

START_TEST(a_form_carries_the_token_that_its_route_asks_for)
{
    static const char *const headers[] = {BROWSER, NULL};
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.access_log_off = true});
    hearth_call post = {.method = "POST",
                        .target = "/new",
                        .type = FORM,
                        .headers = headers};
    hearth_client *t;
    char body[220];

    ck_assert_int_eq(hearth_use_db(app, hearth_db_open("sqlite::memory:", NULL)), 0);
    ck_assert_int_eq(hearth_use_models(app, models), 0);
    ck_assert_int_eq(hearth_use_sessions(app, hearth_store_memory(0), NULL), 0);
    ck_assert_int_eq(hearth_mount(app, "", guarded), 0);
    ck_assert_ptr_nonnull(t = hearth_client_new(app));
    token_of(hearth_call_get(t, "/new")->body.ptr, body);
    post.body = body;
    const hearth_answer *r = hearth_call_do(t, &post);
    ck_assert_int_eq(r->status, 422); /* no title; with a token again */
    token_of(r->body.ptr, body);
    memcpy(body + strlen(body), "milk", sizeof "milk");
    ck_assert_int_eq(hearth_call_do(t, &post)->status, 303);
    post.body = "title=bread";
    ck_assert_int_eq(hearth_call_do(t, &post)->status, 403);
    hearth_client_free(t);
}
END_TEST

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

SUITE("model forms", LOOP(a_faulty_form_comes_back_and_a_sound_one_goes_on, 0, N(posts))
                         TEST(a_fresh_form_shows_fallbacks_and_no_faults)
                             TEST(a_form_carries_the_token_that_its_route_asks_for))
