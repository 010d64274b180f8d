/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The filters of the language, by table.
 */

#include "tmpl/builtin.h"
#include "tmpl/render.h"

/* The one way for HTML that comes from elsewhere: whoever writes it trusts where it is from. */
static int unsafe_html(hearth_template_call *call, hearth_value *out)
{
    hearth_str s;

    HEARTH_TRY(hearth__v_str(call->render, call->value, &s));
    *out = hearth__v_textn(s.ptr, s.len, HEARTH_VALUE_HTML);
    return 0;
}

static const hearth__builtin escaping[] = {
    {"unsafe_html", unsafe_html, NULL, NULL},
    {NULL, NULL, NULL, NULL},
};

const hearth__builtin *const hearth__filters[] = {escaping, NULL};
