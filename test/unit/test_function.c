/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* range, dict, namespace, cycler and joiner. */

#include "filter_kit.h"

static const filter_row rows[] = {
    {"range", NULL, "3", NULL, "[0, 1, 2]"},
    {"range", NULL, "1, 4", NULL, "[1, 2, 3]"},
    {"range", NULL, "0, 10, 3", NULL, "[0, 3, 6, 9]"},
    {"range", NULL, "5, 0, -2", NULL, "[5, 3, 1]"},
    {"range", NULL, "0", NULL, "[]"},
    {"range", NULL, "3, 1", NULL, "[]"},
    {"range", NULL, "9223372036854775800, 9223372036854775807, 5", NULL,
     "[9223372036854775800, 9223372036854775805]"},
    {"range", NULL, "1, 2, 0", NULL, "!never ends"},
    {"range", NULL, "\"a\"", NULL, "!no integer"},
    {"range", NULL, "-9223372036854775808, 9223372036854775807", NULL, "!"},
    {"range", NULL, "2000000", NULL, "!"},
    {"dict", NULL, NULL, "\"a\": 1, \"b\": \"x\"", "{'a': 1, 'b': 'x'}"},
    {"dict", NULL, "{\"a\": 1}", "\"a\": 2", "{'a': 2}"},
    {"dict", NULL, "[[\"a\", 1], [2, 3]]", NULL, "{'a': 1, 2: 3}"},
    {"dict", NULL, NULL, NULL, "{}"},
    {"dict", NULL, "[1]", NULL, "!pairs"},
    {"dict", NULL, "5", NULL, "!"},
    {"namespace", NULL, "{\"b\": 1}", "\"a\": 1", "<Namespace {'b': 1, 'a': 1}>"},
    {"cycler", NULL, NULL, NULL, "!needs what"},
    {"cycler", NULL, "1", NULL, "<cycler>"},
};

static const hearth__builtin *function(const char *name)
{
    return hearth__builtin_in(hearth__functions[0], hearth__str_of(name));
}

START_TEST(functions_make_values)
{
    kit k;

    kit_open(&k, NULL);
    row_check(&k, function(rows[_i].name), &rows[_i]);
    kit_close(&k);
}
END_TEST

static hearth_value made(kit *k, const char *name, const hearth_value *args, size_t nargs)
{
    hearth_value v;

    ck_assert_int_eq(hearth__builtin_call(&k->r, function(name), v, args, nargs, NULL, 0,
                                          &v),
                     0);
    ck_assert_uint_eq(v.kind, HEARTH_VALUE_OBJECT);
    return v;
}

static const char *method(kit *k, hearth_value v, const char *name, size_t nargs)
{
    hearth_template_call call = {.render = &k->r, .args = &v, .nargs = nargs};
    hearth_value out;

    if (v.u.object->ops->method(v.u.object, hearth__str_of(name), &call, &out) != 0)
        return k->r.error.code != 0 ? k->r.error.text : "not found";
    return kit_print(k, out);
}

static const char *get(kit *k, hearth_value v, const char *name)
{
    hearth_value out;

    if (v.u.object->ops->get(&k->r, v.u.object, hearth__str_of(name), &out) != 0)
        return "not found";
    return kit_print(k, out);
}

START_TEST(a_cycler_goes_round)
{
    kit k;
    hearth_value c;

    kit_open(&k, NULL);
    c = made(&k, "cycler", (hearth_value[]){kit_text("a"), kit_text("b")}, 2);
    ck_assert_str_eq(method(&k, c, "next", 0), "a");
    ck_assert_str_eq(get(&k, c, "current"), "b");
    ck_assert_str_eq(method(&k, c, "next", 0), "b");
    ck_assert_str_eq(method(&k, c, "next", 0), "a");
    ck_assert_str_eq(method(&k, c, "reset", 0), "None");
    ck_assert_str_eq(get(&k, c, "current"), "a");
    ck_assert_str_eq(get(&k, c, "other"), "not found");
    ck_assert_str_eq(method(&k, c, "other", 0), "not found");
    ck_assert_ptr_nonnull(strstr(method(&k, c, "next", 1), "no arguments"));
    kit_close(&k);
}
END_TEST

START_TEST(a_joiner_gives_nothing_once)
{
    kit k;
    hearth_value j, comma = kit_text("|"), out;

    kit_open(&k, NULL);
    j = made(&k, "joiner", &comma, 1);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(hearth__v_call(&k.r, j, NULL, 0, NULL, 0, &out), 0);
        ck_assert_str_eq(kit_print(&k, out), i == 0 ? "" : "|");
    }
    ck_assert_int_ne(hearth__v_call(&k.r, j, &comma, 1, NULL, 0, &out), 0);
    kit_again(&k);
    j = made(&k, "joiner", NULL, 0);
    ck_assert_int_eq(hearth__v_call(&k.r, j, NULL, 0, NULL, 0, &out), 0);
    ck_assert_int_eq(hearth__v_call(&k.r, j, NULL, 0, NULL, 0, &out), 0);
    ck_assert_str_eq(kit_print(&k, out), ", ");
    kit_close(&k);
}
END_TEST

START_TEST(a_namespace_can_be_set)
{
    kit k;
    hearth_value n;

    kit_open(&k, NULL);
    n = made(&k, "namespace", NULL, 0);
    ck_assert_str_eq(get(&k, n, "a"), "not found");
    ck_assert_int_eq(n.u.object->ops->set(&k.r, n.u.object, HEARTH__S("a"),
                                          kit_text("x")),
                     0);
    ck_assert_str_eq(get(&k, n, "a"), "x");
    kit_close(&k);
}
END_TEST

START_TEST(what_a_template_made_can_be_added_to)
{
    kit k;
    hearth_value list, map, one = hearth_value_int(1), out, more;
    const hearth__builtin *append, *update;

    kit_open(&k, NULL);
    append = hearth__builtin_in(hearth__list_methods, HEARTH__S("append"));
    update = hearth__builtin_in(hearth__map_methods, HEARTH__S("update"));
    list = hearth__v_list(hearth__list_new(&k.r, 0), false);
    map = hearth__v_map(hearth__map_new_value(&k.r));
    more = kit_json(&k, "{\"a\": 1}");
    ck_assert_str_eq(kit_call(&k, append, list, &one, 1), "None");
    ck_assert_str_eq(kit_print(&k, list), "[1]");
    ck_assert_str_eq(kit_call(&k, update, map, &more, 1), "None");
    ck_assert_str_eq(kit_print(&k, map), "{'a': 1}");
    ck_assert_int_ne(hearth__builtin_call(&k.r, append, list, &list, 1, NULL, 0, &out),
                     0);
    kit_close(&k);
}
END_TEST

SUITE("tmpl/function", EACH(functions_make_values, rows) TEST(a_cycler_goes_round)
                           TEST(a_joiner_gives_nothing_once) TEST(a_namespace_can_be_set)
                               TEST(what_a_template_made_can_be_added_to))
