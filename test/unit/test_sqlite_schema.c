/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* Rules and bodies read out of CREATE TABLE; references that are broken for a while. */
#include "db_fixture.h"
#include "suite.h"

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

static const struct {
    const char *sql, *checks, *body;
} texts[] = {
    {"CREATE TABLE t(a)", "[]", "(a)"},
    {"CREATE TABLE \"t (x\" (a CHECK (a > 1))", "[[null,\"a > 1\"]]",
     "(a CHECK (a > 1))"},
    {"CREATE TABLE t(a constraint \"a \"\"b\" check(a\n >  1), CONSTRAINT [c] "
     "CHECK(\t(b)))",
     "[[\"a \\\"b\",\"a > 1\"],[\"c\",\"(b)\"]]", NULL},
    {"CREATE TABLE t(a CHECK (a <> ')' AND b <> '(''' /* ) */ AND \"(\" > 1) -- CHECK "
     "(x)\n)",
     "[[null,\"a <> ')' AND b <> '(''' AND \\\"(\\\" > 1\"]]", NULL},
    {"CREATE TABLE t(a DEFAULT 'CHECK (x)', \"check\" INT, checked INT)", "[]", NULL},
    {"CREATE TABLE t(a CONSTRAINT x NOT NULL CHECK (a))", "[[null,\"a\"]]", NULL},
    /* not whole: no such text is in a schema */
    {"CREATE TABLE t(a CHECK (a > (1", "[[null,\"a > (1\"]]", NULL},
    {"CREATE TABLE t(a CHECK", "[]", NULL},
    {"'", "[]", ""},
    {"[", "[]", ""},
    {"/*", "[]", ""},
    {"", "[]", ""},
};

START_TEST(rules_are_found_in_the_statement)
{
    fixture f;

    fixture_open(&f, NULL, NULL);
    hearth_rows *r =
        hearth__dbs_select(&f.s,
                           "SELECT hearth_checks(?), hearth_body(?), hearth_checks(NULL)",
                           hearth_args(texts[_i].sql, texts[_i].sql));
    ck_assert_msg(hearth_rows_next(r), "%s", f.s.error.text);
    ck_assert_str_eq(hearth_rows_text(r, 0), texts[_i].checks);
    if (texts[_i].body != NULL)
        ck_assert_str_eq(hearth_rows_text(r, 1), texts[_i].body);
    ck_assert_ptr_null(hearth_rows_text(r, 2));
    fixture_close(&f);
}
END_TEST

START_TEST(a_schema_cannot_call_what_reads_it)
{
    fixture f;

    fixture_open(&f, NULL, NULL);
    ck_assert_int_eq(hearth_db_script(f.db,
                                      "CREATE VIEW v AS SELECT hearth_checks('x') AS x; "
                                      "CREATE TABLE t AS SELECT * FROM v",
                                      &f.err),
                     HEARTH_EDB);
    fixture_close(&f);
}
END_TEST

#define TABLES                                                                      \
    "CREATE TABLE a(id INTEGER PRIMARY KEY) STRICT; INSERT INTO a VALUES (1);"      \
    "CREATE TABLE b(a INTEGER REFERENCES a ON DELETE CASCADE) STRICT; INSERT INTO " \
    "b VALUES (1);"

START_TEST(references_may_be_broken_until_the_end)
{
    fixture f;

    fixture_open(&f, "", TABLES);
    OK(hearth__dbs_begin_loose(&f.s));
    ck_assert_int_eq(hearth__dbs_begin_loose(&f.s), HEARTH_ESTATE);
    OK(hearth__dbs_script(&f.s, "DELETE FROM a"));
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM b"), 1); /* nothing cascades */
    ck_assert_int_eq(hearth__dbs_kept(&f.s), HEARTH_ECONFLICT);
    ck_assert_str_eq(f.s.error.text,
                     "rows of b would refer to rows of a that do not exist");
    OK(hearth__dbs_script(&f.s, "INSERT INTO a VALUES (1)"));
    OK(hearth__dbs_kept(&f.s));
    OK(hearth__dbs_commit(&f.s));

    OK(hearth__dbs_begin_loose(&f.s));
    OK(hearth__dbs_script(&f.s, "DELETE FROM a"));
    ck_assert_int_eq(hearth__dbs_commit(&f.s), HEARTH_ECONFLICT);
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM a"), 1);

    OK(hearth__dbs_begin_loose(&f.s));
    OK(hearth__dbs_script(&f.s, "DELETE FROM a"));
    hearth__dbs_end(&f.s); /* as when a request leaves it open */
    OK(hearth__dbs_exec(&f.s, "DELETE FROM a", NONE)); /* and again they are kept */
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM b"), 0);
    fixture_close(&f);
}
END_TEST

/* clang-format off */
SUITE("db/sqlite_schema",
      LOOP(rules_are_found_in_the_statement, 0, N(texts))
      TEST(a_schema_cannot_call_what_reads_it)
      TEST(references_may_be_broken_until_the_end))
/* clang-format on */
