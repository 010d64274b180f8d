/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TEST_SCHEMA_KIT_H
#define HEARTH_TEST_SCHEMA_KIT_H

/* Databases described, and what is between two of them. */

#include "db_fixture.h"
#include "model/schema_diff.h"
#include "model/sql_create.h"

/* All tables of a database, in the memory of s. */
static inline hearth__tables kit_tables(hearth__dbs *s)
{
    hearth__tables t;

    ck_assert_msg(hearth__tables_read(s, NULL, &t) == 0, "%s", s->error.text);
    return t;
}

/* The tables that models want, described in the memory of f. */
static inline hearth__tables kit_wanted(fixture *f, const hearth_model *const *models)
{
    const char *names[8] = {NULL};
    hearth_db *scratch = hearth__db_scratch(f->db, &f->err);
    hearth__tables t;
    hearth__dbs s;
    hearth__buf sql;

    ck_assert_msg(scratch != NULL, "%s", f->err.text);
    hearth__buf_init(&sql, &f->arena, 0);
    for (size_t i = 0; models[i] != NULL; i++) {
        names[i] = models[i]->table;
        ck_assert_msg(hearth__sql_create(&sql, models[i], hearth__db_dialect(scratch),
                                         true, &f->err) == 0,
                      "%s", f->err.text);
    }
    ck_assert_msg(hearth_db_script(scratch, sql.ptr, &f->err) == 0, "%s", f->err.text);
    hearth__dbs_init(&s, scratch, &f->arena);
    ck_assert_msg(hearth__tables_read(&s, names, &t) == 0, "%s", s.error.text);
    hearth__dbs_end(&s);
    hearth_db_close(scratch);
    return t;
}

static inline hearth__schema_diff kit_compare(fixture *f, const hearth__tables *have,
                                              const hearth__tables *want, bool drop)
{
    hearth__schema_diff k = {.d = hearth__db_dialect(f->db),
                             .have = have,
                             .want = want,
                             .drop = drop,
                             .arena = &f->arena};

    ck_assert_int_eq(hearth__schema_compare(&k), 0);
    return k;
}

/* One sentence a line. */
static inline const char *kit_said(fixture *f, const hearth__schema_diff *k)
{
    hearth__buf b;

    hearth__buf_init(&b, &f->arena, 0);
    for (const hearth__difference *d = k->first; d != NULL; d = d->next)
        hearth__buf_f(&b, "%s\n", d->text);
    return b.ptr;
}

/* As a step with a line "-- references at end"; 0 or a code with f->s.error. */
static inline int kit_run(fixture *f, const char *sql)
{
    int rc = hearth__dbs_begin_loose(&f->s);

    if (rc == 0)
        rc = hearth__dbs_script(&f->s, sql);
    if (rc != 0) {
        (void)hearth__dbs_rollback(&f->s);
        return rc;
    }
    return hearth__dbs_commit(&f->s);
}

#endif
