/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The tests of the language, by table: `x is defined`.
 */

#include "tmpl/builtin.h"

static int is_defined(hearth_template_call *call, hearth_value *out)
{
    *out = hearth_value_bool(!hearth__v_is_undefined(call->value));
    return 0;
}

static const hearth__builtin kinds[] = {
    {"defined", is_defined, NULL, NULL},
    {NULL, NULL, NULL, NULL},
};

const hearth__builtin *const hearth__tests[] = {kinds, NULL};
