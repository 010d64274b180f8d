/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Templates as answers.  Whatever is wrong with a template is a bug of the program, never of
 * the request: noted with its place, 500.
 */

#include "app/answer.h"
#include "app/problem.h"
#include "core/error.h"
#include "core/str.h"
#include "http/mime.h"
#include "page/page.h"
#include "tmpl/template.h"

#include <hearth/app.h>

/* Enough for every sentence, its place and its line. */
#define LINE 768

static int start(hearth_app *app, hearth_error *why);

int hearth_use_templates_sized(hearth_app *app, const hearth_templates_opts *o,
                               size_t size)
{
    hearth_template_error err = {0};
    char line[LINE];
    int rc;

    HEARTH_TRY(hearth__app_setup_check(app, "hearth_use_templates"));
    if (app->templates != NULL)
        return hearth__app_setup_failed(
            app, HEARTH_ECONFLICT, "hearth_use_templates: there are templates already");
    app->templates = hearth_templates_new_sized(o, &err, size);
    if (app->templates == NULL)
        return hearth__app_setup_failed(app, err.code, "hearth_use_templates: %s",
                                        hearth_template_error_line(&err, line,
                                                                   sizeof line));
    if (app->opts.debug)
        app->templates->opts.reload = true;
    rc = hearth__page_add(app->templates);
    if (rc != 0)
        return hearth__app_setup_failed(app, rc, "hearth_use_templates: out of memory");
    app->start_templates = start;
    app->error_page = hearth__page_error_answer;
    return 0;
}

hearth_templates *hearth_app_templates(hearth_app *app)
{
    return app->templates;
}

/* At start: all templates are right. */
static int start(hearth_app *app, hearth_error *why)
{
    hearth_template_error err = {0};
    char line[LINE];
    int rc;

    rc = hearth_templates_check(app->templates, NULL, &err);
    if (rc == 0)
        return 0;
    hearth_template_error_line(&err, line, sizeof line);
    if (hearth__templates_reload(app->templates)) {
        /* It is being worked on: the page will say so again. */
        hearth__log_line(app->log, HEARTH_LOG_WARN, NULL, "template %s", line);
        return 0;
    }
    return hearth__error_set(why, rc, "template %s", line);
}

/* ---- answering ------------------------------------------------------------------------- */

static int failed(hearth_ctx *c, const char *name, const hearth_template_error *err)
{
    hearth_template_error *kept = hearth__arena_raw(&c->arena, sizeof *kept);
    char line[LINE];

    if (err->code == HEARTH_ENOMEM)
        return HEARTH_ENOMEM;
    if (kept != NULL)
        *kept = *err;
    c->template_error = kept;
    return hearth__note(c, HEARTH_ESTATE, "hearth_render: template \"%s\": %s", name,
                        hearth_template_error_line(err, line, sizeof line));
}

static int render(hearth_ctx *c, int status, const char *name, const json_t *data)
{
    hearth_template_error err = {0};
    hearth_str file = hearth__str_of(name);
    hearth__buf out;

    HEARTH_TRY(hearth__answer_check(c, status));
    if (c->app->templates == NULL || name == NULL)
        return hearth__note(
            c, HEARTH_ESTATE,
            "hearth_render: hearth_use_templates() was not called, or the name "
            "is NULL");
    if (hearth__template_render(c->app->templates, file, data, c, &c->arena, &out,
                                &err) != 0)
        return failed(c, name, &err);
    return hearth__answer(c, status, hearth__str_of(hearth__mime_of(file)->type),
                          hearth__buf_view(&out));
}

int hearth_render(hearth_ctx *c, int status, const char *name, json_t *take)
{
    int rc = render(c, status, name, take);

    json_decref(take);
    return rc;
}

hearth_str hearth_render_text(hearth_ctx *c, const char *name, const json_t *data)
{
    hearth_template_error err = {0};
    hearth__buf out;

    if (c->app->templates == NULL || name == NULL) {
        hearth__note(
            c, HEARTH_ESTATE,
            "hearth_render_text: hearth_use_templates() was not called, or the name "
            "is NULL");
        return HEARTH__S("");
    }
    if (hearth__template_render(c->app->templates, hearth__str_of(name), data, c,
                                &c->arena, &out, &err) != 0) {
        failed(c, name, &err);
        return HEARTH__S("");
    }
    return hearth__buf_view(&out);
}
