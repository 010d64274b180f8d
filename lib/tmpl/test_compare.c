/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The tests that compare: with another value, or a number with what divides it.
 */
#include "core/str.h"
#include "tmpl/render.h"
#include "tmpl/test.h"

static int is_eq(hearth_template_call *c, hearth_value *out)
{
    *out = hearth_value_bool(hearth__v_equal(c->value, c->args[0]));
    return 0;
}

static int is_ne(hearth_template_call *c, hearth_value *out)
{
    *out = hearth_value_bool(!hearth__v_equal(c->value, c->args[0]));
    return 0;
}

static int order_of(hearth_template_call *c, int *order)
{
    return hearth__v_compare(c->render, c->value, c->args[0], order);
}

static int is_lt(hearth_template_call *c, hearth_value *out)
{
    int order;

    HEARTH_TRY(order_of(c, &order));
    *out = hearth_value_bool(order < 0);
    return 0;
}

static int is_le(hearth_template_call *c, hearth_value *out)
{
    int order;

    HEARTH_TRY(order_of(c, &order));
    *out = hearth_value_bool(order <= 0);
    return 0;
}

static int is_gt(hearth_template_call *c, hearth_value *out)
{
    int order;

    HEARTH_TRY(order_of(c, &order));
    *out = hearth_value_bool(order > 0);
    return 0;
}

static int is_ge(hearth_template_call *c, hearth_value *out)
{
    int order;

    HEARTH_TRY(order_of(c, &order));
    *out = hearth_value_bool(order >= 0);
    return 0;
}

static int is_in(hearth_template_call *c, hearth_value *out)
{
    bool in;

    HEARTH_TRY(hearth__v_in(c->render, c->value, c->args[0], &in));
    *out = hearth_value_bool(in);
    return 0;
}

/* The same thing in memory, not one that is equal; of what is not in memory the same value of
 * the same kind. */
static int is_sameas(hearth_template_call *c, hearth_value *out)
{
    hearth_value a = c->value, b = c->args[0];
    bool same = a.kind == b.kind;

    switch ((hearth_value_kind)a.kind) {
    case HEARTH_VALUE_LIST:
    case HEARTH_VALUE_MAP:
    case HEARTH_VALUE_OBJECT:
        same =
            same && hearth__v_is_tree(a) == hearth__v_is_tree(b) && a.u.list == b.u.list;
        break;
    case HEARTH_VALUE_UNDEFINED:
    case HEARTH_VALUE_NONE:
        break;
    case HEARTH_VALUE_BOOL:
    case HEARTH_VALUE_INT:
    case HEARTH_VALUE_FLOAT:
    case HEARTH_VALUE_TEXT:
        same = same && hearth__v_equal(a, b);
        break;
    }
    *out = hearth_value_bool(same);
    return 0;
}

static int remainder_is(hearth_template_call *c, hearth_value by, int64_t rest,
                        hearth_value *out)
{
    hearth_value left;

    if (c->value.kind == HEARTH_VALUE_INT && by.kind == HEARTH_VALUE_INT && by.u.i > 1) {
        int64_t m = c->value.u.i % by.u.i;

        *out = hearth_value_bool((m < 0 ? m + by.u.i : m) == rest);
        return 0;
    }
    HEARTH_TRY(hearth__v_compute(c->render, HEARTH__OP_MOD, c->value, by, &left));
    *out = hearth_value_bool(hearth__v_equal(left, hearth_value_int(rest)));
    return 0;
}

static int is_divisibleby(hearth_template_call *c, hearth_value *out)
{
    return remainder_is(c, c->args[0], 0, out);
}

static int is_even(hearth_template_call *c, hearth_value *out)
{
    return remainder_is(c, hearth_value_int(2), 0, out);
}

static int is_odd(hearth_template_call *c, hearth_value *out)
{
    return remainder_is(c, hearth_value_int(2), 1, out);
}

const hearth__builtin hearth__tests_compare[] = {
    {"!=", is_ne, "other", NULL},
    {"<", is_lt, "other", NULL},
    {"<=", is_le, "other", NULL},
    {"==", is_eq, "other", NULL},
    {">", is_gt, "other", NULL},
    {">=", is_ge, "other", NULL},
    {"divisibleby", is_divisibleby, "num", NULL},
    {"eq", is_eq, "other", NULL},
    {"equalto", is_eq, "other", NULL},
    {"even", is_even, NULL, NULL},
    {"ge", is_ge, "other", NULL},
    {"greaterthan", is_gt, "other", NULL},
    {"gt", is_gt, "other", NULL},
    {"in", is_in, "seq", NULL},
    {"le", is_le, "other", NULL},
    {"lessthan", is_lt, "other", NULL},
    {"lt", is_lt, "other", NULL},
    {"ne", is_ne, "other", NULL},
    {"odd", is_odd, NULL, NULL},
    {"sameas", is_sameas, "other", NULL},
    {NULL, NULL, NULL, NULL},
};
