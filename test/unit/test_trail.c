/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "db/trail.h"

#include "suite.h"

#include <string.h>

static hearth__arena arena;
static hearth__trail *t;

static void start(void)
{
    hearth__arena_init(&arena, 0);
    t = hearth__trail_new(&arena);
    ck_assert_ptr_nonnull(t);
}

static void run(const char *sql, int rc)
{
    hearth__trail_begin(t, sql);
    ck_assert(t->open);
    hearth__trail_end(t, rc);
    ck_assert(!t->open);
}

START_TEST(statements_are_kept_in_order_with_what_became_of_them)
{
    char text[] = "SELECT 1";

    start();
    run(text, 0);
    memset(text, 'x', sizeof text - 1);
    run("INSERT", HEARTH_ECONFLICT);
    run(NULL, HEARTH_EDB);
    ck_assert_uint_eq(t->n, 3);
    ck_assert_str_eq(t->first->sql.ptr, "SELECT 1");
    ck_assert_int_eq(t->first->code, 0);
    ck_assert_str_eq(t->first->next->sql.ptr, "INSERT");
    ck_assert_int_eq(t->first->next->code, HEARTH_ECONFLICT);
    ck_assert_str_eq(t->last->sql.ptr, "");
    ck_assert_ptr_null(t->last->next);
    hearth__arena_clear(&arena);
}
END_TEST

START_TEST(rows_that_are_read_later_count_for_their_statement)
{
    int64_t before;

    start();
    run("SELECT a", 0);
    run("SELECT b", 0);
    before = t->all_us;
    hearth__trail_step(t, "SELECT a", 1000, 1);
    hearth__trail_step(t, "SELECT a", 500, HEARTH_EDB);
    hearth__trail_step(t, "SELECT elsewhere", 7, 0);
    ck_assert_int_ge(t->first->took_us, 1500);
    ck_assert_int_eq(t->first->code, HEARTH_EDB);
    ck_assert_int_eq(t->last->code, 0);
    ck_assert_int_eq(t->all_us - before, 1507);
    run("SELECT a", 0);
    hearth__trail_step(t, "SELECT a", 9000, 0);
    ck_assert_int_ge(t->last->took_us, 9000); /* the youngest */
    hearth__arena_clear(&arena);
}
END_TEST

START_TEST(what_is_too_many_is_counted_only)
{
    size_t kept = 0;

    start();
    for (int i = 0; i < HEARTH__TRAIL_MOST + 5; i++)
        run("SELECT 1", 0);
    for (hearth__trail_entry *e = t->first; e != NULL; e = e->next)
        kept++;
    ck_assert_uint_eq(kept, HEARTH__TRAIL_MOST);
    ck_assert_uint_eq(t->n, HEARTH__TRAIL_MOST + 5);
    hearth__arena_clear(&arena);
}
END_TEST

START_TEST(a_long_statement_is_cut)
{
    char sql[HEARTH__TRAIL_TEXT + 100];

    memset(sql, 's', sizeof sql - 1);
    sql[sizeof sql - 1] = '\0';
    start();
    run(sql, 0);
    ck_assert_uint_eq(t->first->sql.len, HEARTH__TRAIL_TEXT);
    sql[HEARTH__TRAIL_TEXT] = '\0';
    run(sql, 0);
    ck_assert_uint_eq(t->last->sql.len, HEARTH__TRAIL_TEXT);
    ck_assert(t->last->hash != t->first->hash);
    hearth__arena_clear(&arena);
}
END_TEST

START_TEST(without_a_trail_nothing_happens)
{
    hearth__trail_begin(NULL, "SELECT 1");
    hearth__trail_end(NULL, 0);
}
END_TEST

SUITE("db/trail",
      TEST(statements_are_kept_in_order_with_what_became_of_them)
          TEST(rows_that_are_read_later_count_for_their_statement)
              TEST(what_is_too_many_is_counted_only) TEST(a_long_statement_is_cut)
                  TEST(without_a_trail_nothing_happens))
