/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* What templates compute with: printing, comparing, slicing, arithmetic. */

#include "tmpl_kit.h"

static const struct {
    const char *json, *text;
} printed[] = {
    {"true", "True"},
    {"null", "None"},
    {"-9223372036854775808", "-9223372036854775808"},
    {"0", "0"},
    {"2.0", "2.0"},
    {"0.1", "0.1"},
    {"-0.5", "-0.5"},
    {"123456789.125", "123456789.125"},
    {"1e15", "1000000000000000.0"},
    {"1e16", "1e+16"},
    {"1.5e300", "1.5e+300"},
    {"0.0001", "0.0001"},
    {"0.00001", "1e-05"},
    {"5e-324", "5e-324"},
    {"\"a'b\"", "a'b"},
    {"[1,\"a\",null,[]]", "[1, 'a', None, []]"},
    {"[\"it's\",\"\\\"\",\"'\\\"\",\"a\\nb\"]", "[\"it's\", '\"', '\\'\"', 'a\\nb']"},
    {"{\"a\":1,\"b\":{\"c\":true}}", "{'a': 1, 'b': {'c': True}}"},
};

START_TEST(values_are_printed_as_python_prints_them)
{
    kit k;

    kit_open(&k, NULL);
    ck_assert_str_eq(kit_print(&k, kit_json(&k, printed[_i].json)), printed[_i].text);
    kit_close(&k);
}
END_TEST

static const struct {
    const char *a, *b;
    hearth__op op;
    const char *result; /* "!": an error */
} computed[] = {
    {"1", "2", HEARTH__OP_ADD, "3"},
    {"true", "1", HEARTH__OP_ADD, "2"},
    {"1", "0.5", HEARTH__OP_ADD, "1.5"},
    {"9223372036854775807", "1", HEARTH__OP_ADD, "!"},
    {"-9223372036854775808", "1", HEARTH__OP_SUB, "!"},
    {"4611686018427387904", "2", HEARTH__OP_MUL, "!"},
    {"6", "4", HEARTH__OP_DIV, "1.5"},
    {"6", "3", HEARTH__OP_DIV, "2.0"},
    {"1", "0", HEARTH__OP_DIV, "!"},
    {"-7", "2", HEARTH__OP_FLOORDIV, "-4"},
    {"7", "-2", HEARTH__OP_FLOORDIV, "-4"},
    {"-9223372036854775808", "-1", HEARTH__OP_FLOORDIV, "!"},
    {"-9223372036854775808", "-1", HEARTH__OP_MOD, "0"},
    {"-7", "3", HEARTH__OP_MOD, "2"},
    {"7", "-3", HEARTH__OP_MOD, "-2"},
    {"-7.5", "2", HEARTH__OP_MOD, "0.5"},
    {"7", "0", HEARTH__OP_MOD, "!"},
    {"2", "10", HEARTH__OP_POW, "1024"},
    {"2", "63", HEARTH__OP_POW, "!"},
    {"2", "-1", HEARTH__OP_POW, "0.5"},
    {"0", "-1", HEARTH__OP_POW, "!"},
    {"-1", "0.5", HEARTH__OP_POW, "!"},
    {"\"a\"", "\"b\"", HEARTH__OP_ADD, "ab"},
    {"\"a\"", "1", HEARTH__OP_ADD, "!"},
    {"[1]", "[2,3]", HEARTH__OP_ADD, "[1, 2, 3]"},
    {"\"ab\"", "3", HEARTH__OP_MUL, "ababab"},
    {"2", "[0]", HEARTH__OP_MUL, "[0, 0]"},
    {"\"ab\"", "-1", HEARTH__OP_MUL, ""},
    {"\"abcdefgh\"", "9000000000000000000", HEARTH__OP_MUL, "!"},
    {"[1,2,3]", "9000000000000000000", HEARTH__OP_MUL, "!"},
    {"null", "1", HEARTH__OP_ADD, "!"},
};

START_TEST(arithmetic_is_pythons_within_64_bits)
{
    hearth_value out;
    int rc;
    kit k;

    kit_open(&k, NULL);
    rc = hearth__v_compute(&k.r, computed[_i].op, kit_json(&k, computed[_i].a),
                           kit_json(&k, computed[_i].b), &out);
    if (computed[_i].result[0] == '!') {
        ck_assert_int_ne(rc, 0);
        ck_assert_int_eq(rc, k.r.error.code);
        ck_assert_str_ne(k.r.error.text, "");
    } else {
        ck_assert_msg(rc == 0, "%s", k.r.error.text);
        ck_assert_str_eq(kit_print(&k, out), computed[_i].result);
    }
    kit_close(&k);
}
END_TEST

static const struct {
    const char *a, *b;
    int order; /* 2: equal is all there is to say; 3: they have none */
} ordered[] = {
    {"1", "2", -1},
    {"2", "1.5", 1},
    {"1", "1.0", 0},
    {"true", "1", 0},
    {"\"a\"", "\"b\"", -1},
    {"\"a\"", "\"ab\"", -1},
    {"\"b\"", "\"ab\"", 1},
    {"[1,2]", "[1,3]", -1},
    {"[1]", "[1,0]", -1},
    {"1", "\"1\"", 3},
    {"null", "1", 3},
    {"{}", "{}", 2},
    {"{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1.0}", 2},
    {"[[1]]", "[[1]]", 0},
};

START_TEST(values_have_the_order_that_python_gives_them)
{
    hearth_value a, b;
    int order = 9, rc;
    kit k;

    kit_open(&k, NULL);
    a = kit_json(&k, ordered[_i].a);
    b = kit_json(&k, ordered[_i].b);
    rc = hearth__v_compare(&k.r, a, b, &order);
    if (ordered[_i].order < 2) {
        ck_assert_int_eq(rc, 0);
        ck_assert_int_eq((order > 0) - (order < 0), ordered[_i].order);
    } else {
        ck_assert_int_eq(rc, HEARTH_EINVAL);
    }
    ck_assert_int_eq(hearth__v_equal(a, b),
                     ordered[_i].order == 0 || ordered[_i].order == 2);
    kit_close(&k);
}
END_TEST

static const struct {
    const char *v, *from, *to, *step, *result;
} slices[] = {
    {"[0,1,2,3,4]", "1", "3", "null", "[1, 2]"},
    {"[0,1,2,3,4]", "null", "null", "-1", "[4, 3, 2, 1, 0]"},
    {"[0,1,2,3,4]", "-2", "null", "null", "[3, 4]"},
    {"[0,1,2,3,4]", "null", "null", "2", "[0, 2, 4]"},
    {"[0,1,2,3,4]", "3", "1", "null", "[]"},
    {"[0,1,2,3,4]", "-100", "100", "null", "[0, 1, 2, 3, 4]"},
    {"[0,1,2,3,4]", "100", "-100", "-2", "[4, 2, 0]"},
    {"[0,1,2,3,4]", "0", "9223372036854775807", "9223372036854775807", "[0]"},
    {"[]", "null", "null", "-1", "[]"},
    {"\"häuser\"", "1", "3", "null", "äu"},
    {"\"häuser\"", "null", "null", "-1", "resuäh"},
    {"\"häuser\"", "-3", "null", "null", "ser"},
    {"\"abc\"", "null", "null", "0", "!"},
    {"5", "null", "null", "null", "!"},
};

START_TEST(slices_are_clamped_to_what_there_is)
{
    hearth_value out;
    int rc;
    kit k;

    kit_open(&k, NULL);
    rc =
        hearth__v_slice(&k.r, kit_json(&k, slices[_i].v), kit_json(&k, slices[_i].from),
                        kit_json(&k, slices[_i].to), kit_json(&k, slices[_i].step), &out);
    if (slices[_i].result[0] == '!')
        ck_assert_int_eq(rc, HEARTH_EINVAL);
    else
        ck_assert_str_eq(kit_print(&k, out), slices[_i].result);
    kit_close(&k);
}
END_TEST

static const struct {
    const char *v, *key, *result;
} items[] = {
    {"[1,2,3]", "0", "1"},
    {"[1,2,3]", "-1", "3"},
    {"[1,2,3]", "3", ""},
    {"[1,2,3]", "-4", ""},
    {"{\"a\":7}", "\"a\"", "7"},
    {"{\"a\":7}", "\"b\"", ""},
    {"{\"a\":7}", "0", ""},
    {"\"äb\"", "0", "ä"},
    {"\"äb\"", "-1", "b"},
    {"\"äb\"", "2", ""},
    {"5", "0", ""},
    {"[1]", "-9223372036854775808", ""},
};

START_TEST(items_are_found_from_both_ends)
{
    hearth_value out;
    kit k;

    kit_open(&k, NULL);
    ck_assert_int_eq(hearth__v_item(&k.r, kit_json(&k, items[_i].v),
                                    kit_json(&k, items[_i].key), &out),
                     0);
    ck_assert_str_eq(kit_print(&k, out), items[_i].result);
    kit_close(&k);
}
END_TEST

/* More entries than a map walks along, keys of several kinds, replacing. */
START_TEST(a_map_keeps_its_order_and_finds_every_key)
{
    char keys[100][8];
    hearth__map_value *m;
    hearth_value v;
    kit k;

    kit_open(&k, NULL);
    m = hearth__map_new_value(&k.r);
    for (int i = 0; i < 100; i++) {
        snprintf(keys[i], sizeof keys[i], "k%d", i);
        ck_assert_int_eq(hearth__map_set(&k.r, m, kit_text(keys[i]), hearth_value_int(0)),
                         0);
        ck_assert_int_eq(hearth__map_set(&k.r, m, kit_text(keys[i]), hearth_value_int(i)),
                         0);
        ck_assert_int_eq(hearth__map_set(&k.r, m, hearth_value_int(i), kit_text(keys[i])),
                         0);
    }
    ck_assert_uint_eq(m->n, 200);
    for (int i = 0; i < 100; i++) {
        v = hearth__v_member(hearth__v_map(m), hearth__str_of(keys[i]));
        ck_assert_int_eq(v.u.i, i);
        ck_assert(hearth__v_equal(m->at[2 * i].key, kit_text(keys[i])));
        ck_assert_int_eq(hearth__v_item(&k.r, hearth__v_map(m), hearth_value_float(i),
                                        &v),
                         0);
        ck_assert(hearth__v_equal(v, kit_text(keys[i])));
    }
    ck_assert_int_eq(hearth__map_set(&k.r, m, hearth__v_map(m), v), HEARTH_EINVAL);
    kit_close(&k);
}
END_TEST

START_TEST(html_and_plain_text_join_to_html_with_the_text_escaped)
{
    hearth_value parts[] = {hearth__v_textn("<b>", 3, HEARTH_VALUE_HTML), kit_text("<i>"),
                            hearth_value_int(3)};
    hearth_value out;
    kit k;

    kit_open(&k, NULL);
    ck_assert_int_eq(hearth__v_concat(&k.r, parts, 3, &out), 0);
    ck_assert(hearth__v_is_html(out));
    ck_assert_str_eq(kit_print(&k, out), "<b>&lt;i&gt;3");
    ck_assert_int_eq(hearth__v_concat(&k.r, parts + 1, 2, &out), 0);
    ck_assert(!hearth__v_is_html(out));
    ck_assert_str_eq(kit_print(&k, out), "<i>3");
    kit_close(&k);
}
END_TEST

START_TEST(what_is_missing_prints_nothing_or_is_an_error_when_strict)
{
    hearth_templates_opts strict = {.strict = true};
    hearth_value missing = hearth__v_undefined(HEARTH__S("titel")), out;
    bool truth;
    kit k;

    kit_open(&k, NULL);
    ck_assert_str_eq(kit_print(&k, missing), "");
    ck_assert_int_eq(hearth__v_truth(&k.r, missing, &truth), 0);
    ck_assert(!truth);
    ck_assert_int_eq(hearth__v_attr(&k.r, missing, HEARTH__S("x"), &out), HEARTH_EINVAL);
    kit_close(&k);
    kit_open(&k, &strict);
    ck_assert_ptr_nonnull(strstr(kit_print(&k, missing), "'titel' is undefined"));
    kit_again(&k);
    ck_assert_int_eq(hearth__v_truth(&k.r, missing, &truth), HEARTH_EINVAL);
    kit_close(&k);
}
END_TEST

START_TEST(memory_of_a_rendering_is_bounded)
{
    hearth_templates_opts o = {.max_memory = 10000};
    kit k;

    kit_open(&k, &o);
    ck_assert_ptr_nonnull(hearth__render_alloc(&k.r, 5000));
    ck_assert_ptr_null(hearth__render_alloc(&k.r, 5001));
    ck_assert_int_eq(k.r.error.code, HEARTH_ETOOBIG);
    kit_close(&k);
}
END_TEST

/* clang-format off */
SUITE("tmpl/value",
      EACH(values_are_printed_as_python_prints_them, printed)
      EACH(arithmetic_is_pythons_within_64_bits, computed)
      EACH(values_have_the_order_that_python_gives_them, ordered)
      EACH(slices_are_clamped_to_what_there_is, slices)
      EACH(items_are_found_from_both_ends, items)
      TEST(a_map_keeps_its_order_and_finds_every_key)
      TEST(html_and_plain_text_join_to_html_with_the_text_escaped)
      TEST(what_is_missing_prints_nothing_or_is_an_error_when_strict)
      TEST(memory_of_a_rendering_is_bounded))
