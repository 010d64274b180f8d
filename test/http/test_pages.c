/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Pages of an application: what templates know when they are rendered, the layout that the
 * library brings along, error pages of the application's, and where an error was in a
 * template.
 */

#include "http.h"
#include "suite.h"
#include "tree.h"

#define BOOK(F, T)                                             \
    F(T, id, i64, "Identifier", .key = true, .readonly = true) \
    F(T, title, text, "Title", .required = true, .max = 20)
HEARTH_MODEL(book, NULL, BOOK);

static int show(hearth_ctx *c)
{
    return hearth_render(c, 200, hearth_query(c, "page", "plain.html"),
                         json_pack("{s:s, s:i}", "title", "A <b> C", "total", 45));
}

static int edit(hearth_ctx *c)
{
    struct book b;
    int rc = hearth_bind(c, &book_model, &b);

    if (!hearth_form_again(c, rc))
        return rc == 0 ? hearth_redirect(c, "/") : rc;
    HEARTH_TRY(hearth_page_form(c, "book", &book_model, NULL, NULL));
    return hearth_render(c, 422, "form.html", NULL);
}

static int leave(hearth_ctx *c)
{
    HEARTH_TRY(hearth_flash(c, "success", "saved <i>"));
    return hearth_redirect(c, "/?page=laid.html");
}

static int refuse(hearth_ctx *c)
{
    return hearth_fail(c, 409, "the title <b> is taken");
}

static int breaks(hearth_ctx *c)
{
    (void)c;
    return HEARTH_EIO;
}

static int faulty(hearth_ctx *c)
{
    hearth_fault(c, "/title", "required", "title is required");
    return hearth_faults(c);
}

static const hearth_route routes[] = {
    HEARTH_GET("/", show, .name = "home"),
    HEARTH_GET("/books/{id:int}", show, .name = "book"),
    HEARTH_POST("/edit", edit),
    HEARTH_GET("/leave", leave),
    HEARTH_GET("/refuse", refuse),
    HEARTH_GET("/breaks", breaks),
    HEARTH_GET("/faulty", faulty),
    HEARTH_END,
};

static const struct {
    const char *name, *text;
} files[] = {
    {"plain.html", "<p title=\"{{ title }}\">{{ title }}</p>"
                   "<a href=\"{{ url('book', id=7, q='a b') }}\">{{ request.path }}</a>"
                   "{% if user %}in{% else %}out{% endif %}"},
    {"laid.html", "{% extends \"hearth/base.html\" %}"
                  "{% block nav %}<a href=\"{{ url('home') }}\">Home</a>{% endblock %}"
                  "{% block content %}<h1>{{ title }}</h1>{{ pagination_nav(total, 20) }}"
                  "{% endblock %}"},
    {"form.html", "{{ form_open('book') }}{{ form_errors('book') }}"
                  "{{ form_field('book', 'title') }}{{ form_close('book') }}"},
    {"broken.html", "<p>one</p>\n<p>two</p>\n<p>{{ url('no-such') }}</p>\n"},
    {"script.html", "<script nonce=\"{{ csp_nonce() }}\">let a = {{ title|tojson }};"
                    "</script>"},
};

static tree make_files(void)
{
    tree t = tree_new();

    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        tree_file(&t, files[i].name, files[i].text, 1000);
    return t;
}

static hearth_client *client(const tree *t, bool debug, hearth_error_fn *fn)
{
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.debug = debug});

    hearth_mount(app, "", routes);
    hearth_use_sessions(app, hearth_store_memory(0), NULL);
    ck_assert_int_eq(hearth_use_templates(app, &(hearth_templates_opts){.dir = t->dir}),
                     0);
    if (fn != NULL)
        hearth_on_error(app, fn);
    return hearth_client_new(app);
}

static const hearth_answer *browse(hearth_client *c, const char *target)
{
    static const char *const headers[] = {"Accept: text/html", NULL};

    return hearth_call_do(c, &(hearth_call){.target = target, .headers = headers});
}

static bool has(const hearth_answer *r, const char *text)
{
    return strstr(r->body.ptr, text) != NULL;
}

/* ---- pages ----------------------------------------------------------------------------- */

START_TEST(a_page_knows_links_request_and_visitor)
{
    tree t = make_files();
    hearth_client *c = client(&t, false, NULL);
    const hearth_answer *r = browse(c, "/");

    ck_assert_int_eq(r->status, 200);
    ck_assert_str_eq(r->body.ptr, "<p title=\"A &lt;b&gt; C\">A &lt;b&gt; C</p>"
                                  "<a href=\"/books/7?q=a%20b\">/</a>out");
    hearth_client_free(c);
    tree_free(&t);
}
END_TEST

START_TEST(the_layout_comes_with_the_library)
{
    tree t = make_files();
    hearth_client *c = client(&t, false, NULL);
    const hearth_answer *r = browse(c, "/?page=laid.html");
    const char *nonce = strstr(r->body.ptr, "<style nonce=\"");
    char want[80];

    ck_assert_msg(r->status == 200, "%s", r->body.ptr);
    ck_assert(has(r, "<!doctype html>"));
    ck_assert(has(r, "<html lang=\"en\">"));
    ck_assert(has(r, "<title>A &lt;b&gt; C</title>"));
    ck_assert(has(r, "<a href=\"/\">Home</a>"));
    ck_assert(has(r, "<h1>A &lt;b&gt; C</h1>"));
    ck_assert(has(r, "<nav class=\"pagination\""));
    ck_assert(has(r, "href=\"/?page=laid.html&amp;offset=20\""));
    ck_assert(!has(r, "<script"));
    ck_assert_ptr_nonnull(nonce);
    snprintf(want, sizeof want, "'nonce-%.24s'", nonce + strlen("<style nonce=\""));
    ck_assert_ptr_nonnull(
        strstr(hearth_answer_header(r, "Content-Security-Policy"), want));
    hearth_client_free(c);
    tree_free(&t);
}
END_TEST

static int bare_page(hearth_ctx *c)
{
    return hearth_render(c, 200, "bare.html", NULL);
}

START_TEST(the_layout_needs_no_data_and_no_sessions)
{
    tree t = tree_new();
    hearth_app *app = hearth_app_new(NULL);
    hearth_client *c;
    const hearth_answer *r;

    tree_file(&t, "bare.html", "{% extends \"hearth/base.html\" %}", 1000);
    hearth_get(app, "/", bare_page);
    ck_assert_int_eq(hearth_use_templates(app, &(hearth_templates_opts){.dir = t.dir,
                                                                        .strict = true}),
                     0);
    c = hearth_client_new(app);
    ck_assert_ptr_nonnull(c);
    r = browse(c, "/");
    ck_assert_msg(r->status == 200, "%.900s", r->body.ptr);
    ck_assert(has(r, "<title></title>"));
    hearth_client_free(c);
    tree_free(&t);
}
END_TEST

START_TEST(an_own_layout_takes_its_place)
{
    tree t = make_files();
    hearth_client *c;

    tree_file(&t, "hearth/base.html",
              "mine: {% block nav %}{% endblock %} {% block content %}{% endblock %}",
              1000);
    c = client(&t, false, NULL);
    ck_assert_int_eq(strncmp(browse(c, "/?page=laid.html")->body.ptr,
                             "mine: <a href=", 14),
                     0);
    hearth_client_free(c);
    tree_free(&t);
}
END_TEST

START_TEST(messages_stand_on_the_next_page)
{
    tree t = make_files();
    hearth_client *c = client(&t, false, NULL);

    ck_assert_int_eq(hearth_call_get(c, "/leave")->status, 302);
    ck_assert(has(browse(c, "/?page=laid.html"),
                  "<p class=\"message message-success\" role=\"status\">saved "
                  "&lt;i&gt;</p>"));
    ck_assert(!has(browse(c, "/?page=laid.html"), "message-success\" role"));
    hearth_client_free(c);
    tree_free(&t);
}
END_TEST

START_TEST(a_form_is_shown_again)
{
    static const char *const headers[] = {"Accept: text/html", NULL};
    tree t = make_files();
    hearth_client *c = client(&t, false, NULL);
    const hearth_answer *r =
        hearth_call_do(c, &(hearth_call){.method = "POST",
                                         .target = "/edit",
                                         .type = "application/x-www-form-urlencoded",
                                         .body =
                                             "title=a+title+that+is+%3Cb%3E+far+too+long",
                                         .headers = headers});

    ck_assert_int_eq(r->status, 422);
    ck_assert_int_eq(strncmp(r->body.ptr, "<form class=\"form\" method=\"post\">", 33),
                     0);
    ck_assert(has(r, "value=\"a title that is &lt;b&gt; far too long\""));
    ck_assert(has(r, "role=\"alert\""));
    ck_assert(has(r, "</form>"));
    hearth_client_free(c);
    tree_free(&t);
}
END_TEST

START_TEST(an_inline_script_has_its_nonce_and_its_data)
{
    tree t = make_files();
    hearth_client *c = client(&t, false, NULL);
    const hearth_answer *r = browse(c, "/?page=script.html");

    ck_assert(has(r, "let a = \"A \\u003cb\\u003e C\";"));
    ck_assert_int_eq(strncmp(r->body.ptr, "<script nonce=\"", 15), 0);
    hearth_client_free(c);
    tree_free(&t);
}
END_TEST

/* ---- error pages ----------------------------------------------------------------------- */

static int own(hearth_ctx *c, const hearth_error *e)
{
    return e->status == 409 ? hearth_text(c, 409, "by hand") : e->status;
}

static const struct {
    const char *target;
    int status;
    const char *says;
} errors[] = {
    {"/refuse", 409, "409 Conflict: the title &lt;b&gt; is taken"},
    {"/nowhere", 404, "lost: There is nothing at this address."},
    {"/faulty", 422, "422 Unprocessable Content: title is required /title required"},
    {"/breaks", 500, "500 Internal Server Error: Something went wrong on our side."},
};
#define ERRORS ((int)(sizeof errors / sizeof *errors))

static void error_files(tree *t)
{
    tree_file(t, "error.html",
              "{{ status }} {{ title }}: {{ text }}{% for f in faults %} {{ f.pointer }} "
              "{{ f.code }}{% endfor %}#{{ request_id }}",
              1000);
    tree_file(t, "404.html", "lost: {{ text }}", 1000);
}

START_TEST(errors_have_templates)
{
    tree t = make_files();
    hearth_client *c;
    const hearth_answer *r;

    error_files(&t);
    c = client(&t, false, NULL);
    r = browse(c, errors[_i].target);
    ck_assert_int_eq(r->status, errors[_i].status);
    ck_assert_msg(strncmp(r->body.ptr, errors[_i].says, strlen(errors[_i].says)) == 0,
                  "%s", r->body.ptr);
    ck_assert_str_eq(hearth_answer_header(r, "Cache-Control"), "no-store");
    r = hearth_call_get(c, errors[_i].target); /* a program */
    ck_assert_str_eq(hearth_answer_header(r, "Content-Type"), "application/problem+json");
    hearth_client_free(c);
    c = client(&t, false, own);
    ck_assert_int_eq(strcmp(browse(c, errors[_i].target)->body.ptr, "by hand") == 0,
                     errors[_i].status == 409);
    hearth_client_free(c);
    tree_free(&t);
}
END_TEST

START_TEST(without_such_a_template_the_page_is_the_librarys)
{
    tree t = make_files();
    hearth_client *c = client(&t, false, NULL);

    ck_assert(has(browse(c, "/refuse"), "<h1>Conflict</h1>"));
    hearth_client_free(c);
    tree_free(&t);
}
END_TEST

START_TEST(a_template_for_errors_that_is_wrong_itself_is_not_the_end)
{
    tree t = make_files();
    hearth_client *c;
    const hearth_answer *r;

    tree_file(&t, "error.html", "{{ url('no-such') }}", 1000);
    c = client(&t, false, NULL);
    r = browse(c, "/refuse");
    ck_assert_int_eq(r->status, 409);
    ck_assert(has(r, "<h1>Conflict</h1>"));
    ck_assert(has(r, "the title &lt;b&gt; is taken"));
    ck_assert(http_logged(c, "no route has this name"));
    hearth_client_free(c);
    tree_free(&t);
}
END_TEST

START_TEST(in_development_a_changed_template_is_seen)
{
    tree t = make_files();
    hearth_client *c = client(&t, _i == 1, NULL);

    browse(c, "/");
    tree_file(&t, "plain.html", "changed", 2000);
    ck_assert_int_eq(strcmp(browse(c, "/")->body.ptr, "changed") == 0, _i == 1);
    hearth_client_free(c);
    tree_free(&t);
}
END_TEST

/* ---- where in a template ----------------------------------------------------------------- */

START_TEST(development_shows_where_in_a_template)
{
    tree t = make_files();
    hearth_client *c = client(&t, true, NULL);
    const hearth_answer *r = browse(c, "/?page=broken.html");

    ck_assert_int_eq(r->status, 500);
    ck_assert(has(r, "<h2>Template</h2>"));
    ck_assert(has(r, "broken.html</code> <span class=\"place\">line 3, column "));
    ck_assert(has(r, "<mark>>    3  &lt;p&gt;{{ url(&#39;no-such&#39;) }}&lt;/p&gt;"));
    ck_assert(has(r, "    1  &lt;p&gt;one&lt;/p&gt;"));
    ck_assert(has(r, "no route has this name"));
    hearth_client_free(c);
    c = client(&t, false, NULL);
    r = browse(c, "/?page=broken.html");
    ck_assert_int_eq(r->status, 500);
    ck_assert(!has(r, "broken.html"));
    ck_assert(http_logged(c, "broken.html"));
    hearth_client_free(c);
    tree_free(&t);
}
END_TEST

SUITE(
    "http/pages",
    TEST(a_page_knows_links_request_and_visitor) TEST(the_layout_comes_with_the_library)
        TEST(the_layout_needs_no_data_and_no_sessions) TEST(an_own_layout_takes_its_place)
            TEST(messages_stand_on_the_next_page) TEST(a_form_is_shown_again)
                TEST(an_inline_script_has_its_nonce_and_its_data)
                    LOOP(errors_have_templates, 0,
                         ERRORS) TEST(without_such_a_template_the_page_is_the_librarys)
                        TEST(a_template_for_errors_that_is_wrong_itself_is_not_the_end)
                            LOOP(in_development_a_changed_template_is_seen, 0, 2)
                                TEST(development_shows_where_in_a_template))
