/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "model_kit.h"
#include "suite.h"

#include <math.h>

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

#define RULES(F, T)                                           \
    F(T, i, i64, "x", .min = -2, .max = 3)                    \
    F(T, z, i64, "x", .min = HEARTH_ZERO, .max = HEARTH_ZERO) \
    F(T, f, f64, "x", .min = -1, .max = 1)                    \
    F(T, t, text, "x", .min = 2, .max = 4)                    \
    F(T, req, text, "x", .required = true)                    \
    F(T, when, time, "x", .min = 10, .max = 20)               \
    F(T, blob, blob, "x", .min = 1, .max = 2)                 \
    F(T, day, date, "x")                                      \
    F(T, word, enum, "x", .choices = kit_words)               \
    F(T, mail, text, "x", .format = HEARTH_FORMAT_EMAIL)      \
    F(T, url, text, "x", .format = HEARTH_FORMAT_URL)         \
    F(T, slug, text, "x", .format = HEARTH_FORMAT_SLUG)       \
    F(T, ip, text, "x", .format = HEARTH_FORMAT_IP)           \
    F(T, uuid, text, "x", .format = HEARTH_FORMAT_UUID)       \
    F(T, pattern, text, "x", .pattern = "(ab)+")
HEARTH_MODEL(rules, NULL, RULES);

/* One field that is given, all others are not. */
#define ONE(name_, value)                                  \
    {                                                      \
        .has = HEARTH__BIT(rules__##name_), .name_ = value \
    }

static const struct {
    struct rules r;
    const char *code; /* NULL: right */
} samples[] = {
    {ONE(i, -3), "min"},
    {ONE(i, -2), NULL},
    {ONE(i, 3), NULL},
    {ONE(i, 4), "max"},
    {ONE(z, -1), "min"},
    {ONE(z, 0), NULL},
    {ONE(z, 1), "max"},
    {ONE(f, -1.0), NULL},
    {ONE(f, -1.0000001), "min"},
    {ONE(f, 1.0), NULL},
    {ONE(f, 1.0000001), "max"},
    {ONE(f, (double)NAN), "type"},
    {ONE(f, (double)INFINITY), "type"},
    {ONE(t, "a"), "min"},
    {ONE(t, ""), "min"},
    {ONE(t, "\xC3\xA9"), "min"}, /* characters, not bytes */
    {ONE(t, "\xC3\xA9\xC3\xA9"), NULL},
    {ONE(t, "\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80"), NULL},
    {ONE(t, "abcd"), NULL},
    {ONE(t, "abcde"), "max"},
    {ONE(t, "\xFF\xFF"), "type"}, /* hearth_check() only: no UTF-8 */
    {ONE(t, NULL), "null"},
    {ONE(req, ""), "required"},
    {ONE(when, 9), "min"},
    {ONE(when, 10), NULL},
    {ONE(when, 20), NULL},
    {ONE(when, 21), "max"},
    {{.has = HEARTH__BIT(rules__blob), .blob = {"", 0}}, "min"},
    {{.has = HEARTH__BIT(rules__blob), .blob = {"a", 1}}, NULL},
    {{.has = HEARTH__BIT(rules__blob), .blob = {"ab", 2}}, NULL},
    {{.has = HEARTH__BIT(rules__blob), .blob = {"abc", 3}}, "max"},
    {{.has = HEARTH__BIT(rules__day), .day = {2024, 2, 29}}, NULL},
    {{.has = HEARTH__BIT(rules__day), .day = {2026, 2, 29}}, "type"},
    {{.has = HEARTH__BIT(rules__day), .day = {2026, 0, 1}}, "type"},
    {{.has = HEARTH__BIT(rules__day), .day = {10000, 1, 1}}, "type"},
    {ONE(word, -1), "choice"},
    {ONE(word, 0), NULL},
    {ONE(word, 1), NULL},
    {ONE(word, 2), "choice"},
    {ONE(mail, "a@b"), NULL},
    {ONE(mail, "a"), "format"},
    {ONE(mail, ""), NULL}, /* no value, as in HTML */
    {ONE(url, "https://a/b"), NULL},
    {ONE(url, "a/b"), "format"},
    {ONE(slug, "a-1"), NULL},
    {ONE(slug, "a_1"), "format"},
    {ONE(ip, "::1"), NULL},
    {ONE(ip, "1.2.3"), "format"},
    {ONE(uuid, "018f3c5e-7b1a-7c2d-9e4f-0a1b2c3d4e5f"), NULL},
    {ONE(uuid, "x"), "format"},
    {ONE(pattern, "abab"), NULL},
    {ONE(pattern, "aba"), "pattern"},
    {ONE(pattern, ""), NULL},
};

/* The one field but req, which every object has to have. */
static size_t field_of(const struct rules *r)
{
    for (size_t i = 0; i < rules__nfields; i++)
        if (r->has == HEARTH__BIT(i))
            return i;
    ck_abort_msg("no field");
    return 0;
}

START_TEST(each_rule_holds_on_both_sides)
{
    hearth__plan *plan = hearth__plan_new(&rules_model, NULL);
    struct rules r = samples[_i].r;
    size_t i = field_of(&r);
    hearth__faults f;
    hearth__arena a;

    if (i != rules__req)
        HEARTH_SET(&r, rules, req, "x");
    hearth__arena_init(&a, 0);
    hearth__faults_init(&f, &a, plan);
    hearth__validate(&f, &r);
    ck_assert_uint_eq(f.set, samples[_i].code == NULL ? 0 : HEARTH__BIT(i));
    if (samples[_i].code != NULL)
        ck_assert_str_eq(f.code[i], samples[_i].code);
    hearth__arena_clear(&a);
    hearth__plan_free(plan);
}
END_TEST

START_TEST(what_is_missing_or_null_is_told)
{
    hearth__plan *plan = hearth__plan_new(&kit_row_model, NULL);
    struct kit_row r = {.null = HEARTH__BIT(kit_row__price) | HEARTH__BIT(kit_row__rank) |
                                HEARTH__BIT(kit_row__ref) | HEARTH__BIT(kit_row__id)};
    hearth__faults f;
    hearth__arena a;

    hearth__arena_init(&a, 0);
    hearth__faults_init(&f, &a, plan);
    hearth__validate(&f, &r);
    /* price may be, rank has a fallback, id is the server's */
    ck_assert_uint_eq(f.set, HEARTH__BIT(kit_row__title) | HEARTH__BIT(kit_row__ref));
    ck_assert_str_eq(f.code[kit_row__title], "required");
    ck_assert_str_eq(f.code[kit_row__ref], "null");
    hearth__arena_clear(&a);
    hearth__plan_free(plan);
}
END_TEST

START_TEST(rules_look_at_what_they_are_told_only)
{
    hearth__plan *plan = hearth__plan_new(&rules_model, NULL);
    const struct rules r = {.i = 99, .z = 99};
    hearth__faults f;
    hearth__arena a;

    hearth__arena_init(&a, 0);
    hearth__faults_init(&f, &a, plan);
    hearth__rules(&f, &r, 0);
    ck_assert_uint_eq(f.set, 0);
    hearth__rules(&f, &r, HEARTH__BIT(rules__z));
    ck_assert_uint_eq(f.set, HEARTH__BIT(rules__z));
    ck_assert_str_eq(f.text[rules__z], "z has to be at most 0");
    hearth__arena_clear(&a);
    hearth__plan_free(plan);
}
END_TEST

SUITE("model/validate", LOOP(each_rule_holds_on_both_sides, 0, N(samples))
                            TEST(what_is_missing_or_null_is_told)
                                TEST(rules_look_at_what_they_are_told_only))
