/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Every allocation of a database's life fails once; nothing leaks, nothing half-done. */

#include "suite.h"

#include "db_fixture.h"
#include "fault.h"

#define SCHEMA "CREATE TABLE t(id INTEGER PRIMARY KEY, title TEXT UNIQUE) STRICT"

/* No assertions in here: Check allocates for each. */
static int use(hearth__dbs *s)
{
    hearth__buf b;
    hearth_rows *r, *twin[2];
    const char *text;

    hearth__buf_init(&b, s->arena, 0);
    HEARTH_TRY(hearth__dbs_json(s, &b, true,
                                "INSERT INTO t(title) VALUES (?) RETURNING id, title",
                                hearth_args("one")));
    HEARTH_TRY(
        hearth__dbs_exec(s, "INSERT INTO t(title) VALUES (?)", hearth_args("two")));
    r = hearth__dbs_select(s, "SELECT title FROM t WHERE title <> ? ORDER BY id",
                           hearth_args("x"));
    HEARTH_TRY(hearth_rows_error(r));
    if (!hearth_rows_next(r))
        return HEARTH_EDB;
    text = hearth_rows_text(r, 0);
    if (text == NULL)
        return HEARTH_ENOMEM;
    if (strcmp(text, "one") != 0)
        return HEARTH_EDB;
    HEARTH_TRY(hearth__dbs_begin(s));
    HEARTH_TRY(hearth__dbs_exec(s, "UPDATE t SET title = title || '!'", NONE));
    /* Two results of one statement: the second is temporary. */
    twin[0] = hearth__dbs_select(s, "SELECT id FROM t", NONE);
    twin[1] = hearth__dbs_select(s, "SELECT id FROM t", NONE);
    HEARTH_TRY(hearth__dbs_commit(s));
    HEARTH_TRY(hearth_rows_error(twin[0]));
    HEARTH_TRY(hearth_rows_error(twin[1]));
    HEARTH_TRY(hearth__dbs_json(s, &b, false, "SELECT id, title FROM t", NONE));
    while (hearth_rows_next(r))
        if (hearth_rows_text(r, 0) == NULL)
            return HEARTH_ENOMEM;
    return hearth_rows_error(r);
}

static int whole_life(const char *url)
{
    hearth_error err = {0};
    hearth__arena a;
    hearth__dbs s;
    hearth_db *db = hearth_db_open(url, &err);
    int rc;

    if (db == NULL)
        return err.code;
    hearth__arena_init(&a, 64); /* small, so that there are many chunks to fail */
    hearth__dbs_init(&s, db, &a);
    rc = hearth_db_script(db, SCHEMA, &err);
    if (rc == 0)
        rc = use(&s);
    hearth__dbs_end(&s);
    fault_off();
    /* Memory is back: so is the database. */
    hearth__arena_reset(&a);
    if (rc != 0)
        ck_assert_int_eq(hearth__dbs_exec(&s, "DROP TABLE IF EXISTS t", NONE), 0);
    hearth__dbs_end(&s);
    hearth__arena_clear(&a);
    hearth_db_close(db);
    return rc;
}

START_TEST(every_failed_allocation_is_a_clean_error)
{
    fixture f;
    char url[300];
    long n;

    fixture_dir(&f);
    for (n = 0;; n++) {
        bool hit;
        int rc;

        snprintf(url, sizeof(url), "sqlite:%s", _i == 0 ? f.path : ":memory:");
        fault_at(n);
        rc = whole_life(url);
        hit = fault_hit();
        if (!hit) {
            ck_assert_int_eq(rc, 0);
            break;
        }
        ck_assert_msg(rc == HEARTH_ENOMEM, "allocation %ld: %d", n, rc);
        unlink(f.path);
    }
    ck_assert_int_gt(n, 10);
    fixture_close(&f);
}
END_TEST

START_TEST(numbering_without_memory_gives_nothing)
{
    char *sql;
    long n;

    for (n = 0;; n++) {
        fault_at(n);
        sql = hearth_db_numbered("a = ? AND b = ?", "a rather long prefix", NULL);
        if (!fault_hit())
            break;
        ck_assert_ptr_null(sql);
    }
    ck_assert_int_gt(n, 0);
    ck_assert_str_eq(sql, "a = a rather long prefix1 AND b = a rather long prefix2");
    free(sql);
}
END_TEST

/* clang-format off */
SUITE("fault/db",
      LOOP(every_failed_allocation_is_a_clean_error, 0, 2)
      TEST(numbering_without_memory_gives_nothing))
/* clang-format on */
