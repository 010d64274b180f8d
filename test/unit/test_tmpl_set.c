/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* A set of templates: what is added to it, and calling that. */

#include "tmpl_kit.h"

static int join(hearth_template_call *call, hearth_value *out)
{
    hearth__buf b;
    hearth_str s;

    ck_assert_ptr_nonnull(hearth_template_arg(call));
    hearth__buf_init(&b, NULL, 0);
    for (size_t i = 0; i < call->nargs; i++) {
        ck_assert_int_eq(hearth_template_text(call, call->args[i], &s), 0);
        hearth__buf_char(&b, '(');
        hearth__buf_str(&b, s);
        hearth__buf_char(&b, ')');
    }
    for (size_t i = 0; i < call->nnamed; i++)
        hearth__buf_str(&b, call->named[i].name);
    int rc = hearth_template_set_text(call, out, hearth__buf_view(&b), false);
    hearth__buf_clear(&b);
    return rc;
}

static int twice(hearth_template_call *call, hearth_value *out)
{
    int64_t n;

    HEARTH_TRY(hearth_template_int(call, call->value, &n));
    if (n > 1000)
        return hearth_template_fail(call, "%d is too much", (int)n);
    *out = hearth_value_int(2 * n);
    return 0;
}

static int tree(hearth_template_call *call, hearth_value *out)
{
    return hearth_template_set_json(call, out, json_pack("[i, f, n]", 1, 2.5));
}

static const struct {
    const char *params;
    size_t nargs;
    const char *name, *result;
} calls[] = {
    {"a b?", 2, NULL, "(x)(x)"},
    {"a b?", 1, NULL, "(x)()"},
    {"a b?", 1, "b", "(x)(y)"},
    {"a b?", 0, "a", "(y)()"},
    {"a b?", 0, NULL, "! join needs 'a'"},
    {"a b?", 3, NULL, "! join takes at most 2 arguments"},
    {"a b?", 1, "a", "! join gets 'a' twice"},
    {"a b?", 1, "c", "! join has no parameter 'c'"},
    {"*", 3, NULL, "(x)(x)(x)"},
    {"a? * **", 3, "c", "(x)(x)(x)c"},
    {"**", 0, "c", "c"},
    {NULL, 1, NULL, "! join takes at most 0 arguments"},
};

START_TEST(arguments_find_the_parameters_they_are_for)
{
    hearth_value args[] = {kit_text("x"), kit_text("x"), kit_text("x")}, out;
    hearth_template_named named = {hearth__str_of(calls[_i].name), kit_text("y")};
    hearth__builtin row = {"join", join, calls[_i].params, NULL};
    const char *text;
    kit k;

    kit_open(&k, NULL);
    if (hearth__builtin_call(&k.r, &row, hearth_value_none(), args, calls[_i].nargs,
                             &named, calls[_i].name != NULL, &out) == 0) {
        ck_assert_str_eq(kit_print(&k, out), calls[_i].result);
    } else {
        text = k.r.error.text;
        ck_assert_str_eq(text, calls[_i].result + 2);
    }
    kit_close(&k);
}
END_TEST

static const struct {
    const char *name, *params;
    int code;
} additions[] = {
    {"money", "currency digits?", 0},
    {"money", NULL, 0},
    {"_x9", "*", 0},
    {"unsafe_html", NULL, HEARTH_ECONFLICT},
    {"9x", NULL, HEARTH_EINVAL},
    {"a b", NULL, HEARTH_EINVAL},
    {"a-b", NULL, HEARTH_EINVAL},
    {"", NULL, HEARTH_EINVAL},
    {NULL, NULL, HEARTH_EINVAL},
    {"x", "a? b", HEARTH_EINVAL},
    {"x", "* a", HEARTH_EINVAL},
    {"x", "** *", HEARTH_EINVAL},
    {"x", "a b c d e f g h i j k l m n o p q", HEARTH_EINVAL},
    {"x", "a b c d e f g h i j k l m n o p", 0},
};

START_TEST(only_names_and_parameters_that_can_be_written_are_added)
{
    kit k;

    kit_open(&k, NULL);
    ck_assert_int_eq(hearth_templates_add_filter(k.set, additions[_i].name,
                                                 additions[_i].params, twice, NULL),
                     additions[_i].code);
    ck_assert_int_eq(hearth_templates_add_filter(k.set, "no_function", NULL, NULL, NULL),
                     HEARTH_EINVAL);
    kit_close(&k);
}
END_TEST

START_TEST(what_was_added_is_found_and_called)
{
    hearth_value v;
    kit k;

    kit_open(&k, NULL);
    ck_assert_int_eq(hearth_templates_add_filter(k.set, "twice", NULL, twice, NULL), 0);
    ck_assert_int_eq(hearth_templates_add_test(k.set, "twice", NULL, twice, NULL), 0);
    ck_assert_int_eq(hearth_templates_add_function(k.set, "tree", NULL, tree, NULL), 0);
    ck_assert_int_eq(hearth_templates_add_global(k.set, "site", json_string("Hearth")),
                     0);
    ck_assert_int_eq(hearth_templates_add_filter(k.set, "twice", NULL, twice, NULL),
                     HEARTH_ECONFLICT);
    ck_assert_int_eq(hearth_templates_add_test(k.set, "defined", NULL, twice, NULL),
                     HEARTH_ECONFLICT);
    ck_assert_int_eq(hearth_templates_add_function(k.set, "site", NULL, twice, NULL),
                     HEARTH_ECONFLICT);
    ck_assert_int_eq(hearth_templates_add_global(k.set, "site", json_null()),
                     HEARTH_ECONFLICT);
    ck_assert_int_eq(hearth_templates_add_global(k.set, "x", NULL), HEARTH_EINVAL);

    ck_assert_str_eq(kit_call(&k, hearth__render_filter(&k.r, HEARTH__S("twice")),
                              hearth_value_int(21), NULL, 0),
                     "42");
    ck_assert_str_eq(kit_print(&k, hearth__set_global(k.set, HEARTH__S("site"))),
                     "Hearth");
    ck_assert_int_eq(hearth__v_call(&k.r, hearth__set_global(k.set, HEARTH__S("tree")),
                                    NULL, 0, NULL, 0, &v),
                     0);
    ck_assert_str_eq(kit_print(&k, v), "[1, 2.5, None]");
    ck_assert_ptr_null(hearth__render_test(&k.r, HEARTH__S("never")));
    ck_assert_str_eq(k.r.error.text, "there is no test 'never'");
    kit_again(&k);
    ck_assert_str_eq(kit_call(&k, hearth__render_test(&k.r, HEARTH__S("twice")),
                              hearth_value_int(5000), NULL, 0),
                     "! 5000 is too much");
    kit_again(&k);
    ck_assert_str_eq(kit_call(&k, hearth__render_test(&k.r, HEARTH__S("twice")),
                              hearth_value_float(0.5), NULL, 0),
                     "! a value of kind float is no integer");
    kit_again(&k);
    ck_assert_int_eq(hearth__v_call(&k.r, hearth_value_bool(true), NULL, 0, NULL, 0, &v),
                     HEARTH_EINVAL);
    kit_close(&k);
}
END_TEST

START_TEST(nothing_is_added_once_a_template_was_loaded)
{
    kit k;

    kit_open(&k, NULL);
    atomic_store(&k.set->frozen, true);
    ck_assert_int_eq(hearth_templates_add_filter(k.set, "x", NULL, twice, NULL),
                     HEARTH_ESTATE);
    ck_assert_int_eq(hearth_templates_add_global(k.set, "x", json_true()), HEARTH_ESTATE);
    kit_close(&k);
}
END_TEST

START_TEST(limits_are_not_negative)
{
    hearth_template_error err = {0};

    ck_assert_ptr_null(
        hearth_templates_new(&(hearth_templates_opts){.max_depth = -1}, &err));
    ck_assert_int_eq(err.code, HEARTH_EINVAL);
    hearth_templates_free(NULL);
}
END_TEST

/* clang-format off */
SUITE("tmpl/set",
      EACH(arguments_find_the_parameters_they_are_for, calls)
      EACH(only_names_and_parameters_that_can_be_written_are_added, additions)
      TEST(what_was_added_is_found_and_called)
      TEST(nothing_is_added_once_a_template_was_loaded)
      TEST(limits_are_not_negative))
