/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* JSON Merge Patch; the merges of RFC 7396, Appendix A, and what it leaves alone. */

#include "suite.h"
#include "json/merge.h"

#include <check.h>
#include <string.h>

static const struct {
    const char *target, *patch, *result;
} merges[] = {
    {"{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
    {"{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}"},
    {"{\"a\":\"b\"}", "{\"a\":null}", "{}"},
    {"{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}"},
    {"{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
    {"{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}"},
    {"{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}",
     "{\"a\":{\"b\":\"d\"}}"},
    {"{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}"},
    {"[\"a\",\"b\"]", "[\"c\",\"d\"]", "[\"c\",\"d\"]"},
    {"{\"a\":\"b\"}", "[\"c\"]", "[\"c\"]"},
    {"{\"a\":\"foo\"}", "null", "null"},
    {"{\"a\":\"foo\"}", "\"bar\"", "\"bar\""},
    {"{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}"},
    {"[1,2]", "{\"a\":\"b\",\"c\":null}", "{\"a\":\"b\"}"},
    {"{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}"},
    {NULL, "{\"a\":{\"b\":null,\"c\":[null]}}", "{\"a\":{\"c\":[null]}}"},
    {"{\"x\":{\"y\":1},\"z\":2}", "{}", "{\"x\":{\"y\":1},\"z\":2}"},
};

static json_t *load(const char *text)
{
    json_t *tree = text == NULL ? NULL : json_loads(text, JSON_DECODE_ANY, NULL);

    ck_assert(text == NULL || tree != NULL);
    return tree;
}

static void check_text(const json_t *tree, const char *wanted)
{
    char *text = json_dumps(tree, JSON_ENCODE_ANY | JSON_COMPACT);

    ck_assert_str_eq(text, wanted);
    free(text);
}

START_TEST(a_patch_changes_what_it_speaks_of_and_nothing_else)
{
    json_t *target = load(merges[_i].target), *patch = load(merges[_i].patch);
    json_t *result = hearth__json_merge(target, patch);

    ck_assert_ptr_nonnull(result);
    check_text(result, merges[_i].result);
    /* Neither of the two has changed. */
    if (target != NULL)
        check_text(target, merges[_i].target);
    check_text(patch, merges[_i].patch);
    json_decref(result);
    json_decref(target);
    json_decref(patch);
}
END_TEST

static json_t *nest(int depth)
{
    json_t *tree = json_object();

    for (int i = 1; i < depth; i++) {
        json_t *outer = json_object();

        json_object_set_new(outer, "a", tree);
        tree = outer;
    }
    return tree;
}

START_TEST(a_patch_may_be_nested_so_deep_and_no_deeper)
{
    json_t *right = nest(512), *wrong = nest(513);
    json_t *result = hearth__json_merge(NULL, right);

    ck_assert_ptr_nonnull(result);
    ck_assert_ptr_null(hearth__json_merge(NULL, wrong));
    json_decref(result);
    json_decref(right);
    json_decref(wrong);
}
END_TEST

SUITE("json/merge", LOOP(a_patch_changes_what_it_speaks_of_and_nothing_else, 0,
                         (int)(sizeof merges / sizeof *merges))
                        TEST(a_patch_may_be_nested_so_deep_and_no_deeper))
