/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "db/repeats.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

static hearth__arena arena;
static hearth__repeats *r;

static void start(int64_t limit)
{
    hearth__arena_init(&arena, 0);
    r = hearth__repeats_new(&arena, limit);
    ck_assert_ptr_nonnull(r);
}

static void run(const char *sql, int64_t arg)
{
    hearth__repeats_note(r, sql, hearth_args(arg));
}

START_TEST(a_statement_with_other_arguments_each_time_is_found_by_its_text)
{
    char here[] = "SELECT ?", there[] = "SELECT ?";

    start(3);
    for (int i = 0; i < 3; i++)
        run(i % 2 == 0 ? here : there, i);
    ck_assert_uint_eq(r->n, 1);
    ck_assert_ptr_null(r->at[0].sql.ptr);
    run(here, 3);
    ck_assert_str_eq(r->at[0].sql.ptr, "SELECT ?");
    run(here, 4);
    ck_assert_int_eq(r->at[0].runs, 5);
    memset(here, 'x', sizeof here - 1);
    ck_assert_str_eq(r->at[0].sql.ptr, "SELECT ?");
    hearth__arena_clear(&arena);
}
END_TEST

START_TEST(the_same_arguments_again_and_writes_are_not_counted)
{
    start(2);
    for (int i = 0; i < 10; i++) {
        run(" select ?", 1);
        run("INSERT INTO t VALUES (?)", i);
        run("", i);
    }
    ck_assert_uint_eq(r->n, 1);
    ck_assert_int_eq(r->at[0].runs, 1);
    hearth__arena_clear(&arena);
}
END_TEST

START_TEST(arguments_of_every_kind_are_told_apart)
{
    const hearth_val v[] = {hearth_val_int(1),      hearth_val_real(1),
                            hearth_val_text("1"),   hearth_val_text("2"),
                            hearth_val_null(),      hearth_val_int(2),
                            hearth_val_blob("", 0), hearth_val_null()};

    start(100);
    for (size_t i = 0; i < 8; i++)
        hearth__repeats_note(r, "SELECT ?", (hearth_vals){&v[i], 1});
    ck_assert_int_eq(r->at[0].runs, 8);
    hearth__repeats_note(r, "SELECT ?", hearth_args(1, 2));
    hearth__repeats_note(r, "SELECT ?", hearth_args(2, 1));
    ck_assert_int_eq(r->at[0].runs, 10);
    hearth__arena_clear(&arena);
}
END_TEST

START_TEST(memory_is_bounded)
{
    char sql[2000];

    start(1);
    for (int i = 0; i < HEARTH__REPEATS_MOST + 5; i++) {
        snprintf(sql, sizeof sql, "SELECT %d, ?", i);
        run(sql, 1);
    }
    ck_assert_uint_eq(r->n, HEARTH__REPEATS_MOST);
    r->n = 0;
    memset(r->at, 0, sizeof r->at);
    memset(sql, 's', sizeof sql - 1);
    sql[sizeof sql - 1] = '\0';
    run(sql, 1);
    run(sql, 2);
    ck_assert_uint_eq(r->at[0].sql.len, HEARTH__REPEATS_TEXT);
    hearth__arena_clear(&arena);
}
END_TEST

SUITE("db/repeats",
      TEST(a_statement_with_other_arguments_each_time_is_found_by_its_text)
          TEST(the_same_arguments_again_and_writes_are_not_counted)
              TEST(arguments_of_every_kind_are_told_apart) TEST(memory_is_bounded))
