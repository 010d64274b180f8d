/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Templates as answers: types, what a handler gives, functions that know the request, what is
 * wrong with them, and reloading.
 */

#include "http.h"
#include "suite.h"

#include <stdio.h>
#include <unistd.h>

#define FILE_OF(name_, text_)           \
    {                                   \
        name_, text_, sizeof(text_) - 1 \
    }

static const hearth_template_file pages[] = {
    FILE_OF("list.html", "{% extends 'base.html' %}{% block body %}{% for t in todos %}"
                         "<li>{{ t.title }}</li>{% endfor %}{% endblock %}"),
    FILE_OF("base.html", "<title>Todos</title><ul>{% block body %}{% endblock %}</ul>"),
    FILE_OF("mail.txt", "Dear {{ name }},\n"),
    FILE_OF("path.html", "{{ path() }} {{ 'x'|loud }} {{ site }}"),
    FILE_OF("wrong.html", "one\n<p>{{ 1 // n }}</p>"),
    {NULL, NULL, 0},
};

static hearth_templates_opts embedded = {.embedded = pages};

static int list(hearth_ctx *c)
{
    return hearth_render(c, 200, "list.html",
                         json_pack("{s:[{s:s},{s:s}]}", "todos", "title", "Milk & <b>",
                                   "title", "Bread"));
}

static int mail(hearth_ctx *c)
{
    json_t *data = json_pack("{s:s}", "name", "<Ann>");
    hearth_str text = hearth_render_text(c, "mail.txt", data);

    json_decref(data);
    ck_assert_str_eq(text.ptr, "Dear <Ann>,");
    ck_assert_str_eq(hearth_render_text(c, "none.txt", NULL).ptr, "");
    return hearth_render(c, 201, "mail.txt", json_pack("{s:s}", "name", "Ann"));
}

static int path(hearth_ctx *c)
{
    return hearth_render(c, 200, "path.html", NULL);
}

static int wrong(hearth_ctx *c)
{
    return hearth_render(c, 200, "wrong.html", json_pack("{s:i}", "n", 0));
}

static int missing(hearth_ctx *c)
{
    return hearth_render(c, 200, "none.html", json_object());
}

static int status(hearth_ctx *c)
{
    return hearth_render(c, 99, "base.html", json_object());
}

static const hearth_route routes[] = {
    HEARTH_GET("/list", list),
    HEARTH_GET("/mail", mail),
    HEARTH_GET("/path", path),
    HEARTH_GET("/wrong", wrong),
    HEARTH_GET("/none", missing),
    HEARTH_GET("/status", status),
    HEARTH_END,
};

static int path_of(hearth_template_call *call, hearth_value *out)
{
    hearth_ctx *c = hearth_template_arg(call);
    const char *target = hearth_path(c);

    return hearth_template_set_text(call, out, (hearth_str){target, strlen(target)},
                                    false);
}

static int loud(hearth_template_call *call, hearth_value *out)
{
    hearth_str s;
    char text[32];

    HEARTH_TRY(hearth_template_text(call, call->value, &s));
    snprintf(text, sizeof text, "<b>%.*s!</b>", (int)s.len, s.ptr);
    return hearth_template_set_text(call, out, (hearth_str){text, strlen(text)}, true);
}

static hearth_client *client(bool debug)
{
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.debug = debug});
    hearth_templates *t;

    ck_assert_int_eq(hearth_use_templates(app, &embedded), 0);
    t = hearth_app_templates(app);
    ck_assert_int_eq(hearth_templates_add_function(t, "path", NULL, path_of, NULL), 0);
    ck_assert_int_eq(hearth_templates_add_filter(t, "loud", NULL, loud, NULL), 0);
    ck_assert_int_eq(hearth_templates_add_global(t, "site", json_string("<Hearth>")), 0);
    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    return hearth_client_new(app);
}

static const http_case answers[] = {
    {.target = "/list",
     .status = 200,
     .says = "<title>Todos</title><ul><li>Milk &amp; &lt;b&gt;</li><li>Bread</li></ul>",
     .field = "Content-Type: text/html; charset=utf-8"},
    {.target = "/mail",
     .status = 201,
     .says = "Dear Ann,",
     .field = "Content-Type: text/plain; charset=utf-8"},
    {.target = "/path", .status = 200, .says = "/path <b>x!</b> &lt;Hearth&gt;"},
    {.target = "/wrong", .status = 500},
    {.target = "/none", .status = 500},
    {.target = "/status", .status = 400},
};

START_TEST(a_template_answers_with_the_type_of_its_name)
{
    hearth_client *t = client(false);

    http_check(t, &answers[_i]);
    hearth_client_free(t);
}
END_TEST

START_TEST(in_development_the_place_in_the_template_is_told)
{
    hearth_client *t = client(true);
    const hearth_answer *r = hearth_call_get(t, "/wrong");

    ck_assert_int_eq(r->status, 500);
    ck_assert_msg(strstr(r->body.ptr, "wrong.html:2:") != NULL, "%s", r->body.ptr);
    ck_assert_msg(strstr(r->body.ptr, "// by zero") != NULL, "%s", r->body.ptr);
    hearth_client_free(t);
}
END_TEST

START_TEST(an_application_without_templates_says_so)
{
    hearth_client *t = http_client(NULL, routes);

    ck_assert_int_eq(hearth_call_get(t, "/list")->status, 500);
    hearth_client_free(t);
}
END_TEST

/* ---- files ----------------------------------------------------------------------------- */

typedef struct place {
    char dir[64], file[96];
} place;

static void write_file(const place *p, const char *text)
{
    FILE *out = fopen(p->file, "w");

    ck_assert_ptr_nonnull(out);
    fputs(text, out);
    fclose(out);
}

static void make_place(place *p)
{
    snprintf(p->dir, sizeof p->dir, "/tmp/hearth-render-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(p->dir));
    snprintf(p->file, sizeof p->file, "%s/list.html", p->dir);
}

static void remove_place(const place *p)
{
    unlink(p->file);
    rmdir(p->dir);
}

START_TEST(an_application_with_a_wrong_template_does_not_start)
{
    hearth_app *app = hearth_app_new(NULL);
    hearth_error err = {0};
    place p;

    make_place(&p);
    write_file(&p, "\n<p title={{ x }}>");
    ck_assert_int_eq(hearth_use_templates(app, &(hearth_templates_opts){.dir = p.dir}),
                     0);
    ck_assert_int_ne(hearth_app_start(app, &(hearth_run_opts){.port = HEARTH_PORT_ANY},
                                      &err),
                     0);
    ck_assert_msg(strstr(err.text, "list.html:2:10: ") != NULL, "%s", err.text);
    hearth_app_free(app);
    remove_place(&p);
}
END_TEST

START_TEST(a_directory_that_is_not_there_is_told_at_once)
{
    hearth_app *app = hearth_app_new(NULL);

    ck_assert_int_eq(
        hearth_use_templates(app, &(hearth_templates_opts){.dir = "/nowhere/at/all"}),
        HEARTH_ENOTFOUND);
    ck_assert_ptr_null(hearth_app_templates(app));
    hearth_app_free(app);
}
END_TEST

START_TEST(a_file_that_changes_is_read_again_when_that_is_wanted)
{
    bool reload = _i == 1;
    hearth_app *app = hearth_app_new(NULL);
    hearth_client *t;
    place p;

    make_place(&p);
    write_file(&p, "one");
    ck_assert_int_eq(hearth_use_templates(app,
                                          &(hearth_templates_opts){.dir = p.dir,
                                                                   .reload = reload}),
                     0);
    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    t = hearth_client_new(app);
    ck_assert_str_eq(hearth_call_get(t, "/list")->body.ptr, "one");
    write_file(&p, "two, longer");
    ck_assert_str_eq(hearth_call_get(t, "/list")->body.ptr,
                     reload ? "two, longer" : "one");
    write_file(&p, "{% wrong");
    ck_assert_int_eq(hearth_call_get(t, "/list")->status, reload ? 500 : 200);
    write_file(&p, "right again");
    ck_assert_str_eq(hearth_call_get(t, "/list")->body.ptr,
                     reload ? "right again" : "one");
    hearth_client_free(t);
    remove_place(&p);
}
END_TEST

/* clang-format off */
SUITE("http/render",
      LOOP(a_template_answers_with_the_type_of_its_name, 0,
           (int)(sizeof answers / sizeof *answers))
      TEST(in_development_the_place_in_the_template_is_told)
      TEST(an_application_without_templates_says_so)
      TEST(an_application_with_a_wrong_template_does_not_start)
      TEST(a_directory_that_is_not_there_is_told_at_once)
      LOOP(a_file_that_changes_is_read_again_when_that_is_wanted, 0, 2))
