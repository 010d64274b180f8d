/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* What a request sees of its database, on a file and in memory alike. */

#include "suite.h"

#include "db_fixture.h"

#define SCHEMA                                                                         \
    "CREATE TABLE t(id INTEGER PRIMARY KEY, title TEXT NOT NULL UNIQUE, done INTEGER " \
    "NOT NULL DEFAULT 0) STRICT;"                                                      \
    "INSERT INTO t(title) VALUES ('one'), ('two'), ('three');"

#define INSERT "INSERT INTO t(title) VALUES (?)"

/* Every test that loops runs on both. */
static const char *const modes[] = {"", NULL};

static void open_mode(fixture *f, int i)
{
    fixture_open(f, modes[i], SCHEMA);
}

/* ---- json ------------------------------------------------------------- */

START_TEST(rows_become_a_json_array)
{
    fixture f;

    open_mode(&f, _i);
    ck_assert_str_eq(json_of(&f.s, false,
                             "SELECT id, title FROM t WHERE id < ? ORDER BY id",
                             hearth_args(3)),
                     "[{\"id\":1,\"title\":\"one\"},{\"id\":2,\"title\":\"two\"}]");
    ck_assert_str_eq(json_of(&f.s, false, "SELECT id FROM t WHERE title = ?",
                             hearth_args("none")),
                     "[]");
    fixture_close(&f);
}
END_TEST

START_TEST(one_row_becomes_a_json_object)
{
    fixture f;

    open_mode(&f, _i);
    for (int turn = 0; turn < 3; turn++)
        ck_assert_str_eq(json_of(&f.s, true, "SELECT title FROM t WHERE id = ?",
                                 hearth_args(2)),
                         "{\"title\":\"two\"}");
    ck_assert_str_eq(json_of(&f.s, true, "SELECT title FROM t WHERE id = ?",
                             hearth_args(20)),
                     "error -3");
    ck_assert_int_eq(f.s.error.code, HEARTH_ENOTFOUND);
    fixture_close(&f);
}
END_TEST

static const struct {
    const char *sql, *json;
} columns[] = {
    {"SELECT 1 AS \"a:bool\"", "{\"a\":true}"},
    {"SELECT 0 AS \"a:bool\"", "{\"a\":false}"},
    {"SELECT 0.5 AS \"a:bool\"", "{\"a\":true}"},
    {"SELECT NULL AS \"a:bool\"", "{\"a\":null}"},
    {"SELECT 'x' AS \"a:bool\"", "error -9"},
    {"SELECT '[1, {\"k\": null}]' AS \"a:json\"", "{\"a\":[1, {\"k\": null}]}"},
    {"SELECT 7 AS \"a:json\"", "{\"a\":7}"},
    {"SELECT 1.5 AS \"a:json\"", "{\"a\":1.5}"},
    {"SELECT NULL AS \"a:json\"", "{\"a\":null}"},
    {"SELECT '[1' AS \"a:json\"", "error -9"},
    {"SELECT '1],\"admin\":[true' AS \"a:json\"", "error -9"},
    {"SELECT '' AS \"a:json\"", "error -9"},
    {"SELECT x'00ff10' AS a", "{\"a\":\"AP8Q\"}"},
    {"SELECT x'' AS a", "{\"a\":\"\"}"},
    {"SELECT '' AS a, NULL AS b", "{\"a\":\"\",\"b\":null}"},
    {"SELECT 9223372036854775807 AS a, -9223372036854775807 - 1 AS b",
     "{\"a\":9223372036854775807,\"b\":-9223372036854775808}"},
    {"SELECT 0.1 AS a, 2.0 AS b, 1e300 AS c", "{\"a\":0.1,\"b\":2.0,\"c\":1e300}"},
    {"SELECT 9e999 AS a", "{\"a\":null}"},
    {"SELECT 'a\"b\\' || char(10) AS \"q\"\"\\\"", "{\"q\\\"\\\\\":\"a\\\"b\\\\\\n\"}"},
    {"SELECT 1 AS \":bool\"", "{\":bool\":1}"},
    {"SELECT 1 AS a, 2 AS a", "error -9"},
    {"SELECT 1 AS \"a:bool\", 2 AS a", "error -9"},
    {"SELECT CAST(x'61ff62' AS TEXT) AS a", "{\"a\":\"a\xef\xbf\xbd"
                                            "b\"}"},
};
#define COLUMNS ((int)(sizeof(columns) / sizeof(columns[0])))

START_TEST(each_kind_of_column_has_its_json)
{
    fixture f;

    open_mode(&f, 0);
    for (int turn = 0; turn < 2; turn++)
        ck_assert_str_eq(json_of(&f.s, true, columns[_i].sql, NONE), columns[_i].json);
    fixture_close(&f);
}
END_TEST

START_TEST(a_failed_json_write_changes_nothing_and_writes_nothing)
{
    fixture f;
    hearth__buf b;

    open_mode(&f, _i);
    hearth__buf_init(&b, &f.arena, 0);
    hearth__buf_text(&b, "before");
    ck_assert_int_eq(
        hearth__dbs_json(&f.s, &b, true,
                         "INSERT INTO t(title) VALUES (?) RETURNING title AS \"a:json\"",
                         hearth_args("no json")),
        HEARTH_EDB);
    ck_assert_str_eq(b.ptr, "before");
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM t"), 3);
    ck_assert_int_eq(f.s.changes, 0);
    fixture_close(&f);
}
END_TEST

START_TEST(output_without_room_undoes_the_write)
{
    fixture f;
    hearth__buf b;

    open_mode(&f, _i);
    hearth__buf_init(&b, &f.arena, 10);
    ck_assert_int_eq(hearth__dbs_json(&f.s, &b, false,
                                      "UPDATE t SET done = 1 RETURNING *", NONE),
                     HEARTH_ENOMEM);
    ck_assert_int_eq(count_of(&f.s, "SELECT sum(done) FROM t"), 0);
    fixture_close(&f);
}
END_TEST

START_TEST(returning_one_row_writes_all_of_them)
{
    fixture f;

    open_mode(&f, _i);
    ck_assert_str_eq(json_of(&f.s, true, "UPDATE t SET done = 1 RETURNING done", NONE),
                     "{\"done\":1}");
    ck_assert_int_eq(f.s.changes, 3);
    ck_assert_int_eq(count_of(&f.s, "SELECT sum(done) FROM t"), 3);
    ck_assert_str_eq(json_of(&f.s, true, "DELETE FROM t WHERE id = 99 RETURNING id",
                             NONE),
                     "error -3");
    fixture_close(&f);
}
END_TEST

START_TEST(columns_follow_the_schema)
{
    fixture f;

    open_mode(&f, _i);
    ck_assert_str_eq(json_of(&f.s, true, "SELECT * FROM t WHERE id = 1", NONE),
                     "{\"id\":1,\"title\":\"one\",\"done\":0}");
    OK(hearth_db_script(f.db, "ALTER TABLE t RENAME COLUMN done TO ready", &f.err));
    ck_assert_str_eq(json_of(&f.s, true, "SELECT * FROM t WHERE id = 1", NONE),
                     "{\"id\":1,\"title\":\"one\",\"ready\":0}");
    OK(hearth_db_script(f.db, "ALTER TABLE t ADD COLUMN x TEXT", &f.err));
    ck_assert_str_eq(json_of(&f.s, true, "SELECT * FROM t WHERE id = 1", NONE),
                     "{\"id\":1,\"title\":\"one\",\"ready\":0,\"x\":null}");
    fixture_close(&f);
}
END_TEST

/* ---- exec ------------------------------------------------------------- */

START_TEST(changes_and_keys_are_those_of_this_request)
{
    fixture f;
    hearth__dbs other;

    open_mode(&f, _i);
    hearth__dbs_init(&other, f.db, &f.arena);
    OK(hearth__dbs_exec(&f.s, INSERT, hearth_args("four")));
    ck_assert_int_eq(f.s.last_id, 4);
    ck_assert_int_eq(f.s.changes, 1);
    OK(hearth__dbs_exec(&other, "UPDATE t SET done = 1", NONE));
    ck_assert_int_eq(other.last_id, 0);
    ck_assert_int_eq(other.changes, 4);
    OK(hearth__dbs_exec(&other, "CREATE TABLE u(x)", NONE));
    ck_assert_int_eq(other.changes, 0);
    OK(hearth__dbs_exec(&other, INSERT, hearth_args("five")));
    ck_assert_int_eq(other.last_id, 5);
    OK(hearth__dbs_exec(&f.s, "INSERT INTO u VALUES (last_insert_rowid())", NONE));
    ck_assert_int_eq(count_of(&f.s, "SELECT x FROM u"), 4);
    fixture_close(&f);
}
END_TEST

START_TEST(a_statement_may_begin_with_anything)
{
    fixture f;

    open_mode(&f, _i);
    OK(hearth__dbs_exec(&f.s, "/* why */ -- so\n INSERT INTO t(title) VALUES ('c');",
                        NONE));
    OK(hearth__dbs_exec(&f.s,
                        "WITH x(a) AS (VALUES ('w')) INSERT INTO t(title) SELECT a "
                        "FROM x; -- end",
                        NONE));
    OK(hearth__dbs_exec(&f.s, "\n  delete from t where id = 1", NONE));
    ck_assert_int_eq(count_of(&f.s, "WITH x AS (SELECT * FROM t) SELECT count(*) FROM x"),
                     4);
    OK(hearth__dbs_exec(&f.s, "SELECT * FROM t", NONE));
    OK(hearth__dbs_exec(&f.s, "PRAGMA user_version = 7", NONE));
    ck_assert_int_eq(count_of(&f.s, "PRAGMA user_version"), 7);
    OK(hearth__dbs_exec(&f.s, "VACUUM", NONE));
    OK(hearth__dbs_exec(&f.s, "ANALYZE", NONE));
    fixture_close(&f);
}
END_TEST

static const struct {
    const char *sql;
    int rc;
    const char *has; /* in the error */
} wrong[] = {
    {"SELEC 1", HEARTH_EDB, "syntax error, in: SELEC 1"},
    {"SELECT nosuch FROM t", HEARTH_EDB, "no such column: nosuch"},
    {"SELECT 1; SELECT 2", HEARTH_EDB, "one statement at a time"},
    {"SELECT 1; DROP TABLE t", HEARTH_EDB, "one statement at a time"},
    {"SELECT 1; /* x */; garbage", HEARTH_EDB, "one statement at a time"},
    {"", HEARTH_EDB, "there is no statement"},
    {"  -- only this", HEARTH_EDB, "there is no statement"},
    {NULL, HEARTH_EDB, "no SQL"},
    {"SELECT ?", HEARTH_EDB, "0 arguments were given, the statement wants 1"},
    {"SELECT ?3", HEARTH_EDB, "0 arguments were given, the statement wants 3"},
    {"BEGIN", HEARTH_EDB, "hearth_begin()"},
    {"begin immediate", HEARTH_EDB, "hearth_begin()"},
    {"COMMIT", HEARTH_EDB, "hearth_begin()"},
    {"/**/ROLLBACK", HEARTH_EDB, "hearth_begin()"},
    {"SAVEPOINT a", HEARTH_EDB, "hearth_begin()"},
    {"ATTACH ':memory:' AS b", HEARTH_EDB, "attached"},
    {"SELECT \"not a string\"", HEARTH_EDB, "no such column"},
    {"INSERT INTO t(title) VALUES (\"double\")", HEARTH_EDB, "no such column"},
    {"SELECT abs(-9223372036854775807 - 1)", HEARTH_EDB, "overflow"},
};
#define WRONG ((int)(sizeof(wrong) / sizeof(wrong[0])))

START_TEST(wrong_sql_is_a_clean_error)
{
    fixture f;
    hearth_rows *r;

    open_mode(&f, _i % 2);
    ck_assert_int_eq(hearth__dbs_exec(&f.s, wrong[_i / 2].sql, NONE), wrong[_i / 2].rc);
    ck_assert_msg(strstr(f.s.error.text, wrong[_i / 2].has) != NULL, "%s",
                  f.s.error.text);
    ck_assert_int_eq(f.s.error.status, 500);
    r = hearth__dbs_select(&f.s, wrong[_i / 2].sql, NONE);
    ck_assert_int_eq(hearth_rows_error(r), wrong[_i / 2].rc);
    ck_assert(!hearth_rows_next(r));
    ck_assert_int_eq(hearth_rows_width(r), 0);
    ck_assert_str_eq(json_of(&f.s, false, wrong[_i / 2].sql, NONE), "error -9");
    OK(hearth__dbs_begin(&f.s));
    ck_assert_int_eq(hearth__dbs_exec(&f.s, wrong[_i / 2].sql, NONE), wrong[_i / 2].rc);
    OK(hearth__dbs_exec(&f.s, INSERT, hearth_args("still works")));
    OK(hearth__dbs_commit(&f.s));
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM t"), 4);
    fixture_close(&f);
}
END_TEST

START_TEST(arguments_without_an_sql_form_are_refused)
{
    fixture f;
    hearth_val hidden = hearth_val_text("a");

    open_mode(&f, _i);
    hidden.u.s = (hearth_str){"a\0b", 3};
    ck_assert_int_eq(hearth__dbs_exec(&f.s, INSERT, hearth_args(hidden)), HEARTH_EINVAL);
    ck_assert_int_eq(hearth__dbs_exec(&f.s, INSERT,
                                      hearth_args(hearth_val_str((hearth_str){"\0", 1}))),
                     HEARTH_EINVAL);
    ck_assert_int_eq(hearth_rows_error(
                         hearth__dbs_select(&f.s, "SELECT ?", hearth_args(hidden))),
                     HEARTH_EINVAL);
    ck_assert_int_eq(f.s.error.status, 400);
    OK(hearth__dbs_exec(&f.s, "CREATE TABLE b(x)", NONE));
    OK(hearth__dbs_exec(&f.s, "INSERT INTO b VALUES (?)",
                        hearth_args(hearth_val_blob("a\0b", 3))));
    ck_assert_int_eq(count_of(&f.s, "SELECT length(x) FROM b"), 3);
    fixture_close(&f);
}
END_TEST

START_TEST(an_injection_stays_data)
{
    static const char *const tries[] = {
        "'; DROP TABLE t; --",   "\" OR 1=1 --", "x' OR 'a'='a", "?", "%", "\\'; --",
        "1); DELETE FROM t; --",
    };
    fixture f;

    open_mode(&f, _i % 2);
    const char *evil = tries[_i / 2];
    OK(hearth__dbs_exec(&f.s, INSERT, hearth_args(evil)));
    hearth_rows *r = hearth__dbs_select(&f.s, "SELECT title FROM t WHERE title = ?",
                                        hearth_args(evil));
    ck_assert(hearth_rows_next(r));
    ck_assert_str_eq(hearth_rows_text(r, 0), evil);
    ck_assert(!hearth_rows_next(r));
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM t"), 4);
    fixture_close(&f);
}
END_TEST

START_TEST(without_a_database_everything_says_so)
{
    hearth__arena a;
    hearth__dbs s;

    hearth__arena_init(&a, 0);
    hearth__dbs_init(&s, NULL, &a);
    ck_assert_int_eq(hearth__dbs_exec(&s, "SELECT 1", NONE), HEARTH_ESTATE);
    ck_assert_int_eq(hearth__dbs_begin(&s), HEARTH_ESTATE);
    ck_assert_int_eq(hearth__dbs_commit(&s), HEARTH_ESTATE);
    ck_assert_int_eq(hearth__dbs_rollback(&s), HEARTH_ESTATE);
    ck_assert_int_eq(hearth_rows_error(hearth__dbs_select(&s, "SELECT 1", NONE)),
                     HEARTH_ESTATE);
    ck_assert_str_eq(json_of(&s, true, "SELECT 1", NONE), "error -8");
    hearth__dbs_end(&s);
    hearth__arena_clear(&a);
}
END_TEST

/* ---- rows ------------------------------------------------------------- */

START_TEST(columns_are_read_as_any_type)
{
    fixture f;

    open_mode(&f, _i);
    hearth_rows *r =
        hearth__dbs_select(&f.s, "SELECT 42, 1.5, '12abc', NULL, x'6100', ?, ?",
                           hearth_args((int64_t)INT64_MIN, 0.1));
    ck_assert_int_eq(hearth_rows_width(r), 7);
    ck_assert(hearth_rows_null(r, 0)); /* no row yet */
    ck_assert_int_eq(hearth_rows_int(r, 0), 0);
    ck_assert(hearth_rows_next(r));
    ck_assert_int_eq(hearth_rows_int(r, 0), 42);
    ck_assert_str_eq(hearth_rows_text(r, 0), "42");
    ck_assert(hearth_rows_real(r, 0) == 42.0);
    ck_assert_int_eq(hearth_rows_int(r, 1), 1);
    ck_assert_str_eq(hearth_rows_text(r, 1), "1.5");
    ck_assert_int_eq(hearth_rows_int(r, 2), 12);
    ck_assert(hearth_rows_real(r, 2) == 12.0);
    ck_assert(hearth_rows_null(r, 3));
    ck_assert_ptr_null(hearth_rows_text(r, 3));
    ck_assert_uint_eq(hearth_rows_blob(r, 3).len, 0);
    ck_assert_ptr_nonnull(hearth_rows_blob(r, 3).ptr);
    ck_assert_uint_eq(hearth_rows_blob(r, 4).len, 2);
    ck_assert_str_eq(hearth_rows_text(r, 4), "a");
    ck_assert(hearth_rows_int(r, 5) == INT64_MIN);
    ck_assert(hearth_rows_real(r, 6) == 0.1);
    ck_assert(!hearth_rows_null(r, 6));
    for (int bad = -1; bad <= 7; bad += 8) {
        ck_assert(hearth_rows_null(r, bad));
        ck_assert_int_eq(hearth_rows_int(r, bad), 0);
        ck_assert_ptr_null(hearth_rows_text(r, bad));
    }
    ck_assert(!hearth_rows_next(r));
    ck_assert(!hearth_rows_next(r));
    ck_assert(hearth_rows_null(r, 0));
    ck_assert_int_eq(hearth_rows_error(r), 0);
    fixture_close(&f);
}
END_TEST

START_TEST(text_lives_as_long_as_the_request_and_is_copied_once)
{
    fixture f;

    open_mode(&f, _i);
    hearth_rows *r = hearth__dbs_select(&f.s, "SELECT title FROM t ORDER BY id", NONE);
    ck_assert(hearth_rows_next(r));
    const char *one = hearth_rows_text(r, 0);
    ck_assert_ptr_eq(hearth_rows_text(r, 0), one);
    ck_assert_ptr_eq(hearth_rows_blob(r, 0).ptr, one);
    ck_assert(hearth_rows_next(r));
    ck_assert_str_eq(hearth_rows_text(r, 0), "two");
    OK(hearth__dbs_exec(&f.s, "DELETE FROM t", NONE));
    hearth__dbs_end(&f.s);
    ck_assert_str_eq(one, "one");
    fixture_close(&f);
}
END_TEST

START_TEST(an_open_result_ends_with_the_request)
{
    fixture f;

    open_mode(&f, 0);
    hearth_rows *r = hearth__dbs_select(&f.s, "SELECT title FROM t", NONE);
    ck_assert(hearth_rows_next(r));
    hearth__dbs_end(&f.s);
    ck_assert(!hearth_rows_next(r));
    ck_assert_ptr_null(hearth_rows_text(r, 0));
    fixture_close(&f);
}
END_TEST

START_TEST(arguments_of_a_select_need_not_outlive_the_call)
{
    fixture f;
    char word[] = "on";

    open_mode(&f, _i);
    hearth_rows *r =
        hearth__dbs_select(&f.s, "SELECT title FROM t WHERE title > ? ORDER BY id",
                           hearth_args(word));
    memset(word, 'x', sizeof(word) - 1);
    for (int i = 0; i < 3; i++)
        ck_assert(hearth_rows_next(r));
    ck_assert_str_eq(hearth_rows_text(r, 0), "three");
    ck_assert(!hearth_rows_next(r));
    fixture_close(&f);
}
END_TEST

START_TEST(rows_may_be_read_while_writing)
{
    fixture f;
    int n = 0;

    open_mode(&f, _i);
    hearth_rows *r = hearth__dbs_select(&f.s, "SELECT id FROM t ORDER BY id", NONE);
    while (hearth_rows_next(r)) {
        int64_t id = hearth_rows_int(r, 0);

        OK(hearth__dbs_exec(&f.s, "UPDATE t SET done = id WHERE id = ?",
                            hearth_args(id)));
        ck_assert_int_eq(count_of(&f.s, "SELECT sum(done) FROM t"), id * (id + 1) / 2);
        ck_assert_int_eq(hearth_rows_int(r, 0), id);
        n++;
    }
    ck_assert_int_eq(hearth_rows_error(r), 0);
    ck_assert_int_eq(n, 3);
    fixture_close(&f);
}
END_TEST

START_TEST(rows_may_be_read_across_transactions)
{
    fixture f;
    int n = 0;

    open_mode(&f, _i);
    hearth_rows *r =
        hearth__dbs_select(&f.s, "SELECT id, title FROM t ORDER BY id", NONE);
    while (hearth_rows_next(r)) {
        OK(hearth__dbs_begin(&f.s));
        OK(hearth__dbs_exec(&f.s, "DELETE FROM t WHERE id = ?",
                            hearth_args(hearth_rows_int(r, 0))));
        OK(hearth__dbs_commit(&f.s));
        ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM t"), 2 - n++);
    }
    ck_assert_int_eq(n, 3);
    fixture_close(&f);
}
END_TEST

START_TEST(rows_of_a_transaction_survive_its_end)
{
    fixture f;
    bool commit = _i < 2;

    open_mode(&f, _i % 2);
    OK(hearth__dbs_begin(&f.s));
    OK(hearth__dbs_exec(&f.s, INSERT, hearth_args("four")));
    hearth_rows *fresh = hearth__dbs_select(&f.s, "SELECT count(*) FROM t", NONE);
    hearth_rows *r = hearth__dbs_select(&f.s, "SELECT title FROM t ORDER BY id", NONE);
    ck_assert(hearth_rows_next(r));
    ck_assert(hearth_rows_next(r));
    OK(commit ? hearth__dbs_commit(&f.s) : hearth__dbs_rollback(&f.s));
    OK(hearth__dbs_exec(&f.s, "DELETE FROM t", NONE));
    ck_assert_str_eq(hearth_rows_text(r, 0), "two");
    ck_assert(hearth_rows_next(r));
    ck_assert_str_eq(hearth_rows_text(r, 0), "three");
    ck_assert(hearth_rows_next(r));
    ck_assert(!hearth_rows_next(r));
    ck_assert(hearth_rows_next(fresh));
    ck_assert_int_eq(hearth_rows_int(fresh, 0), 4);
    fixture_close(&f);
}
END_TEST

START_TEST(rows_returned_by_a_write_are_there_after_it_is_durable)
{
    fixture f;

    open_mode(&f, _i);
    hearth_rows *r =
        hearth__dbs_select(&f.s,
                           "INSERT INTO t(title) VALUES (?), (?) RETURNING id, title",
                           hearth_args("a", "b"));
    ck_assert_int_eq(hearth_rows_width(r), 2);
    ck_assert_int_eq(f.s.changes, 2);
    ck_assert_int_eq(f.s.last_id, 5);
    hearth__dbs other;
    hearth__dbs_init(&other, f.db, &f.arena);
    ck_assert_int_eq(count_of(&other, "SELECT count(*) FROM t"), 5);
    ck_assert(hearth_rows_next(r));
    ck_assert_int_eq(hearth_rows_int(r, 0), 4);
    ck_assert(hearth_rows_next(r));
    ck_assert_str_eq(hearth_rows_text(r, 1), "b");
    ck_assert(!hearth_rows_next(r));
    fixture_close(&f);
}
END_TEST

START_TEST(a_failed_write_with_rows_is_undone)
{
    fixture f;

    open_mode(&f, _i);
    hearth_rows *r =
        hearth__dbs_select(&f.s, "INSERT INTO t(title) VALUES (?), (?) RETURNING id",
                           hearth_args("a", "one"));
    ck_assert_int_eq(hearth_rows_error(r), HEARTH_ECONFLICT);
    ck_assert_str_eq(f.s.error.text, "title already exists");
    ck_assert(!hearth_rows_next(r));
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM t"), 3);
    fixture_close(&f);
}
END_TEST

START_TEST(an_error_on_the_way_ends_the_rows)
{
    fixture f;

    open_mode(&f, _i);
    hearth_rows *r = hearth__dbs_select(
        &f.s,
        "SELECT abs(CASE id WHEN 3 THEN -9223372036854775807 - 1 ELSE id END) FROM t",
        NONE);
    while (hearth_rows_next(r))
        ck_assert_int_eq(hearth_rows_error(r), 0);
    ck_assert_int_eq(hearth_rows_error(r), HEARTH_EDB);
    ck_assert(!hearth_rows_next(r));
    ck_assert_ptr_null(hearth_rows_text(r, 0));
    fixture_close(&f);
}
END_TEST

START_TEST(null_rows_are_an_error_and_harmless)
{
    ck_assert(!hearth_rows_next(NULL));
    ck_assert_int_eq(hearth_rows_error(NULL), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_rows_width(NULL), 0);
    ck_assert_int_eq(hearth_rows_int(NULL, 0), 0);
    ck_assert_ptr_null(hearth_rows_text(NULL, 0));
    ck_assert(hearth_rows_null(NULL, 0));
}
END_TEST

/* ---- the statement cache ---------------------------------------------- */

START_TEST(one_statement_runs_several_times_at_once)
{
    static const char sql[] = "SELECT id FROM t ORDER BY id";
    fixture f;
    hearth_rows *r[5];

    open_mode(&f, _i);
    OK(hearth__dbs_begin(&f.s));
    for (int i = 0; i < 5; i++) {
        r[i] = hearth__dbs_select(&f.s, sql, NONE);
        for (int k = 0; k <= i && k < 3; k++)
            ck_assert(hearth_rows_next(r[i]));
    }
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(hearth_rows_int(r[i], 0), i < 3 ? i + 1 : 3);
    fixture_close(&f);
}
END_TEST

START_TEST(a_buffer_may_hold_another_statement_each_time)
{
    fixture f;
    char sql[60];

    open_mode(&f, _i);
    for (int turn = 0; turn < 2; turn++)
        for (int i = 0; i < 200; i++) {
            snprintf(sql, sizeof(sql), "SELECT %d", i);
            ck_assert_int_eq(count_of(&f.s, sql), i);
        }
    ck_assert_uint_le(f.db->writer->nstmts, HEARTH__STMTS);
    fixture_close(&f);
}
END_TEST

START_TEST(more_open_results_than_the_cache_holds_are_fine)
{
    fixture f;
    hearth_rows *r[150];
    char sql[60];

    open_mode(&f, _i);
    OK(hearth__dbs_begin(&f.s));
    for (int i = 0; i < 150; i++) {
        snprintf(sql, sizeof(sql), "SELECT %d FROM t", i);
        r[i] = hearth__dbs_select(&f.s, sql, NONE);
    }
    for (int i = 149; i >= 0; i--) {
        ck_assert(hearth_rows_next(r[i]));
        ck_assert_int_eq(hearth_rows_int(r[i], 0), i);
    }
    ck_assert_uint_eq(f.db->writer->nstmts, HEARTH__STMTS);
    fixture_close(&f);
}
END_TEST

START_TEST(equal_texts_share_one_statement)
{
    fixture f;
    char a[] = "SELECT count(*) FROM t", b[] = "SELECT count(*) FROM t";

    fixture_open(&f, NULL, SCHEMA);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(count_of(&f.s, a), 3);
        ck_assert_int_eq(count_of(&f.s, b), 3);
    }
    ck_assert_uint_eq(f.db->writer->nstmts, 1);
    fixture_close(&f);
}
END_TEST

/* ---- transactions ----------------------------------------------------- */

START_TEST(what_is_not_committed_is_rolled_back)
{
    fixture f;

    open_mode(&f, _i);
    OK(hearth__dbs_begin(&f.s));
    OK(hearth__dbs_begin(&f.s));
    OK(hearth__dbs_exec(&f.s, "DELETE FROM t", NONE));
    hearth_rows *r = hearth__dbs_select(&f.s, "SELECT count(*) FROM t", NONE);
    ck_assert(hearth_rows_next(r));
    hearth__dbs_end(&f.s);
    ck_assert_ptr_null(f.s.writer);
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM t"), 3);
    OK(hearth__dbs_exec(&f.s, "DELETE FROM t", NONE));
    fixture_close(&f);
}
END_TEST

START_TEST(savepoints_nest)
{
    fixture f;

    open_mode(&f, _i);
    OK(hearth__dbs_begin(&f.s));
    OK(hearth__dbs_exec(&f.s, INSERT, hearth_args("a")));
    OK(hearth__dbs_begin(&f.s));
    OK(hearth__dbs_exec(&f.s, INSERT, hearth_args("b")));
    OK(hearth__dbs_begin(&f.s));
    OK(hearth__dbs_exec(&f.s, INSERT, hearth_args("c")));
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM t"), 6);
    OK(hearth__dbs_rollback(&f.s));
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM t"), 5);
    OK(hearth__dbs_commit(&f.s));
    OK(hearth__dbs_begin(&f.s));
    OK(hearth__dbs_exec(&f.s, "DELETE FROM t", NONE));
    OK(hearth__dbs_rollback(&f.s));
    OK(hearth__dbs_commit(&f.s));
    ck_assert_int_eq(hearth__dbs_commit(&f.s), HEARTH_ESTATE);
    ck_assert_int_eq(hearth__dbs_rollback(&f.s), HEARTH_ESTATE);
    hearth__dbs_end(&f.s);
    ck_assert_int_eq(count_of(&f.s,
                              "SELECT count(*) FROM t WHERE title IN ('a', 'b', 'c')"),
                     2);
    fixture_close(&f);
}
END_TEST

START_TEST(a_broken_rule_leaves_the_transaction_open)
{
    fixture f;

    open_mode(&f, _i);
    OK(hearth__dbs_begin(&f.s));
    OK(hearth__dbs_exec(&f.s, INSERT, hearth_args("a")));
    ck_assert_int_eq(hearth__dbs_exec(&f.s, INSERT, hearth_args("a")), HEARTH_ECONFLICT);
    OK(hearth__dbs_exec(&f.s, INSERT, hearth_args("b")));
    OK(hearth__dbs_commit(&f.s));
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM t"), 5);
    fixture_close(&f);
}
END_TEST

START_TEST(after_the_engine_rolled_back_nothing_runs_outside)
{
    fixture f;
    bool nested = _i >= 2;

    open_mode(&f, _i % 2);
    OK(hearth__dbs_begin(&f.s));
    OK(hearth__dbs_exec(&f.s, INSERT, hearth_args("a")));
    if (nested)
        OK(hearth__dbs_begin(&f.s));
    ck_assert_int_eq(hearth__dbs_exec(&f.s,
                                      "INSERT OR ROLLBACK INTO t(title) VALUES ('a')",
                                      NONE),
                     HEARTH_ECONFLICT);
    ck_assert_int_eq(hearth__dbs_exec(&f.s, INSERT, hearth_args("b")), HEARTH_ESTATE);
    ck_assert_int_eq(hearth_rows_error(hearth__dbs_select(&f.s, "SELECT 1", NONE)),
                     HEARTH_ESTATE);
    ck_assert_str_eq(json_of(&f.s, true, "SELECT 1", NONE), "error -8");
    ck_assert_int_eq(hearth__dbs_begin(&f.s), HEARTH_ESTATE);
    if (nested) {
        OK(hearth__dbs_rollback(&f.s));
        ck_assert_int_eq(hearth__dbs_exec(&f.s, INSERT, hearth_args("c")), HEARTH_ESTATE);
    }
    ck_assert_int_eq(hearth__dbs_commit(&f.s), HEARTH_ESTATE);
    ck_assert_int_eq(f.s.depth, 0);
    OK(hearth__dbs_exec(&f.s, INSERT, hearth_args("d")));
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM t"), 4);
    fixture_close(&f);
}
END_TEST

START_TEST(a_lost_transaction_ends_with_the_request)
{
    fixture f;

    open_mode(&f, _i);
    OK(hearth__dbs_begin(&f.s));
    OK(hearth__dbs_begin(&f.s));
    ck_assert_int_eq(hearth__dbs_exec(&f.s,
                                      "INSERT OR ROLLBACK INTO t(title) VALUES ('one')",
                                      NONE),
                     HEARTH_ECONFLICT);
    hearth__dbs_end(&f.s);
    OK(hearth__dbs_begin(&f.s));
    OK(hearth__dbs_exec(&f.s, INSERT, hearth_args("b")));
    OK(hearth__dbs_commit(&f.s));
    fixture_close(&f);
}
END_TEST

START_TEST(a_commit_that_fails_rolls_back)
{
    fixture f;

    open_mode(&f, _i);
    OK(hearth_db_script(f.db,
                        "CREATE TABLE c(t INTEGER REFERENCES t(id) DEFERRABLE INITIALLY "
                        "DEFERRED)",
                        &f.err));
    OK(hearth__dbs_begin(&f.s));
    OK(hearth__dbs_exec(&f.s, "INSERT INTO c VALUES (99)", NONE));
    ck_assert_int_eq(hearth__dbs_commit(&f.s), HEARTH_ECONFLICT);
    ck_assert_int_eq(f.s.depth, 0);
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM c"), 0);
    OK(hearth__dbs_exec(&f.s, INSERT, hearth_args("b")));
    fixture_close(&f);
}
END_TEST

START_TEST(a_script_is_all_or_nothing)
{
    fixture f;
    hearth_error err = {0};

    open_mode(&f, _i);
    ck_assert_int_eq(hearth_db_script(f.db, "CREATE TABLE a(x); CREATE TABLE b(;", &err),
                     HEARTH_EDB);
    ck_assert_msg(strstr(err.text, "syntax error") != NULL, "%s", err.text);
    ck_assert_int_eq(hearth_db_script(f.db, "INSERT INTO t(title) VALUES ('x'), ('one')",
                                      &err),
                     HEARTH_ECONFLICT);
    ck_assert_int_eq(hearth_db_script(f.db, "CREATE TABLE a(x); COMMIT; nonsense", &err),
                     HEARTH_EDB);
    ck_assert_int_eq(hearth_db_script(f.db, "nonsense", NULL), HEARTH_EDB);
    ck_assert_int_eq(hearth_db_script(f.db, NULL, &err), HEARTH_EINVAL);
    ck_assert_int_eq(count_of(&f.s,
                              "SELECT count(*) FROM sqlite_schema WHERE name = 'a'"),
                     0);
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM t"), 3);
    OK(hearth_db_script(f.db, "", &err));
    OK(hearth_db_script(f.db, "CREATE TABLE a(x); -- done", &err));
    fixture_close(&f);
}
END_TEST

START_TEST(a_script_for_no_database_leaves_the_error_alone)
{
    hearth_error err = {.code = 7, .text = "why it did not open"};

    ck_assert_int_eq(hearth_db_script(NULL, "SELECT 1", &err), HEARTH_EINVAL);
    ck_assert_int_eq(err.code, 7);
    ck_assert_str_eq(err.text, "why it did not open");
    hearth_db_close(NULL);
}
END_TEST

/* ---- threads ---------------------------------------------------------- */

typedef struct worker {
    fixture *f;
    pthread_t thread;
    int number, result;
    int *order, *at; /* written while the writer is held */
} worker;

static size_t waiting(hearth_db *db)
{
    size_t n = 0;

    pthread_mutex_lock(&db->lock);
    for (hearth__waiter *w = db->first; w != NULL; w = w->next)
        n++;
    pthread_mutex_unlock(&db->lock);
    return n;
}

static void *take_a_turn(void *arg)
{
    worker *w = arg;
    hearth__arena a;
    hearth__dbs s;

    hearth__arena_init(&a, 0);
    hearth__dbs_init(&s, w->f->db, &a);
    w->result = hearth__dbs_begin(&s);
    if (w->result == 0) {
        w->order[(*w->at)++] = w->number;
        w->result = hearth__dbs_commit(&s);
    }
    hearth__dbs_end(&s);
    hearth__arena_clear(&a);
    return NULL;
}

START_TEST(the_writer_goes_to_who_came_first)
{
    fixture f;
    worker w[6];
    int order[6], at = 0;

    open_mode(&f, _i);
    OK(hearth__dbs_begin(&f.s));
    for (int i = 0; i < 6; i++) {
        w[i] = (worker){.f = &f, .number = i, .order = order, .at = &at};
        ck_assert_int_eq(pthread_create(&w[i].thread, NULL, take_a_turn, &w[i]), 0);
        while (waiting(f.db) != (size_t)i + 1)
            ;
    }
    OK(hearth__dbs_commit(&f.s));
    for (int i = 0; i < 6; i++) {
        pthread_join(w[i].thread, NULL);
        ck_assert_int_eq(w[i].result, 0);
    }
    for (int i = 0; i < 6; i++)
        ck_assert_int_eq(order[i], i);
    fixture_close(&f);
}
END_TEST

START_TEST(who_waits_too_long_is_told_so)
{
    fixture f;
    hearth__dbs other;
    char options[40];

    snprintf(options, sizeof(options), "?busy_ms=%d", _i * 20);
    fixture_open(&f, options, SCHEMA);
    hearth__dbs_init(&other, f.db, &f.arena);
    OK(hearth__dbs_begin(&f.s));
    ck_assert_int_eq(hearth__dbs_exec(&other, INSERT, hearth_args("x")), HEARTH_EBUSY);
    ck_assert_int_eq(other.error.status, 503);
    ck_assert_int_eq(hearth__dbs_begin(&other), HEARTH_EBUSY);
    ck_assert_int_eq(hearth_db_script(f.db, "SELECT 1", &f.err), HEARTH_EBUSY);
    ck_assert_int_eq(count_of(&other, "SELECT count(*) FROM t"), 3); /* reads go on */
    ck_assert_uint_eq(waiting(f.db), 0);
    OK(hearth__dbs_commit(&f.s));
    ck_assert_int_eq(hearth__dbs_exec(&other, INSERT, hearth_args("x")), 0);
    hearth__dbs_end(&other);
    fixture_close(&f);
}
END_TEST

#define WRITES 40

static void *write_pairs(void *arg)
{
    worker *w = arg;
    hearth__arena a;
    hearth__dbs s;

    hearth__arena_init(&a, 0);
    hearth__dbs_init(&s, w->f->db, &a);
    for (int i = 0; i < WRITES && w->result == 0; i++) {
        hearth__arena_reset(&a);
        if (i % 2 == 0) {
            w->result = hearth__dbs_exec(&s, "INSERT INTO p(a) VALUES (?), (-?1)",
                                         hearth_args(w->number + i));
        } else {
            w->result = hearth__dbs_begin(&s);
            for (int sign = -1; w->result == 0 && sign <= 1; sign += 2)
                w->result = hearth__dbs_exec(&s, "INSERT INTO p(a) VALUES (?)",
                                             hearth_args(sign * i));
            if (w->result == 0)
                w->result = hearth__dbs_commit(&s);
        }
        hearth__dbs_end(&s);
    }
    hearth__arena_clear(&a);
    return NULL;
}

/* A reader never sees half of a transaction: the sum is always 0. */
static void *read_sums(void *arg)
{
    worker *w = arg;
    hearth__arena a;
    hearth__dbs s;
    hearth__buf b;

    hearth__arena_init(&a, 0);
    hearth__dbs_init(&s, w->f->db, &a);
    for (int i = 0; i < 5 * WRITES && w->result == 0; i++) {
        hearth__arena_reset(&a);
        hearth__buf_init(&b, &a, 0);
        w->result = hearth__dbs_json(&s, &b, true, "SELECT total(a) AS sum FROM p", NONE);
        if (w->result == 0 && strcmp(b.ptr, "{\"sum\":0.0}") != 0)
            w->result = 1;
        hearth__dbs_end(&s);
    }
    hearth__arena_clear(&a);
    return NULL;
}

START_TEST(eight_threads_read_while_four_write)
{
    fixture f;
    worker w[12];

    fixture_open(&f, _i == 0 ? "?sync=normal" : NULL, "CREATE TABLE p(a INTEGER) STRICT");
    for (int i = 0; i < 12; i++) {
        w[i] = (worker){.f = &f, .number = i * 1000};
        ck_assert_int_eq(pthread_create(&w[i].thread, NULL,
                                        i < 4 ? write_pairs : read_sums, &w[i]),
                         0);
    }
    for (int i = 0; i < 12; i++) {
        pthread_join(w[i].thread, NULL);
        ck_assert_int_eq(w[i].result, 0);
    }
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM p"), 4 * 2 * WRITES);
    fixture_close(&f);
}
END_TEST

static void *read_once(void *arg)
{
    worker *w = arg;
    hearth__arena a;
    hearth__dbs s;

    hearth__arena_init(&a, 0);
    hearth__dbs_init(&s, w->f->db, &a);
    w->result = hearth__dbs_exec(&s, "SELECT 1", NONE);
    hearth__dbs_end(&s);
    hearth__arena_clear(&a);
    return NULL;
}

START_TEST(a_thread_takes_its_reader_with_it)
{
    fixture f;

    open_mode(&f, 0);
    for (int i = 0; i < 5; i++) {
        worker w = {.f = &f};

        ck_assert_int_eq(pthread_create(&w.thread, NULL, read_once, &w), 0);
        pthread_join(w.thread, NULL);
        ck_assert_int_eq(w.result, 0);
        ck_assert_ptr_null(f.db->readers);
    }
    ck_assert_int_eq(count_of(&f.s, "SELECT 1"), 1);
    ck_assert_ptr_nonnull(f.db->readers);
    fixture_close(&f);
}
END_TEST

/* clang-format off */
SUITE("db/session",
      LOOP(rows_become_a_json_array, 0, 2)
      LOOP(one_row_becomes_a_json_object, 0, 2)
      LOOP(each_kind_of_column_has_its_json, 0, COLUMNS)
      LOOP(a_failed_json_write_changes_nothing_and_writes_nothing, 0, 2)
      LOOP(output_without_room_undoes_the_write, 0, 2)
      LOOP(returning_one_row_writes_all_of_them, 0, 2)
      LOOP(columns_follow_the_schema, 0, 2)
      LOOP(changes_and_keys_are_those_of_this_request, 0, 2)
      LOOP(a_statement_may_begin_with_anything, 0, 2)
      LOOP(wrong_sql_is_a_clean_error, 0, 2 * WRONG)
      LOOP(arguments_without_an_sql_form_are_refused, 0, 2)
      LOOP(an_injection_stays_data, 0, 14)
      TEST(without_a_database_everything_says_so)
      LOOP(columns_are_read_as_any_type, 0, 2)
      LOOP(text_lives_as_long_as_the_request_and_is_copied_once, 0, 2)
      TEST(an_open_result_ends_with_the_request)
      LOOP(arguments_of_a_select_need_not_outlive_the_call, 0, 2)
      LOOP(rows_may_be_read_while_writing, 0, 2)
      LOOP(rows_may_be_read_across_transactions, 0, 2)
      LOOP(rows_of_a_transaction_survive_its_end, 0, 4)
      LOOP(rows_returned_by_a_write_are_there_after_it_is_durable, 0, 2)
      LOOP(a_failed_write_with_rows_is_undone, 0, 2)
      LOOP(an_error_on_the_way_ends_the_rows, 0, 2)
      TEST(null_rows_are_an_error_and_harmless)
      LOOP(one_statement_runs_several_times_at_once, 0, 2)
      LOOP(a_buffer_may_hold_another_statement_each_time, 0, 2)
      LOOP(more_open_results_than_the_cache_holds_are_fine, 0, 2)
      TEST(equal_texts_share_one_statement)
      LOOP(what_is_not_committed_is_rolled_back, 0, 2)
      LOOP(savepoints_nest, 0, 2)
      LOOP(a_broken_rule_leaves_the_transaction_open, 0, 2)
      LOOP(after_the_engine_rolled_back_nothing_runs_outside, 0, 4)
      LOOP(a_lost_transaction_ends_with_the_request, 0, 2)
      LOOP(a_commit_that_fails_rolls_back, 0, 2)
      LOOP(a_script_is_all_or_nothing, 0, 2)
      TEST(a_script_for_no_database_leaves_the_error_alone)
      LOOP(the_writer_goes_to_who_came_first, 0, 2)
      LOOP(who_waits_too_long_is_told_so, 0, 2)
      LOOP(eight_threads_read_while_four_write, 0, 2)
      TEST(a_thread_takes_its_reader_with_it))
/* clang-format on */
