/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The texts that SQLite is given for a search index, and that a request notices nothing of it.
 */

#include "core/str.h"
#include "db_fixture.h"
#include "suite.h"

static fixture f;
static hearth__buf text;

static void add(void *arg, const char *s, size_t n)
{
    hearth__buf_add(arg, s, n);
}

static const hearth_db_search_ops *ops(void)
{
    return hearth_db_sqlite()->dialect->search;
}

static const char *const columns[] = {"ti'tle", "bo\"dy"};
static const double weights[] = {10, 0.0625};

/* Names that SQL would stumble over. */
static const hearth_db_search odd = {.name = "in'd\"ex",
                                     .table = "ta'b\"le",
                                     .key = "k\"ey",
                                     .serial = true,
                                     .column = columns,
                                     .n = 2,
                                     .weight = weights};

static const hearth_db_search odd_keys = {.name = "in'd\"ex",
                                          .table = "ta'b\"le",
                                          .key = "k\"ey",
                                          .column = columns,
                                          .n = 2,
                                          .stem = true};

static const char *const tables[] = {
    "CREATE TABLE \"ta'b\"\"le\"(\"k\"\"ey\" INTEGER PRIMARY KEY, \"ti'tle\" TEXT, "
    "\"bo\"\"dy\" TEXT, n INT) STRICT; INSERT INTO \"ta'b\"\"le\" VALUES (7, 'one', "
    "'two', "
    "0);",
    "CREATE TABLE \"ta'b\"\"le\"(\"k\"\"ey\" TEXT PRIMARY KEY, \"ti'tle\" TEXT, "
    "\"bo\"\"dy\" TEXT, n INT) STRICT; INSERT INTO \"ta'b\"\"le\" VALUES ('7', 'one', "
    "'two', "
    "0);",
};

static const hearth_db_search *const kinds[] = {&odd, &odd_keys};

static const char *made(void (*fn)(const hearth_db_search *s, hearth_db_put_fn *put,
                                   void *arg),
                        const hearth_db_search *s)
{
    hearth__buf_init(&text, &f.arena, 0);
    fn(s, add, &text);
    ck_assert(!text.failed);
    return text.ptr;
}

static void script(const char *sql)
{
    ck_assert_msg(hearth_db_script(f.db, sql, &f.err) == 0, "%s in %s", f.err.text, sql);
}

static void open_index(int kind, const char *options)
{
    fixture_open(&f, options, tables[kind]);
    script(made(ops()->create, kinds[kind]));
}

/* The keys of the rows with a word, the best first. */
static const char *found(int kind, const char *word)
{
    const hearth_db_word w = {hearth__str_of(word), false};
    hearth__buf sql, match, out;
    hearth_rows *r;

    hearth__buf_init(&sql, &f.arena, 0);
    hearth__buf_init(&match, &f.arena, 0);
    hearth__buf_init(&out, &f.arena, 0);
    hearth__buf_text(&sql, "SELECT \"k\"\"ey\" FROM \"ta'b\"\"le\"");
    ops()->join(kinds[kind], true, add, &sql);
    hearth__buf_text(&sql, " ORDER BY hearth_rank");
    ops()->match(&w, 1, add, &match);
    r = hearth__dbs_select(&f.s, sql.ptr, hearth_args(hearth__buf_view(&match)));
    while (hearth_rows_next(r))
        hearth__buf_f(&out, "%s ", hearth_rows_text(r, 0));
    ck_assert_msg(hearth_rows_error(r) == 0, "%s", f.s.error.text);
    return out.ptr;
}

START_TEST(an_index_follows_every_change_of_its_table)
{
    open_index(_i, NULL);
    ck_assert_str_eq(found(_i, "two"), "7 ");
    script("INSERT INTO \"ta'b\"\"le\" VALUES (8, 'two', 'one one', 0)");
    ck_assert_str_eq(found(_i, "two"), _i == 0 ? "8 7 " : "7 8 ");
    script("UPDATE \"ta'b\"\"le\" SET \"k\"\"ey\" = 9, \"bo\"\"dy\" = NULL WHERE "
           "\"k\"\"ey\" = 7");
    ck_assert_str_eq(found(_i, "two"), "8 ");
    ck_assert_str_eq(found(_i, "one"), "9 8 ");
    script("UPDATE \"ta'b\"\"le\" SET n = 1");
    script("DELETE FROM \"ta'b\"\"le\" WHERE \"k\"\"ey\" = 8");
    ck_assert_str_eq(found(_i, "two"), "");
    ck_assert_str_eq(found(_i, "one"), "9 ");
    script(
        "INSERT INTO \"ta'b\"\"le\" VALUES (9, 'three', 'four', 0) ON CONFLICT DO UPDATE "
        "SET \"ti'tle\" = excluded.\"ti'tle\"");
    ck_assert_str_eq(found(_i, "one"), "");
    ck_assert_str_eq(found(_i, "three"), "9 ");
    script(
        "INSERT INTO \"in'd\"\"ex\"(\"in'd\"\"ex\", rank) VALUES ('integrity-check', 1)");
    OK(hearth__dbs_exec(&f.s, "VACUUM", NONE));
    ck_assert_str_eq(found(_i, "three"), "9 ");
    fixture_close(&f);
}
END_TEST

START_TEST(what_is_there_is_known_by_its_text)
{
    open_index(_i, NULL);
    ck_assert_int_eq(count_of(&f.s, made(ops()->check, kinds[_i])), 1);
    ck_assert_int_eq(count_of(&f.s, made(ops()->check, kinds[1 - _i])), 0);
    script(made(ops()->drop, kinds[1 - _i]));
    ck_assert_int_eq(count_of(&f.s, made(ops()->check, kinds[_i])), 0);
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM sqlite_schema WHERE name LIKE "
                                    "'in''d%'"),
                     0);
    script(made(ops()->create, kinds[_i]));
    script("DROP TRIGGER \"in'd\"\"ex_delete\"");
    ck_assert_int_eq(count_of(&f.s, made(ops()->check, kinds[_i])), 0);
    script(made(ops()->drop, kinds[_i]));
    script(made(ops()->drop, kinds[_i]));
    fixture_close(&f);
}
END_TEST

START_TEST(a_request_sees_its_own_key_and_count_not_those_of_the_index)
{
    open_index(_i, "");
    OK(hearth__dbs_exec(&f.s, "INSERT INTO \"ta'b\"\"le\" VALUES (?, 'a b c', 'd', 0)",
                        hearth_args(_i == 0 ? 41 : 0)));
    ck_assert_int_eq(f.s.changes, 1);
    ck_assert_int_eq(f.s.last_id, _i == 0 ? 41 : 2);
    OK(hearth__dbs_exec(&f.s, "UPDATE \"ta'b\"\"le\" SET \"ti'tle\" = 'x'", NONE));
    ck_assert_int_eq(f.s.changes, 2);
    fixture_close(&f);
}
END_TEST

START_TEST(a_connection_that_did_not_make_the_index_writes_it_too)
{
    hearth_db *other;
    hearth__dbs s;

    open_index(_i, "");
    other = fixture_db(&f, "");
    hearth__dbs_init(&s, other, &f.arena);
    ck_assert_msg(
        hearth__dbs_exec(&s, "INSERT INTO \"ta'b\"\"le\" VALUES (5, 'fresh', 'x', 0)",
                         NONE) == 0,
        "%s", s.error.text);
    hearth__dbs_end(&s);
    ck_assert_str_eq(found(_i, "fresh"), "5 ");
    ck_assert_int_eq(hearth_db_script(other,
                                      "UPDATE \"ta'b\"\"le\" SET \"ti'tle\" = 'late'",
                                      NULL),
                     0);
    ck_assert_str_eq(found(_i, "fresh"), "");
    hearth_db_close(other);
    fixture_close(&f);
}
END_TEST

/* As migrations have to, where SQLite cannot change a column. */
START_TEST(its_table_can_be_made_anew_and_the_index_after_it)
{
    open_index(_i, NULL);
    script(
        "CREATE TABLE other AS SELECT * FROM \"ta'b\"\"le\"; DROP TABLE \"ta'b\"\"le\"; "
        "ALTER TABLE other RENAME TO \"ta'b\"\"le\"");
    ck_assert_int_eq(count_of(&f.s, made(ops()->check, kinds[_i])), 0);
    script(made(ops()->drop, kinds[_i]));
    script(made(ops()->create, kinds[_i]));
    ck_assert_str_eq(found(_i, "two"), "7 ");
    fixture_close(&f);
}
END_TEST

START_TEST(nothing_of_an_index_counts_as_a_table_of_the_user)
{
    hearth_rows *r;

    open_index(_i, NULL);
    r = hearth__dbs_select(&f.s, hearth_db_sqlite()->dialect->tables, NONE);
    ck_assert(hearth_rows_next(r));
    ck_assert_str_eq(hearth_rows_text(r, 0), "ta'b\"le");
    ck_assert(!hearth_rows_next(r));
    fixture_close(&f);
}
END_TEST

/* A schema that somebody else made runs nothing else that is unsafe. */
START_TEST(other_virtual_tables_are_not_written_by_triggers)
{
    fixture_open(
        &f, NULL,
        "CREATE TABLE t(a); CREATE VIRTUAL TABLE r USING rtree(id, x0, x1);"
        "CREATE TRIGGER u AFTER INSERT ON t BEGIN INSERT INTO r VALUES (1, 2, 3); "
        "END");
    ck_assert_int_eq(hearth__dbs_exec(&f.s, "INSERT INTO t VALUES (1)", NONE),
                     HEARTH_EDB);
    ck_assert_msg(strstr(f.s.error.text, "unsafe use of virtual table") != NULL, "%s",
                  f.s.error.text);
    fixture_close(&f);
}
END_TEST

START_TEST(weights_are_numbers_of_sql)
{
    const double w[] = {1e6, 0};
    hearth_db_search s = odd;

    fixture_open(&f, NULL, NULL);
    hearth__buf_init(&text, &f.arena, 0);
    ops()->join(&odd, false, add, &text);
    ck_assert_msg(strstr(text.ptr, "bm25(\"in'd\"\"ex\", 10.000, 0.063)") != NULL, "%s",
                  text.ptr);
    s.weight = w;
    hearth__buf_empty(&text);
    ops()->join(&s, false, add, &text);
    ck_assert_msg(strstr(text.ptr, ", 1000000.000, 0.000)") != NULL, "%s", text.ptr);
    fixture_close(&f);
}
END_TEST

START_TEST(words_are_quoted_for_the_engine)
{
    const hearth_db_word w[] = {{HEARTH__S("milk"), true}, {HEARTH__S("a \"b\""), false}};

    fixture_open(&f, NULL, NULL);
    hearth__buf_init(&text, &f.arena, 0);
    ops()->match(w, 2, add, &text);
    ck_assert_str_eq(text.ptr, " \"milk\"* \"a \"\"b\"\"\"");
    fixture_close(&f);
}
END_TEST

SUITE("db/sqlite search",
      LOOP(an_index_follows_every_change_of_its_table, 0, 2)
          LOOP(what_is_there_is_known_by_its_text, 0, 2)
              LOOP(a_request_sees_its_own_key_and_count_not_those_of_the_index, 0, 2)
                  LOOP(a_connection_that_did_not_make_the_index_writes_it_too, 0, 2)
                      LOOP(its_table_can_be_made_anew_and_the_index_after_it, 0, 2)
                          LOOP(nothing_of_an_index_counts_as_a_table_of_the_user, 0, 2)
                              TEST(other_virtual_tables_are_not_written_by_triggers)
                                  TEST(weights_are_numbers_of_sql)
                                      TEST(words_are_quoted_for_the_engine))
