/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What templates can ask of the application and the request: links, files, pages of a list.
 */

#include "page_kit.h"

#include "http.h"
#include "suite.h"
#include "tree.h"

static const hearth_route routes[] = {
    HEARTH_GET("/here/{any}", page_kit, .name = "here"),
    HEARTH_GET("/list", page_kit),
    HEARTH_GET("/todos/{id:int}/{word}", page_kit, .name = "todo"),
    HEARTH_GET("/todos", page_kit, .name = "todos"),
    HEARTH_GET("/files/{rest:path}", page_kit, .name = "files"),
    HEARTH_END,
};

static hearth_client *client(void)
{
    hearth_app *app = hearth_app_new(NULL);

    hearth_mount(app, "", routes);
    ck_assert_int_eq(hearth_use_templates(app, NULL), 0);
    return hearth_client_new(app);
}

static const hearth_answer *ask(hearth_client *t, const char *target, const char *call)
{
    char field[400];
    const char *const headers[] = {field, NULL};

    snprintf(field, sizeof field, "X-Call: %s", call);
    return hearth_call_do(t, &(hearth_call){.target = target, .headers = headers});
}

/* ---- links ----------------------------------------------------------------------------- */

static const struct {
    const char *call, *says; /* NULL: fails */
} links[] = {
    {"url|todos", "/todos"},
    {"url|todo|7|milk", "/todos/7/milk"},
    {"url|todo|id=7|word=milk", "/todos/7/milk"},
    {"url|todo|7|word=a b/c", "/todos/7/a%20b%2Fc"},
    {"url|todo|7|milk|sort=due|page=2", "/todos/7/milk?sort=due&page=2"},
    {"url|todos|q=a&b=c#d|done=none", "/todos?q=a%26b%3Dc%23d"},
    {"url|todos|<b>=\"x\"", "/todos?%3Cb%3E=%22x%22"},
    {"url|todos|_anchor=a b", "/todos#a%20b"},
    {"url|todos|q=1|_anchor=end", "/todos?q=1#end"},
    {"url|todos|_unknown=1", "/todos"},
    {"url|files|a/b c.txt", "/files/a/b%20c.txt"},
    {"url|nowhere", NULL},
    {"url|todo|7", NULL},
    {"url|todo|7|none", NULL},
    {"url|todo|x|milk", NULL},
    {"url|todo|7|milk|8", NULL},
    {"url|todos|8", NULL},
    {"url|files|../x", NULL},
};
#define LINKS ((int)(sizeof links / sizeof *links))

START_TEST(routes_are_linked_to_by_name)
{
    hearth_client *t = client();
    const hearth_answer *r = ask(t, "/here/x", links[_i].call);

    ck_assert_int_eq(r->status, links[_i].says == NULL ? 500 : 200);
    if (links[_i].says != NULL)
        ck_assert_str_eq(r->body.ptr, links[_i].says);
    ck_assert_str_eq(hearth_answer_header(r, "X-Escaped"), "yes");
    hearth_client_free(t);
}
END_TEST

START_TEST(a_link_that_cannot_be_says_why)
{
    static const char *const rows[][2] = {
        {"url|nowhere", "url(\"nowhere\"): no route has this name"},
        {"url|todo|7", "url(\"todo\"): the parameter word is missing"},
        {"url|todos|8", "has 0 parameters, but 1 were given by place"},
        {"url|todo|x|milk", "does not fit"},
        {"asset|no.css", "asset(\"no.css\"): no directory"},
        {"pagination|10|0", "the limit is 0"},
        {"form|none-such", "there is no form"},
        {"csrf_token", "there is no token"},
    };
    hearth_client *t = client();

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const hearth_answer *r = ask(t, "/here/x", rows[i][0]);

        ck_assert_int_eq(r->status, 500);
        ck_assert_msg(strstr(hearth_answer_at(r, "/detail"), rows[i][1]) != NULL, "%s",
                      r->body.ptr);
    }
    hearth_client_free(t);
}
END_TEST

START_TEST(a_link_may_be_absolute)
{
    hearth_client *t = client();
    char origin[200];

    snprintf(origin, sizeof origin, "%s", ask(t, "/here/x", "request.origin")->body.ptr);
    ck_assert_int_eq(strncmp(origin, "http://", 7), 0);
    strcat(origin, "/todos?q=1");
    ck_assert_str_eq(ask(t, "/here/x", "url|todos|q=1|_external=true")->body.ptr, origin);
    hearth_client_free(t);
}
END_TEST

START_TEST(files_are_linked_to_by_their_contents)
{
    tree files = tree_new();
    hearth_app *app = hearth_app_new(NULL);
    hearth_client *t;
    char link[200];

    tree_file(&files, "app.css", "body{}", 1000);
    hearth_mount(app, "", routes);
    hearth_static(app, "/assets", files.dir, NULL);
    hearth_use_templates(app, NULL);
    t = hearth_client_new(app);
    snprintf(link, sizeof link, "%s", ask(t, "/here/x", "asset|app.css")->body.ptr);
    ck_assert_int_eq(strncmp(link, "/assets/app.", 12), 0);
    ck_assert_str_eq(hearth_call_get(t, link)->body.ptr, "body{}");
    hearth_client_free(t);
    tree_free(&files);
}
END_TEST

/* ---- the request ------------------------------------------------------------------------- */

static const struct {
    const char *call, *says;
} asked[] = {
    {"request.method", "GET"},
    {"request.path", "/here/a b"},
    {"request.target", "/here/a%20b?q=%3Cx%3E&page=2"},
    {"request.scheme", "http"},
    {"request.route", "here"},
    {"request.client", "127.0.0.1"},
    {"request.query.q", "<x>"},
    {"request.query.page", "2"},
    {"request.query.none", ""},
    {"request.none", ""},
};
#define ASKED ((int)(sizeof asked / sizeof *asked))

START_TEST(the_request_can_be_asked)
{
    hearth_client *t = client();
    const hearth_answer *r = ask(t, "/here/a%20b?q=%3Cx%3E&page=2", asked[_i].call);

    ck_assert_int_eq(r->status, 200);
    ck_assert_str_eq(r->body.ptr, asked[_i].says);
    ck_assert_str_eq(hearth_answer_header(r, "X-Escaped"), "yes");
    hearth_client_free(t);
}
END_TEST

/* ---- pages of a list --------------------------------------------------------------------- */

static const struct {
    const char *target, *call;
    const char *at, *is; /* a JSON pointer and its text */
} pages[] = {
    {"/list", "pagination|45|20", "/page", "1"},
    {"/list", "pagination|45|20", "/pages", "3"},
    {"/list", "pagination|45|20", "/first", "1"},
    {"/list", "pagination|45|20", "/last", "20"},
    {"/list", "pagination|45|20", "/previous", "null"},
    {"/list", "pagination|45|20", "/next", "/list?offset=20"},
    {"/list?offset=40", "pagination|45|20", "/page", "3"},
    {"/list?offset=40", "pagination|45|20", "/last", "45"},
    {"/list?offset=40", "pagination|45|20", "/next", "null"},
    {"/list?offset=40", "pagination|45|20", "/previous", "/list?offset=20"},
    {"/list?offset=20", "pagination|45|20", "/previous", "/list"},
    {"/list?q=a%20b&offset=20&sort=-due", "pagination|45|20", "/next",
     "/list?q=a%20b&sort=-due&offset=40"},
    {"/list?q=a%20b&offset=20&sort=-due", "pagination|45|20", "/previous",
     "/list?q=a%20b&sort=-due"},
    {"/list?limit=10&offset=10", "pagination|45", "/pages", "5"},
    {"/list?limit=10&offset=10", "pagination|45", "/next", "/list?limit=10&offset=20"},
    {"/list", "pagination|0|20", "/pages", "1"},
    {"/list", "pagination|0|20", "/first", "0"},
    {"/list?offset=999", "pagination|45|20", "/first", "0"},
    {"/list?offset=999", "pagination|45|20", "/previous", "/list?offset=40"},
    {"/list?offset=999", "pagination|45|20", "/next", "null"},
    {"/list?offset=x", "pagination|45|20", "/page", "1"},
    {"/list?offset=-5", "pagination|45|20", "/page", "1"},
    {"/list?offset=9223372036854775807", "pagination|9223372036854775807|1", "/next",
     "null"},
    {"/list?offset=200", "pagination|400|20", "/links/0/page", "1"},
    {"/list?offset=200", "pagination|400|20", "/links/1/page", "9"},
    {"/list?offset=200", "pagination|400|20", "/links/1/gap", "true"},
    {"/list?offset=200", "pagination|400|20", "/links/3/current", "true"},
    {"/list?offset=200", "pagination|400|20", "/links/6/page", "20"},
    {"/list?offset=200", "pagination|400|20", "/links/7", ""},
};
#define PAGES ((int)(sizeof pages / sizeof *pages))

START_TEST(a_list_has_pages)
{
    hearth_client *t = client();
    const hearth_answer *r = ask(t, pages[_i].target, pages[_i].call);

    ck_assert_msg(r->status == 200, "%s", r->body.ptr);
    ck_assert_str_eq(hearth_answer_at(r, pages[_i].at), pages[_i].is);
    hearth_client_free(t);
}
END_TEST

START_TEST(their_links_are_a_landmark)
{
    hearth_client *t = client();
    const hearth_answer *r =
        ask(t, "/list?q=%22%3E%3Cb%3E&offset=20", "pagination_nav|45|20");

    ck_assert_str_eq(
        r->body.ptr,
        "<nav class=\"pagination\" aria-label=\"Pages\">\n<ul>\n"
        "<li><a rel=\"prev\" href=\"/list?q=%22%3E%3Cb%3E\">Previous</a></li>\n"
        "<li><a href=\"/list?q=%22%3E%3Cb%3E\">1</a></li>\n"
        "<li><a aria-current=\"page\" href=\"/list?q=%22%3E%3Cb%3E&amp;offset=20\">2</a>"
        "</li>\n"
        "<li><a href=\"/list?q=%22%3E%3Cb%3E&amp;offset=40\">3</a></li>\n"
        "<li><a rel=\"next\" href=\"/list?q=%22%3E%3Cb%3E&amp;offset=40\">Next</a></li>\n"
        "</ul>\n</nav>\n");
    ck_assert_str_eq(hearth_answer_header(r, "X-Escaped"), "no");
    ck_assert_str_eq(ask(t, "/list", "pagination_nav|20|20")->body.ptr, "");
    r = ask(t, "/list", "pagination_nav|45|20|label=<Seiten>|next=Weiter");
    ck_assert_ptr_nonnull(strstr(r->body.ptr, "aria-label=\"&lt;Seiten&gt;\""));
    ck_assert_ptr_nonnull(strstr(r->body.ptr, ">Weiter</a>"));
    hearth_client_free(t);
}
END_TEST

SUITE("http/page_links",
      LOOP(routes_are_linked_to_by_name, 0, LINKS) TEST(a_link_that_cannot_be_says_why)
          TEST(a_link_may_be_absolute) TEST(files_are_linked_to_by_their_contents)
              LOOP(the_request_can_be_asked, 0, ASKED) LOOP(a_list_has_pages, 0, PAGES)
                  TEST(their_links_are_a_landmark))
