/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Full-text search in lists: what is found, in which order, and that the index keeps in step.
 */

#include "http.h"
#include "suite.h"

#include <stdio.h>

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

HEARTH_MODEL_LATER(page);
static const hearth_many site_many[] = {{.name = "pages", .of = &page_model}, {0}};
#define SITE(F, T) F(T, id, i64, "Identifier", .key = true)
HEARTH_MODEL_WITH(site, "sites", SITE, .many = site_many);

#define PAGE(F, T)                                                                   \
    F(T, id, i64, "Identifier", .key = true)                                         \
    F(T, title, text, "Title", .column = "heading")                                  \
    F(T, body, text, "Text", .nullable = true)                                       \
    F(T, n, i64, "Number", .nullable = true)                                         \
    F(T, site, i64, "Site", .nullable = true, .references = &site_model, .as = "of") \
    F(T, pin, text, "Pin", .secret = true, .nullable = true)
HEARTH_MODEL(page, "pages", PAGE);

#define PAPER(F, T)                                             \
    F(T, id, uuid, "Identifier", .key = true, .readonly = true) \
    F(T, title, text, "Title")
HEARTH_MODEL(paper, "papers", PAPER);

static const hearth_model *const models[] = {&site_model, &page_model, &paper_model,
                                             NULL};

static const char rows[] =
    "INSERT INTO sites VALUES (1), (2);"
    "INSERT INTO pages VALUES"
    "(1, 'Milk and bread', 'Where to buy milk, and how much of it.', 5, 1, 'hush'),"
    "(2, 'Bread', 'Bread needs flour, water & <salt>; no butter, no milk', 4, 1, NULL),"
    "(3, 'Caf\xc3\xa9 cr\xc3\xa8me', 'Coffee. Walked there and walking back', 3, 2, "
    "NULL),"
    "(4, 'AND OR NOT', 'near the near(est)', 2, NULL, NULL),"
    "(5, 'Nothing', NULL, 1, NULL, NULL);";

static const double weights[] = {10, 1};

static int all(hearth_ctx *c)
{
    return hearth_reply_list(c, &page_model, NULL);
}

static int shown(hearth_ctx *c)
{
    return hearth_reply_list(c, &page_model,
                             &(hearth_list_opts){.snippet = "found",
                                                 .may_with = "of",
                                                 .where = "n > ?",
                                                 .args = hearth_args(1)});
}

static int ours(hearth_ctx *c)
{
    return hearth_reply_list(c, &page_model,
                             &(hearth_list_opts){.search = "milk",
                                                 .sort = "-n",
                                                 .count = true});
}

static int narrow(hearth_ctx *c)
{
    return hearth_reply_list(c, &page_model, &(hearth_list_opts){.fields = "title, n"});
}

static int structs(hearth_ctx *c)
{
    const hearth_list_opts o = {.search = "bread", .query = true};
    char *text = hearth_strdup(c, "");
    struct page *p;
    int64_t count;
    size_t n;

    HEARTH_TRY(hearth_list(c, &page_model, &o, (void **)&p, &n));
    HEARTH_TRY(hearth_count(c, &page_model, &o, &count));
    for (size_t i = 0; i < n; i++)
        text = hearth_strf(c, "%s%s; ", text, p[i].title);
    return hearth_textf(c, 200, "%s%d", text, (int)count);
}

static int change(hearth_ctx *c)
{
    struct page *p = HEARTH_IN(c, page);

    HEARTH_TRY(hearth_upsert(c, &page_model, NULL, p));
    return hearth_reply(c, 200, &page_model, p);
}

static int drop(hearth_ctx *c)
{
    HEARTH_TRY(hearth_delete(c, &page_model, hearth_param_int(c, "id")));
    return 204;
}

static int add_both(hearth_ctx *c)
{
    HEARTH_TRY(hearth_begin(c));
    HEARTH_TRY(hearth_exec(c, "INSERT INTO pages(id, heading) VALUES (7, 'gone')",
                           HEARTH_NO_ARGS));
    return hearth_fail(c, 409, "no");
}

static int add_paper(hearth_ctx *c)
{
    struct paper *p = HEARTH_IN(c, paper);

    HEARTH_TRY(hearth_insert(c, &paper_model, p));
    return hearth_reply(c, 201, &paper_model, p);
}

static int change_paper(hearth_ctx *c)
{
    HEARTH_TRY(hearth_exec(c, "UPDATE papers SET title = ? WHERE title = ?",
                           hearth_args(hearth_param(c, "to"), hearth_param(c, "from"))));
    return 204;
}

static int drop_paper(hearth_ctx *c)
{
    HEARTH_TRY(hearth_exec(c, "DELETE FROM papers WHERE title = ?",
                           hearth_args(hearth_param(c, "title"))));
    return 204;
}

static int papers(hearth_ctx *c)
{
    return hearth_reply_list(c, &paper_model, &(hearth_list_opts){.snippet = "found"});
}

static int misuse(hearth_ctx *c)
{
    static const hearth_list_opts bad[] = {{.search = "x"}, {.snippet = "x"}};
    char *many = hearth_strdup(c, "");

    switch (hearth_param_int(c, "n")) {
    case 0:
    case 1:
        return hearth_reply_list(c, &site_model, &bad[hearth_param_int(c, "n")]);
    case 2:
        return hearth_reply_list(c, &page_model, &(hearth_list_opts){.snippet = "title"});
    default:
        for (int i = 0; i < 33; i++)
            many = hearth_strf(c, "%s w", many);
        return hearth_reply_list(c, &page_model, &(hearth_list_opts){.search = many});
    }
}

static int sites(hearth_ctx *c)
{
    return hearth_reply_list(c, &site_model, NULL);
}

static const hearth_route routes[] = {
    HEARTH_GET("/all", all),
    HEARTH_GET("/shown", shown),
    HEARTH_GET("/ours", ours),
    HEARTH_GET("/narrow", narrow),
    HEARTH_GET("/structs", structs),
    HEARTH_GET("/sites", sites),
    HEARTH_PUT("/all", change, .in = &page_model),
    HEARTH_DEL("/all/{id:int}", drop),
    HEARTH_POST("/both", add_both),
    HEARTH_GET("/papers", papers),
    HEARTH_POST("/papers", add_paper, .in = &paper_model),
    HEARTH_POST("/papers/{from}/{to}", change_paper),
    HEARTH_DEL("/papers/{title}", drop_paper),
    HEARTH_GET("/misuse/{n:int}", misuse),
    HEARTH_END,
};

static hearth_app *make_app(const hearth_search_opts *o)
{
    hearth_app *app = hearth_app_new(NULL);
    hearth_db *db = hearth_db_open("sqlite::memory:", NULL);
    hearth_error err = {0};

    ck_assert_int_eq(hearth_use_db(app, db), 0);
    ck_assert_int_eq(hearth_use_models(app, models), 0);
    ck_assert_msg(hearth_db_script(db, rows, &err) == 0, "%s", err.text);
    ck_assert_int_eq(hearth_use_search(app, &page_model, o), 0);
    ck_assert_int_eq(hearth_use_search(app, &paper_model,
                                       &(hearth_search_opts){.fields = "title"}),
                     0);
    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    return app;
}

static hearth_client *open_client(void)
{
    hearth_client *t = hearth_client_new(make_app(&(hearth_search_opts){
        .fields = "title, body", .weights = weights, .name = "words"}));

    ck_assert_ptr_nonnull(t);
    return t;
}

/* The ids of an answer, one digit each. */
static const char *ids(const hearth_answer *r)
{
    static char text[100];
    size_t n = json_array_size(r->json);

    ck_assert_msg(r->status == 200 && json_is_array(r->json), "%s", r->body.ptr);
    for (size_t i = 0; i < n; i++)
        text[i] = (char)('0' + json_integer_value(
                                   json_object_get(json_array_get(r->json, i), "id")));
    text[n] = '\0';
    return text;
}

static const struct {
    const char *target, *ids;
} asked[] = {
    /* The title counts ten times. */
    {"/all?q=milk", "12"},
    {"/all?q=bread", "21"},
    {"/all?q=MILK+butter", "2"},
    {"/all?q=butter+milk", "2"},
    {"/all?q=milk+coffee", ""},
    {"/all?q=cafe", "3"},
    {"/all?q=caf%C3%89+creme", "3"},
    {"/all?q=cof", ""},
    {"/all?q=cof*", "3"},
    {"/all?q=walk*", "3"},
    {"/all?q=walk", ""},
    {"/all?q=%22no+milk%22", "2"},
    {"/all?q=%22milk+no%22", ""},
    {"/all?q=%22no+mi%22*", "2"},
    {"/all?q=%22no+milk", "2"},
    {"/all?q=", "12345"},
    {"/all?q=+%22%22+*", "12345"},
    /* Signs are no signs. */
    {"/all?q=AND", "413"},
    {"/all?q=milk+AND+butter", ""},
    {"/all?q=NOT+milk", ""},
    {"/all?q=near(est)", "4"},
    {"/all?q=NEAR(milk+bread)", ""},
    {"/all?q=title:milk", ""},
    {"/all?q=-milk", "12"},
    {"/all?q=milk)", "12"},
    {"/all?q=^milk", "12"},
    {"/all?q=milk%27%22", "12"},
    {"/all?q={title}", ""},
    {"/all?q=!!!", ""},
    {"/all?q=!!!+milk", "12"},
    {"/all?q=*", "12345"},
    {"/all?q=hush", ""},
    /* Together with what a list has besides. */
    {"/all?q=milk&n=4", "2"},
    {"/all?q=milk&sort=n", "21"},
    {"/all?q=milk&sort=-n", "12"},
    {"/all?q=milk&limit=1&offset=1", "2"},
    {"/shown?q=and", "413"},
    {"/shown?q=nothing", ""},
    {"/ours", "12"},
    {"/ours?sort=n", "21"},
    {"/ours?q=butter", "2"},
    {"/narrow?n=4", "2"},
};

START_TEST(rows_with_all_the_words_are_found_the_best_first)
{
    hearth_client *t = open_client();
    const hearth_answer *r = hearth_call_get(t, asked[_i].target);

    ck_assert_msg(r->status == 200, "%s: %s", r->body.ptr, hearth_client_log(t));
    ck_assert_msg(strcmp(ids(r), asked[_i].ids) == 0, "%s: %s", asked[_i].target, ids(r));
    hearth_client_free(t);
}
END_TEST

START_TEST(snippets_are_html_that_shows_the_words)
{
    hearth_client *t = open_client();
    const hearth_answer *r = hearth_call_get(t, "/shown?q=milk+salt");

    ck_assert_str_eq(
        hearth_answer_at(r, "/0/found"),
        "Bread needs flour, water &amp; &lt;<mark>salt</mark>&gt;; no butter, no "
        "<mark>milk</mark>");
    ck_assert_ptr_null(strstr(r->body.ptr, "pin"));
    r = hearth_call_get(t, "/shown?q=flour&with=of");
    ck_assert_ptr_nonnull(strstr(hearth_answer_at(r, "/0/found"), "<mark>flour</mark>"));
    ck_assert_str_eq(hearth_answer_at(r, "/0/of/id"), "1");
    r = hearth_call_get(t, "/shown");
    ck_assert_str_eq(ids(r), "1234");
    ck_assert_ptr_null(strstr(r->body.ptr, "found"));
    hearth_client_free(t);
}
END_TEST

START_TEST(pages_of_the_best_follow_each_other_by_offset)
{
    hearth_client *t = open_client();
    const hearth_answer *r = hearth_call_get(t, "/all?q=milk&limit=1&count=true");
    const char *link = hearth_answer_header(r, "Link");

    ck_assert_str_eq(ids(r), "1");
    ck_assert_str_eq(hearth_answer_header(r, "X-Total-Count"), "2");
    ck_assert_ptr_nonnull(link);
    ck_assert_ptr_nonnull(strstr(link, "offset=1"));
    ck_assert_ptr_null(strstr(link, "after="));
    r = hearth_call_get(t, "/all?q=milk&limit=1&offset=1");
    ck_assert_str_eq(ids(r), "2");
    ck_assert_ptr_null(hearth_answer_header(r, "Link"));
    /* In an order of the client's there is a cursor. */
    r = hearth_call_get(t, "/all?q=milk&limit=1&sort=n");
    link = hearth_answer_header(r, "Link");
    ck_assert_ptr_nonnull(strstr(link, "after="));
    char target[500];
    snprintf(target, sizeof target, "/all%.*s", (int)strcspn(link + 1, ">"), link + 1);
    r = hearth_call_get(t, target);
    ck_assert_str_eq(ids(r), "1");
    /* A cursor has no place in the order of rank. */
    ck_assert_int_eq(hearth_call_get(t, "/all?q=milk&after=AAAA")->status, 400);
    hearth_client_free(t);
}
END_TEST

START_TEST(the_index_keeps_in_step_with_the_rows)
{
    hearth_client *t = open_client();

    ck_assert_int_eq(hearth_call_put(t, "/all",
                                     "{\"id\": 1, \"title\": \"Wine\", \"body\": null}")
                         ->status,
                     200);
    ck_assert_str_eq(ids(hearth_call_get(t, "/all?q=milk")), "2");
    ck_assert_str_eq(ids(hearth_call_get(t, "/all?q=wine")), "1");
    ck_assert_int_eq(
        hearth_call_put(t, "/all", "{\"id\": 9, \"title\": \"Rice wine\"}")->status, 200);
    ck_assert_str_eq(ids(hearth_call_get(t, "/all?q=wine")), "19");
    ck_assert_int_eq(hearth_call_delete(t, "/all/1")->status, 204);
    ck_assert_str_eq(ids(hearth_call_get(t, "/all?q=wine")), "9");
    ck_assert_int_eq(hearth_call_post(t, "/both", "")->status, 409);
    ck_assert_str_eq(ids(hearth_call_get(t, "/all?q=gone")), "");
    ck_assert_str_eq(hearth_call_get(t, "/structs?n.null=false")->body.ptr, "Bread; 1");
    hearth_client_free(t);
}
END_TEST

START_TEST(keys_that_are_no_numbers_are_searched_as_well)
{
    hearth_client *t = open_client();
    const hearth_answer *r;

    ck_assert_msg(hearth_call_post(t, "/papers", "{\"title\": \"red\"}")->status == 201,
                  "%s", hearth_client_log(t));
    ck_assert_int_eq(hearth_call_post(t, "/papers", "{\"title\": \"green\"}")->status,
                     201);
    r = hearth_call_get(t, "/papers?q=red");
    ck_assert_uint_eq(json_array_size(r->json), 1);
    ck_assert_str_eq(hearth_answer_at(r, "/0/found"), "<mark>red</mark>");
    ck_assert_int_eq(hearth_call_post(t, "/papers/red/blue", "")->status, 204);
    ck_assert_uint_eq(json_array_size(hearth_call_get(t, "/papers?q=red")->json), 0);
    r = hearth_call_get(t, "/papers?q=bl*");
    ck_assert_str_eq(hearth_answer_at(r, "/0/title"), "blue");
    ck_assert_int_eq(hearth_call_delete(t, "/papers/green")->status, 204);
    ck_assert_uint_eq(json_array_size(hearth_call_get(t, "/papers?q=green")->json), 0);
    hearth_client_free(t);
}
END_TEST

START_TEST(words_are_heeded_only_where_a_client_may_filter_by_them)
{
    hearth_client *t = open_client();
    const hearth_answer *r = hearth_call_get(t, "/narrow?q=milk");

    ck_assert_int_eq(r->status, 422);
    ck_assert_ptr_nonnull(strstr(r->body.ptr, "no field of this name"));
    ck_assert_int_eq(hearth_call_get(t, "/sites?q=milk")->status, 422);
    hearth_client_free(t);
}
END_TEST

START_TEST(limits_of_a_search_hold_from_both_sides)
{
    hearth_client *t = open_client();
    char target[3000];
    size_t n = (size_t)snprintf(target, sizeof target, "/all?q=w");

    for (int i = 1; i < 32; i++)
        n += (size_t)snprintf(target + n, sizeof target - n, "+w");
    ck_assert_str_eq(ids(hearth_call_get(t, target)), "");
    strcat(target, "+w");
    ck_assert_int_eq(hearth_call_get(t, target)->status, 422);
    n = (size_t)snprintf(target, sizeof target, "/all?q=");
    for (int i = 0; i < 500; i++)
        n += (size_t)snprintf(target + n, sizeof target - n, "w.");
    ck_assert_str_eq(ids(hearth_call_get(t, target)), "");
    strcat(target, "w");
    ck_assert_int_eq(hearth_call_get(t, target)->status, 422);
    ck_assert_int_eq(hearth_call_get(t, "/all?q=a&q=b")->status, 422);
    hearth_client_free(t);
}
END_TEST

START_TEST(english_stems_are_found_when_wanted)
{
    hearth_client *t = hearth_client_new(
        make_app(&(hearth_search_opts){.fields = "title, body", .stem = true}));

    ck_assert_str_eq(ids(hearth_call_get(t, "/all?q=walk")), "3");
    ck_assert_str_eq(ids(hearth_call_get(t, "/all?q=walks")), "3");
    hearth_client_free(t);
}
END_TEST

START_TEST(options_that_make_no_sense_are_500_and_explained)
{
    static const char *const says[] = {"hearth_use_search", "hearth_use_search",
                                       "called title like a field",
                                       "more than 1000 bytes"};
    hearth_client *t = open_client();
    char target[40];

    snprintf(target, sizeof target, "/misuse/%d", _i);
    ck_assert_int_eq(hearth_call_get(t, target)->status, 500);
    ck_assert_msg(http_logged(t, says[_i]), "%s", hearth_client_log(t));
    hearth_client_free(t);
}
END_TEST

SUITE("http/search",
      LOOP(rows_with_all_the_words_are_found_the_best_first, 0,
           N(asked)) TEST(snippets_are_html_that_shows_the_words)
          TEST(pages_of_the_best_follow_each_other_by_offset)
              TEST(the_index_keeps_in_step_with_the_rows)
                  TEST(keys_that_are_no_numbers_are_searched_as_well)
                      TEST(words_are_heeded_only_where_a_client_may_filter_by_them)
                          TEST(limits_of_a_search_hold_from_both_sides)
                              TEST(english_stems_are_found_when_wanted)
                                  LOOP(options_that_make_no_sense_are_500_and_explained,
                                       0, 4))
