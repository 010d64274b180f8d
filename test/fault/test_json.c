/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/str.h"
#include "fault.h"
#include "suite.h"
#include "json/load.h"
#include "json/pointer.h"
#include "json/reread.h"
#include "json/write.h"

static const char text[] =
    "{\"a\":[1,2.5,\"text\\n\",null,true],\"b\":{\"c\":\"\xC3\xA9\",\"d\":[[],{}]},"
    "\"a longer name than the others have\":\"and a longer text than the others have\"}";

/* jansson allocates inside its own library, where no fault reaches: so it is told to call
 * here. */
static void *take(size_t n)
{
    return malloc(n);
}

static void give(void *p)
{
    free(p);
}

START_TEST(loading_without_memory_is_a_clean_failure)
{
    long n = 0;

    json_set_alloc_funcs(take, give);
    for (;; n++) {
        hearth_error err = {0};
        json_t *tree;
        bool hit;

        fault_at(n);
        tree = hearth__json_load(hearth__str_of(text), NULL, &err);
        hit = fault_hit();
        if (!hit) {
            ck_assert_ptr_nonnull(tree);
            json_decref(tree);
            break;
        }
        if (tree == NULL)
            ck_assert_msg(err.code == HEARTH_ENOMEM, "allocation %ld: %s", n, err.text);
        json_decref(tree);
    }
    ck_assert_int_ge(n, 20);
}
END_TEST

/* Where the old tree falls short of memory, loading anew may still succeed. */
START_TEST(loading_over_a_tree_without_memory_is_a_clean_failure)
{
    static const char other[] =
        "{\"a\":[true,\"2\",\"other\",false],\"b\":{\"c\":\"d\"}}";
    const char *before = _i == 0 ? text : other;
    json_t *want = hearth__json_load(hearth__str_of(text), NULL, NULL);
    bool hit = true;

    json_set_alloc_funcs(take, give);
    for (long n = 0; hit; n++) {
        hearth_error err = {0};
        json_t *old = hearth__json_load(hearth__str_of(before), NULL, NULL), *tree;

        fault_at(n);
        tree = hearth__json_load_over(old, hearth__str_of(text), NULL, &err);
        hit = fault_hit();
        ck_assert(tree != NULL || hit);
        if (tree != NULL)
            ck_assert(json_equal(tree, want));
        else
            ck_assert_msg(err.code == HEARTH_ENOMEM, "allocation %ld: %s", n, err.text);
        json_decref(tree);
    }
    json_decref(want);
}
END_TEST

START_TEST(writing_without_memory_fails_the_buffer)
{
    json_t *tree = hearth__json_load(hearth__str_of(text), NULL, NULL);
    long n = 0;

    ck_assert_ptr_nonnull(tree);
    for (;; n++) {
        hearth__buf b;
        hearth__json_w w;
        int rc;
        bool hit;

        hearth__buf_init(&b, NULL, 0);
        w = hearth__json_w_of(&b);
        fault_at(n);
        rc = hearth__json_tree(&w, tree);
        hit = fault_hit();
        ck_assert_int_eq(rc, 0);
        ck_assert_int_eq(b.failed, hit);
        if (!hit)
            ck_assert_str_eq(b.ptr, text);
        hearth__buf_clear(&b);
        if (!hit)
            break;
    }
    ck_assert_int_ge(n, 1);
    json_decref(tree);
}
END_TEST

START_TEST(a_pointer_without_memory_fails_the_buffer)
{
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    fault_at(0);
    hearth__json_pointer_add(&b, HEARTH__S("a~b"));
    ck_assert(fault_hit() && b.failed);
    hearth__buf_clear(&b);
}
END_TEST

/* clang-format off */
SUITE("fault/json",
      TEST(loading_without_memory_is_a_clean_failure)
      LOOP(loading_over_a_tree_without_memory_is_a_clean_failure, 0, 2)
      TEST(writing_without_memory_fails_the_buffer)
      TEST(a_pointer_without_memory_fails_the_buffer))
