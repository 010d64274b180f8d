/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* The token that a middleware puts into forms. */
#include "app/ctx.h"
#include "suite.h"

#include <hearth.h>
#include <hearth/client.h>

#define NOTE(F, T) F(T, text, text, "Text", .max = 9)
HEARTH_MODEL(note, NULL, NOTE);

static const char *token(hearth_ctx *c, const char **name)
{
    *name = "_token";
    return hearth_query(c, "token", NULL);
}

static int ask(hearth_ctx *c)
{
    const hearth_form_opts o = {.method = hearth_query(c, "method", NULL),
                                .fields = hearth_query(c, "fields", NULL),
                                .fields_only = true};
    hearth_str html;

    c->form_token = token;
    html = hearth_form_html(c, &note_model, NULL, &o);

    return hearth_html(c, 200, html.len == 0 ? "(nothing)" : html.ptr);
}

#define HIDDEN "<input type=\"hidden\" name=\"_token\" value=\"a&lt;b\">\n"

static const struct {
    const char *target;
    bool has;
} pages[] = {{"/?token=a%3Cb", true},
             {"/?token=a%3Cb&method=post", true},
             {"/?token=a%3Cb&method=get", false},
             {"/", false}};

static hearth_client *client(void)
{
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.access_log_off = true});

    ck_assert_int_eq(hearth_get(app, "/", ask), 0);
    return hearth_client_new(app);
}

START_TEST(a_token_is_put_into_forms_that_change_something)
{
    hearth_client *t = client();
    const char *html = hearth_call_get(t, pages[_i].target)->body.ptr;

    ck_assert_msg((strncmp(html, HIDDEN, sizeof HIDDEN - 1) == 0) == pages[_i].has, "%s",
                  html);
    hearth_client_free(t);
}
END_TEST

START_TEST(a_form_that_makes_no_sense_is_empty_and_the_log_says_why)
{
    hearth_client *t = client();

    ck_assert_str_eq(hearth_call_get(t, "/?fields=none")->body.ptr, "(nothing)");
    ck_assert_ptr_nonnull(strstr(hearth_client_log(t), "a form lists \"none\""));
    hearth_client_free(t);
}
END_TEST

SUITE("app/form", LOOP(a_token_is_put_into_forms_that_change_something, 0, 4)
                      TEST(a_form_that_makes_no_sense_is_empty_and_the_log_says_why))
