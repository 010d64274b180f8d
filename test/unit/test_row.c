/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "db_fixture.h"
#include "model/row.h"
#include "suite.h"

#include <hearth/json.h>
#include <math.h>

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

static const char *const words[] = {"low", "high", NULL};

#define ALL(F, T)                \
    F(T, n, i64, "Number")       \
    F(T, x, f64, "Real")         \
    F(T, on, flag, "Flag")       \
    F(T, title, text, "Text")    \
    F(T, at, time, "Time")       \
    F(T, day, date, "Date")      \
    F(T, ref, uuid, "Reference") \
    F(T, more, json, "Anything") \
    F(T, data, blob, "Bytes")    \
    F(T, level, enum, "Level", .choices = words)
HEARTH_MODEL(all, "alls", ALL);

static json_t *kept;

static int keep(void *arg, struct json_t *tree)
{
    (void)arg;
    kept = tree;
    return 0;
}

static int get(fixture *f, const char *sql, uint64_t which, struct all *t)
{
    hearth__given g = {0, 0};
    hearth__row_in in = {.m = &all_model,
                         .which = which,
                         .arena = &f->arena,
                         .keep = keep,
                         .err = &f->err};
    hearth_rows *r = hearth__dbs_select(&f->s, sql, NONE);
    int rc;

    ck_assert_msg(hearth_rows_next(r), "%s: %s", sql, f->s.error.text);
    memset(t, 0x55, sizeof *t);
    rc = hearth__row_read(&in, r, t, &g);
    t->has = g.has;
    t->null = g.null;
    hearth__dbs_end(&f->s); /* what was borrowed is gone */
    return rc;
}

#define ROW                                                   \
    "SELECT -7, 0.5, 1, 'a text', 1795428000, '2024-02-29', " \
    "'018F0000-0000-0000-0000-0000000000ff', '{\"a\":[1]}', X'ff007a', 'high'"

START_TEST(a_row_fills_every_kind_and_goes_back_as_it_was)
{
    hearth_val v[10];
    struct all t;
    fixture f;

    fixture_open(&f, NULL, NULL);
    ck_assert_msg(get(&f, ROW, UINT64_MAX, &t) == 0, "%s", f.err.text);
    ck_assert_uint_eq(t.has, hearth__fields_all(&all_model));
    ck_assert_uint_eq(t.null, 0);
    ck_assert_int_eq(t.n, -7);
    ck_assert_double_eq(t.x, 0.5);
    ck_assert(t.on);
    ck_assert_str_eq(t.title, "a text");
    ck_assert_int_eq(t.at, 1795428000);
    ck_assert_int_eq(t.day.month * 100 + t.day.day, 229);
    ck_assert_uint_eq(t.ref.byte[1], 0x8f);
    ck_assert_int_eq((int)json_array_size(json_object_get(t.more, "a")), 1);
    ck_assert_mem_eq(t.data.ptr, "\xff\x00z", 3);
    ck_assert_int_eq(t.level, 1);
    for (size_t i = 0; i < 10; i++)
        OK(hearth__row_val(&all_model, i, &t, &f.arena, &v[i], &f.err));
    ck_assert_str_eq(json_of(&f.s, false, "SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE 0",
                             (hearth_vals){v, 10}),
                     "[]");
    ck_assert_int_eq(v[0].u.i, -7);
    ck_assert_double_eq(v[1].u.f, 0.5);
    ck_assert_int_eq(v[2].u.i, 1);
    ck_assert_str_eq(v[3].u.s.ptr, "a text");
    ck_assert_int_eq(v[4].u.i, 1795428000);
    ck_assert_str_eq(v[5].u.s.ptr, "2024-02-29");
    ck_assert_str_eq(v[6].u.s.ptr, "018f0000-0000-0000-0000-0000000000ff");
    ck_assert_str_eq(v[7].u.s.ptr, "{\"a\":[1]}");
    ck_assert_int_eq((int)v[8].kind, (int)HEARTH_VAL_BLOB);
    ck_assert_str_eq(v[9].u.s.ptr, "high");
    json_decref(kept);
    fixture_close(&f);
}
END_TEST

START_TEST(a_null_is_a_bit_and_columns_follow_the_mask)
{
    struct all t;
    fixture f;

    fixture_open(&f, NULL, NULL);
    OK(get(&f, "SELECT 0, NULL, 'low'",
           HEARTH__BIT(all__on) | HEARTH__BIT(all__title) | HEARTH__BIT(all__level), &t));
    ck_assert_uint_eq(t.has, HEARTH__BIT(all__on) | HEARTH__BIT(all__level));
    ck_assert_uint_eq(t.null, HEARTH__BIT(all__title));
    ck_assert_ptr_null(t.title);
    ck_assert(!t.on);
    fixture_close(&f);
}
END_TEST

static const struct {
    const char *sql;
    int field;
} wrong[] = {
    {"SELECT 'x'", all__n},        {"SELECT 1.5", all__n},
    {"SELECT 'x'", all__x},        {"SELECT 2", all__on},
    {"SELECT 'true'", all__on},    {"SELECT 7", all__title},
    {"SELECT X'61'", all__title},  {"SELECT 'a' || char(0)", all__title},
    {"SELECT 'now'", all__at},     {"SELECT '2023-02-29'", all__day},
    {"SELECT 20230101", all__day}, {"SELECT 'x'", all__ref},
    {"SELECT '{'", all__more},     {"SELECT 1", all__more},
    {"SELECT 'x'", all__data},     {"SELECT 'mid'", all__level},
    {"SELECT 1", all__level},
};

START_TEST(a_column_of_another_kind_is_told_by_name)
{
    const char *name = all_model.field[wrong[_i].field].name;
    struct all t;
    fixture f;

    fixture_open(&f, NULL, NULL);
    ck_assert_int_eq(get(&f, wrong[_i].sql, HEARTH__BIT(wrong[_i].field), &t),
                     HEARTH_EDB);
    ck_assert_msg(strstr(f.err.text, name) == f.err.text, "%s", f.err.text);
    fixture_close(&f);
}
END_TEST

START_TEST(a_struct_that_sql_cannot_hold_is_refused_by_name)
{
    const struct all t = {.x = (double)INFINITY, .day = {2023, 2, 29}, .level = 2};
    static const size_t field[] = {all__x, all__day, all__level};
    hearth_val v;
    fixture f;

    fixture_open(&f, NULL, NULL);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_int_eq(hearth__row_val(&all_model, field[i], &t, &f.arena, &v, &f.err),
                         HEARTH_EINVAL);
        ck_assert_ptr_nonnull(strstr(f.err.text, all_model.field[field[i]].name));
    }
    fixture_close(&f);
}
END_TEST

SUITE("model/row", TEST(a_row_fills_every_kind_and_goes_back_as_it_was)
                       TEST(a_null_is_a_bit_and_columns_follow_the_mask)
                           LOOP(a_column_of_another_kind_is_told_by_name, 0, N(wrong))
                               TEST(a_struct_that_sql_cannot_hold_is_refused_by_name))
