/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What filters, tests and functions of the program can do.
 */

#include "core/str.h"
#include "tmpl/render.h"

#include <stdarg.h>
#include <stdio.h>

void *hearth_template_arg(const hearth_template_call *call)
{
    return call->render->arg;
}

int hearth_template_fail(hearth_template_call *call, const char *fmt, ...)
{
    char text[sizeof call->render->error.text];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return hearth__render_fail(call->render, HEARTH_EINVAL, "%s", text);
}

int hearth_template_text(hearth_template_call *call, hearth_value v, hearth_str *out)
{
    return hearth__v_str(call->render, v, out);
}

int hearth_template_int(hearth_template_call *call, hearth_value v, int64_t *out)
{
    if (hearth__v_integer(v, out))
        return 0;
    if (hearth__v_is_undefined(v))
        return hearth__render_undefined(call->render, v);
    return hearth__render_fail(call->render, HEARTH_EINVAL,
                               "a value of kind %s is no integer",
                               hearth__v_kind_name(v));
}

int hearth_template_set_text(hearth_template_call *call, hearth_value *out, hearth_str s,
                             bool html)
{
    return hearth__v_copy(call->render, s, html ? HEARTH_VALUE_HTML : 0, out);
}

int hearth_template_set_json(hearth_template_call *call, hearth_value *out, json_t *take)
{
    HEARTH_TRY(hearth__render_keep(call->render, take));
    *out = hearth__v_json(take);
    return 0;
}
