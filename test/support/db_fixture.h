/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TEST_DB_FIXTURE_H
#define HEARTH_TEST_DB_FIXTURE_H

/*
 * A database in a folder of its own, and a request that uses it.
 *
 *     fixture f;
 *     fixture_open(&f, "?busy_ms=50", "CREATE TABLE ...");
 *     ck_assert_int_eq(hearth__dbs_exec(&f.s, ...), 0);
 *     fixture_close(&f);
 */

#include "db/conn.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NONE HEARTH_NO_ARGS

typedef struct fixture {
    char dir[200];
    char path[240]; /* of the file */
    hearth_db *db;
    hearth__arena arena;
    hearth__dbs s;
    hearth_error err;
} fixture;

static inline void fixture_dir(fixture *f)
{
    const char *tmp = getenv("TMPDIR");

    memset(f, 0, sizeof(*f));
    snprintf(f->dir, sizeof(f->dir), "%.150s/hearth-db-XXXXXX",
             tmp == NULL ? "/tmp" : tmp);
    ck_assert_ptr_nonnull(mkdtemp(f->dir));
    snprintf(f->path, sizeof(f->path), "%s/a.db", f->dir);
    hearth__arena_init(&f->arena, 0);
}

/* options NULL: in memory */
static inline hearth_db *fixture_db(const fixture *f, const char *options)
{
    char url[300];
    hearth_error err = {0};
    hearth_db *db;

    snprintf(url, sizeof(url), "sqlite:%s%s", options == NULL ? ":memory:" : f->path,
             options == NULL ? "" : options);
    db = hearth_db_open(url, &err);
    ck_assert_msg(db != NULL, "%s", err.text);
    return db;
}

static inline void fixture_open(fixture *f, const char *options, const char *schema)
{
    fixture_dir(f);
    f->db = fixture_db(f, options);
    if (schema != NULL)
        ck_assert_msg(hearth_db_script(f->db, schema, &f->err) == 0, "%s", f->err.text);
    hearth__dbs_init(&f->s, f->db, &f->arena);
}

static inline void fixture_close(fixture *f)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};

    hearth__dbs_end(&f->s);
    hearth_db_close(f->db);
    hearth__arena_clear(&f->arena);
    for (size_t i = 0; i < 4; i++) {
        char name[260];

        snprintf(name, sizeof(name), "%s%s", f->path, ends[i]);
        unlink(name);
    }
    rmdir(f->dir);
}

/* The rows as JSON; "error CODE" when it failed. */
static inline const char *json_of(hearth__dbs *s, bool one, const char *sql,
                                  hearth_vals args)
{
    hearth__buf b;
    int rc;

    hearth__buf_init(&b, s->arena, 0);
    rc = hearth__dbs_json(s, &b, one, sql, args);
    if (rc != 0) {
        ck_assert_uint_eq(b.len, 0);
        hearth__buf_f(&b, "error %d", rc);
    }
    ck_assert(!b.failed);
    return b.ptr;
}

static inline int64_t count_of(hearth__dbs *s, const char *sql)
{
    hearth_rows *r = hearth__dbs_select(s, sql, NONE);
    int64_t n;

    ck_assert_msg(hearth_rows_next(r), "%s: %s", sql, s->error.text);
    n = hearth_rows_int(r, 0);
    ck_assert(!hearth_rows_next(r));
    ck_assert_int_eq(hearth_rows_error(r), 0);
    return n;
}

#define OK(expr) ck_assert_msg((expr) == 0, "%s: %s", #expr, f.s.error.text)

#endif
