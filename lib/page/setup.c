/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Names that all pages have.
 */
#include "page/page.h"

#include "core/str.h"

int hearth__page_buf(hearth_template_call *call, const hearth__buf *b, bool html,
                     hearth_value *out)
{
    hearth_str s = hearth__buf_view(b);

    if (b->failed)
        return hearth__render_fail(call->render, HEARTH_ENOMEM, "out of memory");
    return hearth_template_set_text(call, out, s, html);
}

static int add_table(hearth_templates *t, const hearth__builtin *row)
{
    for (; row->name != NULL; row++)
        HEARTH_TRY(
            hearth_templates_add_function(t, row->name, row->params, row->fn, row->arg));
    return 0;
}

int hearth__page_add(hearth_templates *t)
{
    HEARTH_TRY(add_table(t, hearth__page_links));
    HEARTH_TRY(add_table(t, hearth__page_visitor));
    HEARTH_TRY(add_table(t, hearth__page_forms));
    HEARTH_TRY(add_table(t, hearth__page_pager));
    HEARTH_TRY(hearth__set_add(t, "request", hearth__page_object(&hearth__page_request)));
    return hearth__set_add(t, "user", hearth__page_object(&hearth__page_user));
}

static int refuse(hearth_app *app, hearth_templates *t, int code, const char *why)
{
    hearth_templates_free(t);
    return hearth__app_setup_failed(app, code, "templates: %s", why);
}

int hearth__page_use(hearth_app *app, hearth_templates *t)
{
    int rc = hearth__app_setup_check(app, "templates");

    if (rc != 0) {
        hearth_templates_free(t);
        return rc;
    }
    if (t == NULL)
        return refuse(app, t, HEARTH_EINVAL,
                      "there are none: hearth_templates_new() says why in its last "
                      "parameter");
    if (app->templates != NULL)
        return refuse(app, t, HEARTH_ESTATE, "the application has templates already");
    rc = hearth__page_add(t);
    if (rc != 0)
        return refuse(app, t, rc,
                      rc == HEARTH_ECONFLICT
                          ? "a name that all pages have (hearth/page.h) is taken"
                      : rc == HEARTH_ESTATE ? "one of them has been loaded already"
                                            : "out of memory");
    app->templates = t;
    return 0;
}
