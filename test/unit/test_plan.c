/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "model/plan.h"
#include "suite.h"

#include <stdio.h>

#define MOST HEARTH__MAX_FIELDS

static char names[MOST][32];
static hearth_field field[MOST];
static hearth_model model = {.name = "row", .field = field, .given = HEARTH_NO_GIVEN};

/* As many fields as it says, named alike. */
static hearth__plan *make(size_t n)
{
    hearth_error err = {0};
    hearth__plan *p;

    for (size_t i = 0; i < n; i++) {
        snprintf(names[i], sizeof names[i], "member_%zu", i);
        field[i] =
            (hearth_field){.name = names[i], .doc = "x", .offset = i * sizeof(int64_t)};
    }
    model.n = n;
    model.size = n * sizeof(int64_t);
    p = hearth__plan_new(&model, &err);
    ck_assert_msg(p != NULL, "%s", err.text);
    return p;
}

START_TEST(every_field_is_found_whatever_comes_before)
{
    size_t n = (size_t)_i;
    hearth__plan *p = make(n);

    for (size_t i = 0; i < n; i++)
        for (size_t guess = 0; guess <= n; guess++)
            ck_assert_uint_eq(hearth__plan_find(p, hearth__str_of(names[i]), guess), i);
    hearth__plan_free(p);
}
END_TEST

#define N(s)             \
    {                    \
        s, sizeof(s) - 1 \
    }
static const hearth_str strangers[] = {
    N(""),           N("m"),          N("member_"),
    N("member_64"),  N("member_1\0"), N("member_\0"),
    N("Member_1"),   N("member_1 "),  N("\0\0\0\0\0\0\0\0"),
    N("member_11x"), N("xmember_11"),
};

START_TEST(a_name_that_is_no_field_is_not_found)
{
    hearth__plan *p = make(MOST);

    for (size_t guess = 0; guess <= MOST; guess++)
        ck_assert_uint_eq(hearth__plan_find(p, strangers[_i], guess), MOST);
    hearth__plan_free(p);
}
END_TEST

START_TEST(more_than_64_fields_have_no_plan)
{
    hearth_error err = {0};

    hearth__plan_free(make(MOST));
    model.n = MOST + 1;
    ck_assert_ptr_null(hearth__plan_new(&model, &err));
    ck_assert_int_eq(err.code, HEARTH_EINVAL);
    ck_assert_ptr_nonnull(strstr(err.text, "65 fields; 1 to 64"));
    hearth__plan_free(NULL);
}
END_TEST

START_TEST(patterns_are_compiled_and_wrong_ones_told)
{
    static const hearth_field texts[] = {
        {.name = "a", .doc = "x", .kind = HEARTH_KIND_text, .pattern = "[a-z]+"},
        {.name = "b", .doc = "x", .kind = HEARTH_KIND_text, .offset = sizeof(char *)}};
    hearth_field wrong = texts[0];
    hearth_model m = {.name = "t",
                      .field = texts,
                      .n = 2,
                      .size = 2 * sizeof(char *),
                      .given = HEARTH_NO_GIVEN};
    hearth__plan *p = hearth__plan_new(&m, NULL);
    hearth_error err = {0};

    ck_assert_ptr_nonnull(p);
    ck_assert_ptr_nonnull(p->pattern[0]);
    ck_assert_ptr_null(p->pattern[1]);
    hearth__plan_free(p);
    wrong.pattern = "[a-z";
    m.field = &wrong;
    m.n = 1;
    ck_assert_ptr_null(hearth__plan_new(&m, &err));
    ck_assert_ptr_nonnull(strstr(err.text, "model t, field a: the pattern [a-z"));
}
END_TEST

SUITE("model/plan", LOOP(every_field_is_found_whatever_comes_before, 1, MOST + 1)
                        LOOP(a_name_that_is_no_field_is_not_found, 0,
                             sizeof strangers / sizeof strangers[0])
                            TEST(more_than_64_fields_have_no_plan)
                                TEST(patterns_are_compiled_and_wrong_ones_told))
