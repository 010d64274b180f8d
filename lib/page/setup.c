/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Names that all pages have.
 */
#include "page/page.h"

#include "app/pages.h"

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

/* Where templates of the application's extend what we bring along. */
static int add_builtin(hearth_templates *t)
{
    hearth_template_file *table = hearth__arena_array(&t->arena, 2, sizeof *table);

    if (table == NULL)
        return HEARTH_ENOMEM;
    table[0] = (hearth_template_file){"hearth/base.html", hearth__page_base,
                                      hearth__page_base_len};
    t->builtin = table;
    return 0;
}

int hearth__page_add(hearth_templates *t)
{
    HEARTH_TRY(add_builtin(t));
    HEARTH_TRY(add_table(t, hearth__page_links));
    HEARTH_TRY(add_table(t, hearth__page_visitor));
    HEARTH_TRY(add_table(t, hearth__page_forms));
    HEARTH_TRY(add_table(t, hearth__page_pager));
    HEARTH_TRY(add_table(t, hearth__page_words));
    HEARTH_TRY(hearth__set_add(t, "request", hearth__page_object(&hearth__page_request)));
    return hearth__set_add(t, "user", hearth__page_object(&hearth__page_user));
}
