/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/str.h"
#include "suite.h"
#include "json/load.h"
#include "json/pointer.h"

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

/* The document of RFC 6901 section 5, and some more. */
static const char document[] = "{\"foo\":[\"bar\",\"baz\"],\"\":0,\"a/"
                               "b\":1,\"c%d\":2,\"e^f\":3,\"g|h\":4,\"i\\\\j\":5,"
                               "\"k\\\"l\":6,\" \":7,\"m~n\":8,"
                               "\"deep\":{\"x\":[{\"y\":9},[10]]},\"~1\":11,\"~\":12,\"/"
                               "\":13,\"0\":14,\"t\":{\"\":15}}";

static const struct {
    const char *pointer;
    int value; /* -1: none; -2: something else than an integer */
} pointers[] = {
    {"", -2},
    {"/foo", -2},
    {"/foo/0", -2},
    {"/", 0},
    {"/a~1b", 1},
    {"/c%d", 2},
    {"/e^f", 3},
    {"/g|h", 4},
    {"/i\\j", 5},
    {"/k\"l", 6},
    {"/ ", 7},
    {"/m~0n", 8},
    {"/deep/x/0/y", 9},
    {"/deep/x/1/0", 10},
    {"/~01", 11},
    {"/~0", 12},
    {"/~1", 13},
    {"/0", 14},
    {"/t/", 15},
    {"/t//", -1},
    {"foo", -1},
    {"#/foo", -1},
    {"foo/0", -1},
    {"/fo", -1},
    {"/fooo", -1},
    {"/foo/2", -1},
    {"/foo/00", -1},
    {"/foo/01", -1},
    {"/foo/-", -1},
    {"/foo/-1", -1},
    {"/foo/+1", -1},
    {"/foo/1.0", -1},
    {"/foo/", -1},
    {"/foo/0/x", -1},
    {"/foo/0/", -1},
    {"/foo/18446744073709551616", -1},
    {"/foo/18446744073709551615", -1},
    {"/a/b", -1},
    {"/m~n", -1},
    {"/m~", -1},
    {"/~", -1},
    {"/~2", -1},
    {"/foo/0~", -1},
    {"/m~0", -1},
    {"/m~0nn", -1},
    {"//", -1},
};

static json_t *load(void)
{
    return hearth__json_load(hearth__str_of(document), NULL, NULL);
}

START_TEST(a_pointer_leads_to_its_value)
{
    json_t *root = load(),
           *at = hearth__json_at(root, hearth__str_of(pointers[_i].pointer));

    ck_assert_ptr_nonnull(root);
    if (pointers[_i].value == -1)
        ck_assert_ptr_null(at);
    else if (pointers[_i].value == -2)
        ck_assert(at != NULL && !json_is_integer(at));
    else
        ck_assert(json_is_integer(at) && json_integer_value(at) == pointers[_i].value);
    ck_assert_ptr_null(hearth__json_at(NULL, hearth__str_of(pointers[_i].pointer)));
    json_decref(root);
}
END_TEST

START_TEST(every_cut_of_a_pointer_is_followed_without_reading_past_it)
{
    json_t *root = load();

    for (size_t n = 0; n <= strlen(pointers[_i].pointer); n++) {
        char *cut = malloc(n == 0 ? 1 : n);

        memcpy(cut, pointers[_i].pointer, n);
        hearth__json_at(root, hearth__str(cut, n));
        free(cut);
    }
    json_decref(root);
}
END_TEST

START_TEST(the_empty_pointer_is_the_root)
{
    json_t *root = load();

    ck_assert_ptr_eq(hearth__json_at(root, HEARTH__S("")), root);
    json_decref(root);
}
END_TEST

START_TEST(a_pointer_with_a_nul_finds_nothing)
{
    json_t *root = load();

    ck_assert_ptr_null(hearth__json_at(root, HEARTH__S("/foo\0")));
    ck_assert_ptr_null(hearth__json_at(root, HEARTH__S("/~0\0")));
    json_decref(root);
}
END_TEST

/* Every name of the document, escaped, leads back to its value. */
START_TEST(a_pointer_that_was_built_leads_back)
{
    json_t *root = load(), *value;
    const char *name;
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    json_object_foreach(root, name, value)
    {
        hearth__buf_empty(&b);
        hearth__json_pointer_add(&b, hearth__str_of(name));
        ck_assert_ptr_eq(hearth__json_at(root, hearth__buf_view(&b)), value);
    }
    hearth__buf_empty(&b);
    hearth__json_pointer_add(&b, HEARTH__S("a/b~c"));
    hearth__json_pointer_add(&b, HEARTH__S(""));
    hearth__json_pointer_add(&b, HEARTH__S("0"));
    ck_assert_str_eq(b.ptr, "/a~1b~0c//0");
    hearth__buf_clear(&b);
    json_decref(root);
}
END_TEST

/* clang-format off */
SUITE("json/pointer",
      LOOP(a_pointer_leads_to_its_value, 0, N(pointers))
      LOOP(every_cut_of_a_pointer_is_followed_without_reading_past_it, 0, N(pointers))
      TEST(the_empty_pointer_is_the_root)
      TEST(a_pointer_with_a_nul_finds_nothing)
      TEST(a_pointer_that_was_built_leads_back))
