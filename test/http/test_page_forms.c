/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Forms of models in templates: whole, in pieces, as facts.
 */

#include "page_kit.h"

#include "http.h"
#include "suite.h"

#define ERRAND(F, T)                                           \
    F(T, id, i64, "Identifier", .key = true, .readonly = true) \
    F(T, title, text, "Title", .required = true, .max = 20)    \
    F(T, done, flag, "Done", .fallback = "false")              \
    F(T, word, text, "Word", .secret = true)
HEARTH_MODEL(todo, NULL, ERRAND);

static int show(hearth_ctx *c)
{
    static const struct todo t = {.id = 7, .title = "<b>milk", .done = true, .word = "x"};

    HEARTH_TRY(hearth_page_form(c, "other", &todo_model, NULL, NULL));
    HEARTH_TRY(hearth_page_form(c, "todo", &todo_model, &t,
                                &(hearth_form_opts){.prefix = "t", .submit = "Keep"}));
    return page_kit(c);
}

static int take(hearth_ctx *c)
{
    struct todo t;
    int rc = hearth_bind(c, &todo_model, &t);

    if (!hearth_form_again(c, rc))
        return rc == 0 ? hearth_text(c, 200, "taken") : rc;
    HEARTH_TRY(hearth_page_form(c, "todo", &todo_model, NULL, NULL));
    return page_kit(c);
}

static int broken(hearth_ctx *c)
{
    HEARTH_TRY(hearth_page_form(c, "todo", &todo_model, NULL,
                                &(hearth_form_opts){.method = "put"}));
    return page_kit(c);
}

static const hearth_route routes[] = {
    HEARTH_GET("/show", show),
    HEARTH_POST("/take", take),
    HEARTH_GET("/broken", broken),
    HEARTH_END,
};

static hearth_client *client(void)
{
    hearth_app *app = hearth_app_new(NULL);

    hearth_mount(app, "", routes);
    ck_assert_int_eq(hearth_use_templates(app, NULL), 0);
    return hearth_client_new(app);
}

static const hearth_answer *ask(hearth_client *t, const char *target, const char *form,
                                const char *call)
{
    char field[200];
    const char *const headers[] = {field, "Accept: text/html", NULL};

    snprintf(field, sizeof field, "X-Call: %s", call);
    return hearth_call_do(t, &(hearth_call){.method = form == NULL ? "GET" : "POST",
                                            .target = target,
                                            .body = form,
                                            .type = "application/x-www-form-urlencoded",
                                            .headers = headers});
}

static bool has(const hearth_answer *r, const char *text)
{
    return strstr(r->body.ptr, text) != NULL;
}

START_TEST(the_whole_form_is_html_with_values)
{
    hearth_client *t = client();
    const hearth_answer *r = ask(t, "/show", NULL, "form|todo");

    ck_assert_int_eq(r->status, 200);
    ck_assert_str_eq(hearth_answer_header(r, "X-Escaped"), "no");
    ck_assert(has(r, "<form class=\"t\" method=\"post\">"));
    ck_assert(has(r, "value=\"&lt;b&gt;milk\""));
    ck_assert(has(r, "<button type=\"submit\">Keep</button>"));
    ck_assert(!has(r, "value=\"x\""));
    r = ask(t, "/show", NULL, "form|other");
    ck_assert(has(r, "<form class=\"form\""));
    ck_assert(!has(r, "milk"));
    hearth_client_free(t);
}
END_TEST

START_TEST(its_pieces_make_it_up)
{
    static const char *const calls[] = {"form_open|todo",        "form_errors|todo",
                                        "form_field|todo|title", "form_field|todo|done",
                                        "form_field|todo|word",  "form_close|todo"};
    hearth_client *t = client();
    char whole[4096], pieces[4096] = "";
    const hearth_answer *r = ask(t, "/show", NULL, "form|todo");

    snprintf(whole, sizeof whole, "%s", r->body.ptr);
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        r = ask(t, "/show", NULL, calls[i]);
        ck_assert_int_eq(r->status, 200);
        ck_assert_str_eq(hearth_answer_header(r, "X-Escaped"), "no");
        strcat(pieces, r->body.ptr);
    }
    ck_assert_str_eq(strstr(pieces, "<form"), pieces);
    ck_assert_str_eq(pieces + strlen(pieces) - 8, "</form>\n");
    ck_assert_ptr_nonnull(strstr(whole, "<input")); /* the key is hidden in the whole */
    ck_assert_uint_ge(strlen(whole), strlen(pieces));
    hearth_client_free(t);
}
END_TEST

START_TEST(after_faults_what_was_typed_and_what_is_wrong)
{
    hearth_client *t = client();
    const char *form = "title=a+title+that+is+far+too+%3Clong%3E&done=true&word=w";
    const hearth_answer *r = ask(t, "/take", form, "form_field|todo|title");

    ck_assert(has(r, "far too &lt;long&gt;"));
    ck_assert(has(r, "aria-invalid=\"true\""));
    r = ask(t, "/take", form, "form_errors|todo");
    ck_assert(has(r, "role=\"alert\""));
    ck_assert(has(r, "href=\"#form-title\""));
    r = ask(t, "/take", form, "form_facts|todo|title");
    ck_assert_str_eq(hearth_answer_at(r, "/value"), "a title that is far too <long>");
    ck_assert_str_ne(hearth_answer_at(r, "/error"), "");
    r = ask(t, "/take", form, "form_facts|todo|done");
    ck_assert_str_eq(hearth_answer_at(r, "/error"), "null");
    ck_assert_str_eq(ask(t, "/take", "title=milk&word=w", "form|todo")->body.ptr,
                     "taken");
    hearth_client_free(t);
}
END_TEST

static const struct {
    const char *call, *at, *is;
} facts[] = {
    {"form_facts|todo|title", "/name", "title"},
    {"form_facts|todo|title", "/id", "t-title"},
    {"form_facts|todo|title", "/label", "Title"},
    {"form_facts|todo|title", "/value", "<b>milk"},
    {"form_facts|todo|title", "/error", "null"},
    {"form_facts|todo|title", "/required", "true"},
    {"form_facts|todo|done", "/required", "false"},
    {"form_facts|todo|word", "/value", ""}, /* secret */
    {"form_facts|other|title", "/value", ""},
};
#define FACTS ((int)(sizeof facts / sizeof *facts))

START_TEST(facts_of_a_field_are_data)
{
    hearth_client *t = client();
    const hearth_answer *r = ask(t, "/show", NULL, facts[_i].call);

    ck_assert_msg(r->status == 200, "%s", r->body.ptr);
    ck_assert_str_eq(hearth_answer_at(r, facts[_i].at), facts[_i].is);
    hearth_client_free(t);
}
END_TEST

START_TEST(what_cannot_be_made_says_why)
{
    static const char *const rows[][3] = {
        {"/show", "form|nothing", "there is no form &quot;nothing&quot;"},
        {"/show", "form_field|todo|no", "model todo has no field &quot;no&quot;"},
        {"/show", "form_facts|todo|no", "model todo has no field &quot;no&quot;"},
        {"/broken", "form|todo", "the .method of a form is"},
        {"/broken", "form_open|todo", "the .method of a form is"},
        {"/broken", "form_facts|todo|title", "the .method of a form is"},
    };
    hearth_client *t = client();

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const hearth_answer *r = ask(t, rows[i][0], NULL, rows[i][1]);

        ck_assert_int_eq(r->status, 500);
        ck_assert_msg(has(r, rows[i][2]), "%s", r->body.ptr);
    }
    hearth_client_free(t);
}
END_TEST

SUITE("http/page_forms",
      TEST(the_whole_form_is_html_with_values) TEST(its_pieces_make_it_up)
          TEST(after_faults_what_was_typed_and_what_is_wrong)
              LOOP(facts_of_a_field_are_data, 0, FACTS)
                  TEST(what_cannot_be_made_says_why))
