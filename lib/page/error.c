/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Error pages from templates of the application's: 404.html for that status, error.html for
 * all others.
 */
#include "app/problem.h"
#include "core/str.h"
#include "page/page.h"

#include <stdio.h>

static json_t *faults_of(const hearth_ctx *c, const hearth_error *e)
{
    json_t *list = json_array();

    for (const hearth__fault *f = hearth__problem_faults(c, e); f != NULL; f = f->next)
        if (json_array_append_new(list,
                                  json_pack("{s:s, s:s, s:s}", "pointer", f->pointer,
                                            "code", f->code, "text", f->text)) != 0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

static json_t *data_of(hearth_ctx *c, const hearth_error *e)
{
    return json_pack("{s:i, s:s, s:s, s:s, s:o}", "status", e->status, "title",
                     hearth__problem_title(e->status).ptr, "text", e->text, "request_id",
                     hearth_request_id(c), "faults", faults_of(c, e));
}

static bool is_there(hearth_ctx *c, const char *name)
{
    hearth_template_error err;

    return hearth_templates_check(c->app->templates, name, &err) != HEARTH_ENOTFOUND;
}

int hearth__page_error_answer(hearth_ctx *c, const hearth_error *e)
{
    char own[16];
    json_t *data;

    if (!hearth__problem_wants_html(c))
        return HEARTH_ENOTFOUND;
    snprintf(own, sizeof own, "%d.html", e->status);
    if (!is_there(c, own))
        snprintf(own, sizeof own, "error.html");
    if (!is_there(c, own))
        return HEARTH_ENOTFOUND;
    data = data_of(c, e);
    return data == NULL ? HEARTH_ENOMEM : hearth_render(c, e->status, own, data);
}
