/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "fault.h"
#include "model/model.h"
#include "suite.h"

#include <hearth/json.h>

static const char *const words[] = {"one", "two", NULL};

#define FIELDS(F, T)                                                              \
    F(T, title, text, "Title", .required = true, .pattern = "([a-z]|\\n){0,300}") \
    F(T, data, blob, "Bytes")                                                     \
    F(T, more, json, "More")                                                      \
    F(T, word, enum, "Word", .choices = words, .fallback = "two")
HEARTH_MODEL(sample, NULL, FIELDS);

static const char text[] = "{\"title\":\"a text with an escape \\n that is longer than "
                           "most are\",\"data\":\"AAAA\","
                           "\"more\":{\"a\":[1,2]},\"word\":\"three\",\"x\":1}";

static int drop(void *arg, struct json_t *tree)
{
    (void)arg;
    json_decref(tree);
    return 0;
}

START_TEST(binding_without_memory_is_a_clean_failure)
{
    hearth__plan *plan = hearth__plan_new(&sample_model, NULL);
    long n = 0;

    for (;; n++) {
        hearth__arena a;
        hearth__bind b;
        struct sample s;
        hearth_error err = {0};
        int rc;

        hearth__arena_init(&a, 64);
        fault_at(n);
        hearth__bind_init(&b, plan, &s, &a);
        b.keep = drop;
        rc = hearth__bind_json(&b, hearth__str_of(text), &err);
        if (rc == 0)
            rc = hearth__bind_finish(&b);
        if (!fault_hit()) {
            ck_assert_int_eq(rc, HEARTH_EMODEL);
            hearth__arena_clear(&a);
            break;
        }
        ck_assert_msg(rc == HEARTH_ENOMEM, "allocation %ld: %d %s", n, rc, err.text);
        hearth__arena_clear(&a);
    }
    hearth__plan_free(plan);
    ck_assert_int_ge(n, 3);
}
END_TEST

START_TEST(checking_a_model_without_memory_is_a_clean_failure)
{
    long n = 0;

    for (;; n++) {
        hearth_error err = {0};
        hearth__plan *plan;

        fault_at(n);
        plan = hearth__plan_new(&sample_model, &err);
        if (!fault_hit()) {
            ck_assert_msg(plan != NULL, "%s", err.text);
            hearth__plan_free(plan);
            break;
        }
        ck_assert_ptr_null(plan);
        ck_assert_int_eq(err.code, HEARTH_ENOMEM);
    }
    ck_assert_int_ge(n, 2);
}
END_TEST

SUITE("fault/model", TEST(binding_without_memory_is_a_clean_failure)
                         TEST(checking_a_model_without_memory_is_a_clean_failure))
