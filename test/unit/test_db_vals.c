/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

#include "suite.h"

#include "db/vals.h"

#include <hearth/json.h>
#include <math.h>
#include <string.h>

START_TEST(each_c_type_has_its_kind)
{
    json_t *j = json_pack("{s:s, s:i, s:f, s:b, s:n, s:[]}", "s", "txt", "i", 7, "f", 1.5,
                          "b", 1, "n", "a");
    const json_t *s = json_object_get(j, "s");
    char text[] = "hello";
    const hearth_vals v =
        hearth_args(true, (signed char)-1, (unsigned short)65535, -5L, 7LL, 2.5f, 0.1,
                    text, "literal", ((hearth_str){"abc", 2}), s, json_object_get(j, "i"),
                    json_object_get(j, "f"), json_object_get(j, "b"),
                    json_object_get(j, "n"), json_object_get(j, "a"));
    static const hearth_val_kind kinds[] = {
        HEARTH_VAL_INT,  HEARTH_VAL_INT,  HEARTH_VAL_INT,  HEARTH_VAL_INT,
        HEARTH_VAL_INT,  HEARTH_VAL_REAL, HEARTH_VAL_REAL, HEARTH_VAL_TEXT,
        HEARTH_VAL_TEXT, HEARTH_VAL_TEXT, HEARTH_VAL_TEXT, HEARTH_VAL_INT,
        HEARTH_VAL_REAL, HEARTH_VAL_INT,  HEARTH_VAL_NULL, HEARTH_VAL_BAD,
    };

    ck_assert_uint_eq(v.n, 16);
    for (size_t i = 0; i < 16; i++)
        ck_assert_int_eq(v.v[i].kind, kinds[i]);
    ck_assert_int_eq(v.v[0].u.i, 1);
    ck_assert_int_eq(v.v[1].u.i, -1);
    ck_assert_int_eq(v.v[2].u.i, 65535);
    ck_assert(v.v[6].u.f == 0.1);
    ck_assert_ptr_eq(v.v[7].u.s.ptr, text); /* borrowed */
    ck_assert_uint_eq(v.v[9].u.s.len, 2);
    ck_assert_str_eq(v.v[10].u.s.ptr, "txt");
    ck_assert_int_eq(v.v[11].u.i, 7);
    json_decref(j);
}
END_TEST

START_TEST(each_argument_is_evaluated_once)
{
    int n = 0;
    const hearth_vals v = hearth_args((n++, n), 7);

    ck_assert_uint_eq(v.n, 2);
    ck_assert_int_eq(n, 1);
    ck_assert_uint_eq(HEARTH_NO_ARGS.n, 0);
}
END_TEST

START_TEST(unsigned_numbers_beyond_sql_are_bad)
{
    const hearth_vals v =
        hearth_args(sizeof(int), (uint64_t)INT64_MAX, (uint64_t)INT64_MAX + 1, 7ULL);

    ck_assert_int_eq(v.v[0].u.i, sizeof(int));
    ck_assert(v.v[1].u.i == INT64_MAX);
    ck_assert_int_eq(v.v[2].kind, HEARTH_VAL_BAD);
    ck_assert_int_eq(v.v[3].u.i, 7);
}
END_TEST

START_TEST(null_pointers_are_sql_null)
{
    ck_assert_int_eq(hearth_val_text(NULL).kind, HEARTH_VAL_NULL);
    ck_assert_int_eq(hearth_val_str((hearth_str){NULL, 0}).kind, HEARTH_VAL_NULL);
    ck_assert_int_eq(hearth_val_blob(NULL, 0).kind, HEARTH_VAL_NULL);
    ck_assert_int_eq(hearth_val_json(NULL).kind, HEARTH_VAL_NULL);
    ck_assert_int_eq(hearth_val_blob("", 0).kind, HEARTH_VAL_BLOB);
    ck_assert_int_eq(hearth_val_text("").kind, HEARTH_VAL_TEXT);
}
END_TEST

START_TEST(a_nul_inside_a_text_is_bad)
{
    json_t *j = json_stringn("a\0b", 3);

    ck_assert_int_eq(hearth_val_str((hearth_str){"a\0b", 3}).kind, HEARTH_VAL_BAD);
    ck_assert_int_eq(hearth_val_str((hearth_str){"ab\0", 2}).kind, HEARTH_VAL_TEXT);
    ck_assert_int_eq(hearth_val_blob("a\0b", 3).kind, HEARTH_VAL_BLOB);
    ck_assert_int_eq(hearth_val_json(j).kind, HEARTH_VAL_BAD);
    json_decref(j);
}
END_TEST

static const struct {
    const char *text;
    int64_t i;
    double f;
} numbers[] = {
    {"0", 0, 0},
    {"42", 42, 42},
    {" \t\n42 ", 42, 42},
    {"+42", 42, 42},
    {"-42", -42, -42},
    {"12abc", 12, 12},
    {"1.9", 1, 1.9},
    {"-1.9x", -1, -1.9},
    {"1e3", 1000, 1000},
    {"1e", 1, 1},
    {"1e+", 1, 1},
    {"1.", 1, 1},
    {"", 0, 0},
    {"-", 0, 0},
    {"+-1", 0, 0},
    {"abc", 0, 0},
    {"nan", 0, 0},
    {"inf", 0, 0},
    {"0x10", 0, 0},
    {"9223372036854775807", INT64_MAX, 9223372036854775807.0},
    {"-9223372036854775808", INT64_MIN, -9223372036854775808.0},
    {"9223372036854775808", INT64_MAX, 9223372036854775808.0},
    {"-99999999999999999999", INT64_MIN, -99999999999999999999.0},
};
#define NUMBERS ((int)(sizeof(numbers) / sizeof(numbers[0])))

START_TEST(a_text_is_read_as_the_number_it_starts_with)
{
    hearth_val v = hearth_val_text(numbers[_i].text);

    ck_assert(hearth__val_to_int(&v) == numbers[_i].i);
    ck_assert(hearth__val_to_real(&v) == numbers[_i].f);
    v.kind = HEARTH_VAL_BLOB;
    ck_assert(hearth__val_to_int(&v) == numbers[_i].i);
}
END_TEST

START_TEST(a_real_is_cut_and_kept_in_range)
{
    static const struct {
        double f;
        int64_t i;
    } t[] = {{1.9, 1},
             {-1.9, -1},
             {1e300, INT64_MAX},
             {-1e300, INT64_MIN},
             {INFINITY, INT64_MAX},
             {NAN, 0}};
    hearth_val v = hearth_val_real(t[_i].f);

    ck_assert(hearth__val_to_int(&v) == t[_i].i);
}
END_TEST

START_TEST(numbers_have_a_text)
{
    static const struct {
        hearth_val v;
        const char *text;
    } t[] = {
        {{HEARTH_VAL_INT, {.i = INT64_MIN}}, "-9223372036854775808"},
        {{HEARTH_VAL_REAL, {.f = 0.1}}, "0.1"},
        {{HEARTH_VAL_REAL, {.f = 2}}, "2.0"},
        {{HEARTH_VAL_REAL, {.f = -INFINITY}}, "-Inf"},
        {{HEARTH_VAL_REAL, {.f = INFINITY}}, "Inf"},
        {{HEARTH_VAL_REAL, {.f = -2.2250738585072014e-308}}, "-2.2250738585072014e-308"},
    };
    char out[32];

    ck_assert_uint_eq(hearth__val_number_text(&t[_i].v, out), strlen(t[_i].text));
    ck_assert_str_eq(out, t[_i].text);
}
END_TEST

/* clang-format off */
SUITE("db/vals",
      TEST(each_c_type_has_its_kind)
      TEST(each_argument_is_evaluated_once)
      TEST(unsigned_numbers_beyond_sql_are_bad)
      TEST(null_pointers_are_sql_null)
      TEST(a_nul_inside_a_text_is_bad)
      LOOP(a_text_is_read_as_the_number_it_starts_with, 0, NUMBERS)
      LOOP(a_real_is_cut_and_kept_in_range, 0, 6)
      LOOP(numbers_have_a_text, 0, 6))
/* clang-format on */
