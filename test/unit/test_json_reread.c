/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/str.h"
#include "suite.h"
#include "json/reread.h"

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

static json_t *load(const char *text)
{
    json_t *tree = hearth__json_load(hearth__str_of(text), NULL, NULL);

    ck_assert_ptr_nonnull(tree);
    return tree;
}

/* Each is loaded over each: alike ones, such that nearly are, and such that are not. */
static const char *const texts[] = {
    "{\"a\":\"one\",\"b\":2,\"c\":null}",
    "{\"a\":\"another, longer text\",\"b\":3,\"c\":true}",
    "{\"a\":null,\"b\":\"2\",\"c\":{\"d\":1}}",
    "{\"a\":\"\",\"b\":2.5,\"c\":{\"d\":2}}",
    " { \"a\" : \"\\u00e9\\n\" , \"b\" : -1 , \"c\" : [ ] } ",
    "{\"\\u0061\":\"escaped name\",\"b\":1,\"c\":1}",
    "{\"a\":\"fewer\",\"b\":2}",
    "{\"a\":\"more\",\"b\":2,\"c\":3,\"d\":4}",
    "{\"b\":2,\"a\":\"other order\",\"c\":3}",
    "{\"A\":1,\"b\":2,\"c\":3}",
    "{\"aa\":\"longer name\",\"b\":2,\"c\":3}",
    "{\"\":1}",
    "{}",
    "[]",
    "[1,\"two\",{\"a\":3},[4]]",
    "[1,\"zwei\",{\"a\":\"drei\"}]",
    "[\"one\",\"two\",{\"b\":3},[4,5],{\"a\":6}]",
    "\"text\"",
    "\"other\"",
    "17",
    "1.5",
    "true",
    "null",
    /* not sound */
    "{\"a\":\"one\",\"b\":2,\"c\":3,\"a\":4}",
    "{\"a\":\"one\",\"a\":2,\"c\":3}",
    "{\"a\":\"one\",\"b\":2,\"c\":3} x",
    "{\"a\":\"one\",\"b\":2,\"c\":3,}",
    "{\"a\":\"one\",\n\"b\":02}",
    "{\"a\":\"\xff\",\"b\":2,\"c\":3}",
    "{\"a\":\"one",
    "{\"a\":\"one\",\"b\":2",
    "[1,\"two\",{\"a\":3},[4]",
    "\"text\" \"text\"",
    "\"te\\u0000xt\"",
    "",
};

START_TEST(over_whatever_tree_the_outcome_is_that_of_loading)
{
    hearth_str text = hearth__str_of(texts[_i]);
    hearth_error plain = {0};
    json_t *want = hearth__json_load(text, NULL, &plain);

    for (int i = 0; i < N(texts); i++) {
        hearth_error err = {0};
        json_t *old = hearth__json_load(hearth__str_of(texts[i]), NULL, NULL), *got;

        got = hearth__json_load_over(old, text, NULL, &err);
        ck_assert_msg(want == NULL ? got == NULL : json_equal(got, want), "%s over %s",
                      texts[_i], texts[i]);
        ck_assert_int_eq(err.code, plain.code);
        ck_assert_str_eq(err.text, plain.text);
        json_decref(got);
    }
    json_decref(want);
}
END_TEST

START_TEST(a_tree_of_the_same_names_is_used_again)
{
    json_t *old = load("{\"a\":\"one\",\"b\":{\"c\":[\"x\"]}}");
    json_t *a = json_object_get(old, "a"), *b = json_object_get(old, "b"), *tree;

    tree =
        hearth__json_load_over(old,
                               HEARTH__S("{\"a\":\"two\",\"b\":{\"c\":[\"y\",\"z\"]}}"),
                               NULL, NULL);
    ck_assert_ptr_eq(tree, old);
    ck_assert_ptr_eq(json_object_get(tree, "a"), a);
    ck_assert_ptr_eq(json_object_get(tree, "b"), b);
    ck_assert_str_eq(json_string_value(a), "two");
    json_decref(tree);
}
END_TEST

/* Whoever holds a reference keeps what he saw: the whole, a part, a text. */
START_TEST(what_others_hold_stays_as_it_is)
{
    static const char before[] = "{\"a\":\"one\",\"b\":{\"c\":[\"x\"]}}";
    hearth_str after = HEARTH__S("{\"a\":\"two\",\"b\":{\"c\":[\"y\"]}}");
    json_t *old = load(before), *copy = load(before), *want = load(after.ptr), *held;

    if (_i == 0)
        held = json_incref(old);
    else if (_i == 1)
        held = json_incref(json_object_get(old, "b"));
    else
        held = json_incref(json_object_get(old, "a"));
    json_t *tree = hearth__json_load_over(old, after, NULL, NULL);
    ck_assert(json_equal(tree, want));
    ck_assert_uint_eq(held->refcount, 1);
    ck_assert(json_equal(held, _i == 0   ? copy
                               : _i == 1 ? json_object_get(copy, "b")
                                         : json_object_get(copy, "a")));
    json_decref(held);
    json_decref(tree);
    json_decref(copy);
    json_decref(want);
}
END_TEST

/* As handlers do: what comes next does not show what they left. */
START_TEST(what_a_handler_changed_is_gone)
{
    json_t *old = load("{\"a\":\"one\",\"b\":[1]}"), *tree;

    json_object_set_new(old, "secret", json_string("x"));
    json_object_del(old, "a");
    json_object_set_new(old, "a", json_pack("[s,s]", "p", "q"));
    json_array_append(json_object_get(old, "b"), json_object_get(old, "secret"));
    tree =
        hearth__json_load_over(old, HEARTH__S("{\"a\":\"two\",\"b\":[2]}"), NULL, NULL);
    json_t *want = load("{\"a\":\"two\",\"b\":[2]}");
    ck_assert(json_equal(tree, want));
    json_decref(tree);
    json_decref(want);
}
END_TEST

START_TEST(nesting_is_limited_as_ever)
{
    static const struct {
        int depth, limit;
    } cases[] = {{64, 0}, {65, 0}, {3, 3}, {4, 3}};
    int depth = cases[_i].depth;
    hearth__json_limits limits = {cases[_i].limit}, wide = {100};
    char text[256];
    hearth_error err = {0};

    memset(text, '[', (size_t)depth);
    memset(text + depth, ']', (size_t)depth);
    hearth_str s = hearth__str(text, 2 * (size_t)depth);
    json_t *tree =
        hearth__json_load_over(hearth__json_load(s, &wide, NULL), s, &limits, &err);
    ck_assert_int_eq(tree != NULL, _i % 2 == 0);
    if (tree == NULL)
        ck_assert_ptr_nonnull(strstr(err.text, "nested more than"));
    json_decref(tree);
}
END_TEST

/* clang-format off */
SUITE("json/reread",
      LOOP(over_whatever_tree_the_outcome_is_that_of_loading, 0, N(texts))
      TEST(a_tree_of_the_same_names_is_used_again)
      LOOP(what_others_hold_stays_as_it_is, 0, 3)
      TEST(what_a_handler_changed_is_gone)
      LOOP(nesting_is_limited_as_ever, 0, 4))
