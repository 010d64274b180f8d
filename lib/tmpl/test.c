/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The tests of the language: what kind of value one is.
 */
#include "tmpl/test.h"

#include "core/letter.h"
#include "core/str.h"
#include "core/utf8.h"
#include "tmpl/render.h"
#include "tmpl/set.h"

const hearth__builtin *const hearth__tests[] = {hearth__tests_compare, hearth__tests_kind,
                                                NULL};

static int answer(hearth_value *out, bool yes)
{
    *out = hearth_value_bool(yes);
    return 0;
}

static int is_boolean(hearth_template_call *c, hearth_value *out)
{
    return answer(out, c->value.kind == HEARTH_VALUE_BOOL);
}

static int is_callable(hearth_template_call *c, hearth_value *out)
{
    return answer(out, c->value.kind == HEARTH_VALUE_OBJECT &&
                           c->value.u.object->ops->call != NULL);
}

static int is_defined(hearth_template_call *c, hearth_value *out)
{
    return answer(out, c->value.kind != HEARTH_VALUE_UNDEFINED);
}

static int is_undefined(hearth_template_call *c, hearth_value *out)
{
    return answer(out, c->value.kind == HEARTH_VALUE_UNDEFINED);
}

static int is_escaped(hearth_template_call *c, hearth_value *out)
{
    return answer(out, hearth__v_is_html(c->value));
}

static int is_false(hearth_template_call *c, hearth_value *out)
{
    return answer(out, c->value.kind == HEARTH_VALUE_BOOL && !c->value.u.b);
}

static int is_true(hearth_template_call *c, hearth_value *out)
{
    return answer(out, c->value.kind == HEARTH_VALUE_BOOL && c->value.u.b);
}

static int is_float(hearth_template_call *c, hearth_value *out)
{
    return answer(out, c->value.kind == HEARTH_VALUE_FLOAT);
}

static int is_integer(hearth_template_call *c, hearth_value *out)
{
    return answer(out, c->value.kind == HEARTH_VALUE_INT);
}

static int is_number(hearth_template_call *c, hearth_value *out)
{
    return answer(out, c->value.kind == HEARTH_VALUE_BOOL ||
                           c->value.kind == HEARTH_VALUE_INT ||
                           c->value.kind == HEARTH_VALUE_FLOAT);
}

/* A list, a text, a map; what is missing too, as a loop over it does nothing. */
static int is_iterable(hearth_template_call *c, hearth_value *out)
{
    return answer(out, c->value.kind == HEARTH_VALUE_LIST ||
                           c->value.kind == HEARTH_VALUE_TEXT ||
                           c->value.kind == HEARTH_VALUE_MAP ||
                           c->value.kind == HEARTH_VALUE_UNDEFINED);
}

static int is_mapping(hearth_template_call *c, hearth_value *out)
{
    return answer(out, c->value.kind == HEARTH_VALUE_MAP);
}

static int is_none(hearth_template_call *c, hearth_value *out)
{
    return answer(out, c->value.kind == HEARTH_VALUE_NONE);
}

static int is_string(hearth_template_call *c, hearth_value *out)
{
    return answer(out, c->value.kind == HEARTH_VALUE_TEXT);
}

/* ---- letters ---------------------------------------------------------------------------- */

/* Letters that have a case are all of the one: change makes no difference to them, and there
 * is one that the other way round would change. */
static int all_of_case(hearth_template_call *c,
                       size_t (*keep)(uint32_t cp, uint32_t out[3]),
                       size_t (*change)(uint32_t cp, uint32_t out[3]), hearth_value *out)
{
    bool any = false;
    uint32_t cp, to[3];
    hearth_str s;

    HEARTH_TRY(hearth__v_str(c->render, c->value, &s));
    for (size_t i = 0, n; i < s.len; i += n) {
        n = hearth__utf8_next(hearth__str(s.ptr + i, s.len - i), &cp);
        if (n == 0) {
            n = 1;
            continue;
        }
        if (keep(cp, to) != 1 || to[0] != cp)
            return answer(out, false);
        any = any || change(cp, to) != 1 || to[0] != cp;
    }
    return answer(out, any);
}

static int is_lower(hearth_template_call *c, hearth_value *out)
{
    return all_of_case(c, hearth__letter_lower, hearth__letter_upper, out);
}

static int is_upper(hearth_template_call *c, hearth_value *out)
{
    return all_of_case(c, hearth__letter_upper, hearth__letter_lower, out);
}

/* ---- names ------------------------------------------------------------------------------ */

static int is_filter(hearth_template_call *c, hearth_value *out)
{
    return answer(out, hearth__v_is_text(c->value) &&
                           hearth__set_filter(c->render->set,
                                              hearth__v_bytes(c->value)) != NULL);
}

static int is_test(hearth_template_call *c, hearth_value *out)
{
    return answer(out, hearth__v_is_text(c->value) &&
                           hearth__set_test(c->render->set, hearth__v_bytes(c->value)) !=
                               NULL);
}

const hearth__builtin hearth__tests_kind[] = {
    {"boolean", is_boolean, NULL, NULL},   {"callable", is_callable, NULL, NULL},
    {"defined", is_defined, NULL, NULL},   {"escaped", is_escaped, NULL, NULL},
    {"false", is_false, NULL, NULL},       {"filter", is_filter, NULL, NULL},
    {"float", is_float, NULL, NULL},       {"integer", is_integer, NULL, NULL},
    {"iterable", is_iterable, NULL, NULL}, {"lower", is_lower, NULL, NULL},
    {"mapping", is_mapping, NULL, NULL},   {"none", is_none, NULL, NULL},
    {"number", is_number, NULL, NULL},     {"sequence", is_iterable, NULL, NULL},
    {"string", is_string, NULL, NULL},     {"test", is_test, NULL, NULL},
    {"true", is_true, NULL, NULL},         {"undefined", is_undefined, NULL, NULL},
    {"upper", is_upper, NULL, NULL},       {NULL, NULL, NULL, NULL},
};
