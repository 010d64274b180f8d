/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Locks by name, and what a layer above learns of the engine. */

#include "suite.h"

#include "db_fixture.h"

START_TEST(a_lock_keeps_others_out_until_it_is_given)
{
    fixture f;
    hearth__db_lock *one, *other;
    char name[260];

    fixture_open(&f, "?busy_ms=20", NULL);
    one = hearth__db_lock_take(f.db, "migrate", &f.err);
    ck_assert_msg(one != NULL, "%s", f.err.text);
    ck_assert_ptr_null(hearth__db_lock_take(f.db, "migrate", &f.err));
    ck_assert_int_eq(f.err.code, HEARTH_EBUSY);
    other = hearth__db_lock_take(f.db, "jobs", &f.err);
    ck_assert_ptr_nonnull(other);
    hearth__db_lock_give(one);
    one = hearth__db_lock_take(f.db, "migrate", &f.err);
    ck_assert_ptr_nonnull(one);
    hearth__db_lock_give(one);
    hearth__db_lock_give(other);
    hearth__db_lock_give(NULL);
    snprintf(name, sizeof(name), "%s-migrate", f.path);
    ck_assert_int_eq(unlink(name), 0);
    snprintf(name, sizeof(name), "%s-jobs", f.path);
    ck_assert_int_eq(unlink(name), 0);
    fixture_close(&f);
}
END_TEST

START_TEST(a_database_in_memory_has_nobody_to_keep_out)
{
    fixture f;
    hearth__db_lock *one;

    fixture_open(&f, NULL, NULL);
    one = hearth__db_lock_take(f.db, "migrate", &f.err);
    ck_assert_ptr_nonnull(one);
    hearth__db_lock_give(one);
    fixture_close(&f);
}
END_TEST

START_TEST(the_schema_can_be_asked_for)
{
    fixture f;
    const hearth_db_dialect *d;

    fixture_open(&f, "",
                 "CREATE TABLE a(id INTEGER PRIMARY KEY, t TEXT NOT NULL DEFAULT 'x', "
                 "UNIQUE(t, id)) STRICT; CREATE INDEX a_t ON a(t);"
                 "CREATE TABLE b(a INTEGER REFERENCES a(id) ON DELETE CASCADE) STRICT;");
    d = hearth__db_dialect(f.db);
    ck_assert_str_eq(json_of(&f.s, false, d->tables, NONE),
                     "[{\"name\":\"a\"},{\"name\":\"b\"}]");
    ck_assert_str_eq(
        json_of(&f.s, false, d->columns, hearth_args("a")),
        "[{\"name\":\"id\",\"type\":\"integer\",\"not_null\":0,\"fallback\":null,"
        "\"key\":1},{\"name\":\"t\",\"type\":\"text\",\"not_null\":1,\"fallback\":"
        "\"'x'\",\"key\":0}]");
    ck_assert_str_eq(json_of(&f.s, false, d->indexes, hearth_args("a")),
                     "[{\"name\":\"a_t\",\"is_unique\":0,\"columns\":\"t\",\"made_by\":"
                     "\"CREATE INDEX a_t ON a(t)\"},{\"name\":\"sqlite_autoindex_a_1\","
                     "\"is_unique\":1,\"columns\":\"t, id\",\"made_by\":null}]");
    ck_assert_str_eq(json_of(&f.s, false, d->references, hearth_args("b")),
                     "[{\"column\":\"a\",\"other\":\"a\",\"other_column\":\"id\","
                     "\"on_delete\":\"cascade\",\"rule\":null}]");
    fixture_close(&f);
}
END_TEST

START_TEST(names_are_kept_when_asked_for)
{
    fixture f;
    hearth_rows *r;

    fixture_open(&f, "", "CREATE TABLE a(id INTEGER PRIMARY KEY) STRICT");
    f.s.names = true;
    r = hearth__dbs_select(&f.s, "INSERT INTO a VALUES (7) RETURNING id AS one", NONE);
    ck_assert(hearth_rows_next(r));
    ck_assert_str_eq(hearth__rows_name(r, 0), "one");
    ck_assert_str_eq(hearth__rows_name(r, 1), "");
    ck_assert_int_eq(hearth__rows_val(r, 0).u.i, 7);
    ck_assert_int_eq(hearth__rows_val(r, 1).kind, HEARTH_VAL_NULL);
    fixture_close(&f);
}
END_TEST

START_TEST(a_script_runs_inside_a_transaction)
{
    fixture f;

    fixture_open(&f, "", "CREATE TABLE a(x)");
    ck_assert_int_eq(hearth__dbs_script(&f.s, "CREATE TABLE b(x)"), HEARTH_ESTATE);
    OK(hearth__dbs_begin(&f.s));
    OK(hearth__dbs_script(&f.s, "CREATE TABLE b(x); INSERT INTO b VALUES (1)"));
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM b"), 1);
    OK(hearth__dbs_rollback(&f.s));
    ck_assert_int_eq(hearth__dbs_exec(&f.s, "SELECT 1 FROM b", NONE), HEARTH_EDB);
    fixture_close(&f);
}
END_TEST

/* clang-format off */
SUITE("db/sqlite_lock",
      TEST(a_lock_keeps_others_out_until_it_is_given)
      TEST(a_database_in_memory_has_nobody_to_keep_out)
      TEST(the_schema_can_be_asked_for)
      TEST(names_are_kept_when_asked_for)
      TEST(a_script_runs_inside_a_transaction))
/* clang-format on */
