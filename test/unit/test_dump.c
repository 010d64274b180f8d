/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/str.h"
#include "model/dump.h"
#include "suite.h"

#include <math.h>

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

static const char *const words[] = {"low", "high", NULL};

#define ALL(F, T)                                \
    F(T, n, i64, "Number")                       \
    F(T, x, f64, "Real")                         \
    F(T, on, flag, "Flag")                       \
    F(T, title, text, "Text")                    \
    F(T, at, time, "Time")                       \
    F(T, day, date, "Date")                      \
    F(T, ref, uuid, "Reference")                 \
    F(T, more, json, "Anything")                 \
    F(T, data, blob, "Bytes")                    \
    F(T, level, enum, "Level", .choices = words) \
    F(T, password, text, "Secret", .secret = true)
HEARTH_MODEL(all, NULL, ALL);

static hearth__buf buf;
static hearth_error err;

static int dump(const struct all *t, uint64_t which)
{
    hearth__json_w w;

    hearth__buf_clear(&buf);
    hearth__buf_init(&buf, NULL, 0);
    err.text[0] = '\0';
    w = hearth__json_w_of(&buf);
    return hearth__dump(&w, &all_model, t, which, &err);
}

/* Every kind has a value; the masks are 0: given whole. */
static struct all whole(void)
{
    return (
        struct all){.n = -7,
                    .x = 0.1,
                    .on = true,
                    .title = "a \"b\"\n\xc3\xa4",
                    .at = 1795428000,
                    .day = {2024, 2, 29},
                    .ref = {{0x01, 0x8f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff}},
                    .data = {"\xff\x00z", 3},
                    .level = 1,
                    .password = "geheim"};
}

START_TEST(every_kind_has_its_json)
{
    struct all t = whole();

    t.more = json_pack("{s:[i,n]}", "a", 1);
    ck_assert_int_eq(dump(&t, HEARTH__ALL_FIELDS), 0);
    ck_assert_str_eq(
        buf.ptr, "{\"n\":-7,\"x\":0.1,\"on\":true,\"title\":\"a \\\"b\\\"\\n\xc3\xa4\","
                 "\"at\":\"2026-11-23T10:00:00Z\",\"day\":\"2024-02-29\","
                 "\"ref\":\"018f0000-0000-0000-0000-0000000000ff\","
                 "\"more\":{\"a\":[1,null]},\"data\":\"/wB6\",\"level\":\"high\"}");
    json_decref(t.more);
}
END_TEST

START_TEST(pointers_that_are_null_are_null_in_a_struct_given_whole)
{
    struct all t = {.day = {1, 1, 1}};

    ck_assert_int_eq(dump(&t, HEARTH__ALL_FIELDS), 0);
    ck_assert_str_eq(buf.ptr,
                     "{\"n\":0,\"x\":0.0,\"on\":false,\"title\":null,"
                     "\"at\":\"1970-01-01T00:00:00Z\",\"day\":\"0001-01-01\","
                     "\"ref\":\"00000000-0000-0000-0000-000000000000\",\"more\":null,"
                     "\"data\":null,\"level\":\"low\"}");
}
END_TEST

START_TEST(masks_say_what_is_given_null_and_absent)
{
    struct all t = {.n = 1};

    HEARTH_SET(&t, all, title, "x");
    HEARTH_SET(&t, all, password, "y");
    t.null |= HEARTH__BIT(all__at);
    ck_assert_int_eq(dump(&t, HEARTH__ALL_FIELDS), 0);
    ck_assert_str_eq(buf.ptr, "{\"title\":\"x\",\"at\":null}");
    ck_assert_int_eq(dump(&t, HEARTH__BIT(all__at) | HEARTH__BIT(all__password)), 0);
    ck_assert_str_eq(buf.ptr, "{\"at\":null}");
    ck_assert_int_eq(dump(&t, 0), 0);
    ck_assert_str_eq(buf.ptr, "{}");
}
END_TEST

static void infinite(struct all *t)
{
    HEARTH_SET(t, all, x, INFINITY);
}
static void no_number(struct all *t)
{
    HEARTH_SET(t, all, x, NAN);
}
static void no_utf8(struct all *t)
{
    HEARTH_SET(t, all, title, "caf\xe9");
}
static void no_such_day(struct all *t)
{
    HEARTH_SET(t, all, day, ((hearth_date){2023, 2, 29}));
}
static void far_away(struct all *t)
{
    HEARTH_SET(t, all, at, INT64_C(253402300800));
}
static void before_all(struct all *t)
{
    HEARTH_SET(t, all, at, INT64_MIN);
}
static void no_word(struct all *t)
{
    HEARTH_SET(t, all, level, 2);
}
static void negative_word(struct all *t)
{
    HEARTH_SET(t, all, level, -1);
}

static const struct {
    void (*set)(struct all *t);
    const char *says;
} wrong[] = {
    {infinite, "x of model all is infinite or no number, which JSON cannot say"},
    {no_number, "x of model all is infinite or no number, which JSON cannot say"},
    {no_utf8, "title of model all is not UTF-8"},
    {no_such_day, "day of model all is a day that does not exist"},
    {far_away, "at of model all is a time outside the years 0 to 9999"},
    {before_all, "at of model all is a time outside the years 0 to 9999"},
    {no_word, "level of model all is an index without a word in .choices"},
    {negative_word, "level of model all is an index without a word in .choices"},
};

START_TEST(what_json_cannot_say_is_refused_with_the_field)
{
    struct all t = {0};

    wrong[_i].set(&t);
    ck_assert_int_eq(dump(&t, HEARTH__ALL_FIELDS), HEARTH_EINVAL);
    ck_assert_str_eq(err.text, wrong[_i].says);
}
END_TEST

START_TEST(the_first_and_the_last_second_can_be_written)
{
    struct all t = {0};

    HEARTH_SET(&t, all, at, INT64_C(-62167219200));
    ck_assert_int_eq(dump(&t, HEARTH__ALL_FIELDS), 0);
    ck_assert_str_eq(buf.ptr, "{\"at\":\"0000-01-01T00:00:00Z\"}");
    HEARTH_SET(&t, all, at, INT64_C(253402300799));
    ck_assert_int_eq(dump(&t, HEARTH__ALL_FIELDS), 0);
    ck_assert_str_eq(buf.ptr, "{\"at\":\"9999-12-31T23:59:59Z\"}");
}
END_TEST

START_TEST(an_array_has_brackets_and_commas)
{
    struct all t[2] = {{0}, {0}};
    hearth__json_w w;

    HEARTH_SET(&t[0], all, n, 1);
    HEARTH_SET(&t[1], all, n, 2);
    for (size_t n = 0; n <= 2; n++) {
        static const char *const says[] = {"[]", "[{\"n\":1}]", "[{\"n\":1},{\"n\":2}]"};

        hearth__buf_clear(&buf);
        hearth__buf_init(&buf, NULL, 0);
        w = hearth__json_w_of(&buf);
        ck_assert_int_eq(hearth__dump_all(&w, &all_model, t, n, HEARTH__ALL_FIELDS, &err),
                         0);
        ck_assert_str_eq(buf.ptr, says[n]);
    }
    hearth__buf_clear(&buf);
}
END_TEST

SUITE("model/dump",
      TEST(every_kind_has_its_json)
          TEST(pointers_that_are_null_are_null_in_a_struct_given_whole)
              TEST(masks_say_what_is_given_null_and_absent)
                  LOOP(what_json_cannot_say_is_refused_with_the_field, 0, N(wrong))
                      TEST(the_first_and_the_last_second_can_be_written)
                          TEST(an_array_has_brackets_and_commas))
