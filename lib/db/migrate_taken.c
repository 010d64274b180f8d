/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The steps that a database has taken, each with a digest of its text, held against those that the
 * program knows.
 */

#include "core/clock.h"
#include "core/digest.h"
#include "core/error.h"
#include "core/str.h"
#include "db/migrate_run.h"
#include "db/tables.h"

static int find_table(hearth__migration_run *r)
{
    hearth_rows *rows =
        hearth__dbs_select(&r->s, hearth__db_dialect(r->db)->tables, HEARTH_NO_ARGS);

    r->table = false;
    while (hearth_rows_next(rows)) {
        const char *name = hearth_rows_text(rows, 0);

        if (name != NULL && strcmp(name, HEARTH__MIGRATE_NAME) == 0)
            r->table = true;
    }
    int rc = hearth_rows_error(rows);
    return rc == 0 ? 0 : hearth__migrate_failed(r, "table", rc);
}

int hearth__migrate_make_table(hearth__migration_run *r)
{
    const hearth_db_dialect *d = hearth__db_dialect(r->db);
    hearth__buf sql;

    if (r->table)
        return 0;
    hearth__buf_init(&sql, &r->arena, 0);
    hearth__buf_f(&sql,
                  "CREATE TABLE " HEARTH__MIGRATE_TABLE
                  "(number %s PRIMARY KEY, name %s NOT NULL, "
                  "digest %s NOT NULL, applied %s NOT NULL)%s",
                  d->type[HEARTH_DB_I64], d->type[HEARTH_DB_TEXT],
                  d->type[HEARTH_DB_TEXT], d->type[HEARTH_DB_TIME], d->table_end);
    if (sql.failed)
        return hearth__migrate_no_memory(r);
    int rc = hearth__dbs_exec(&r->s, sql.ptr, HEARTH_NO_ARGS);
    return rc == 0 ? 0 : hearth__migrate_failed(r, "table", rc);
}

static int load_applied(hearth__migration_run *r)
{
    hearth_rows *rows;

    r->napplied = 0;
    if (!r->table)
        return 0;
    rows = hearth__dbs_select(
        &r->s,
        "SELECT number, name, digest, applied FROM " HEARTH__MIGRATE_TABLE
        " ORDER BY number",
        HEARTH_NO_ARGS);
    while (hearth_rows_next(rows)) {
        hearth__taken *a = HEARTH__LIST_ADD(&r->arena, r->applied, r->napplied);

        if (a == NULL)
            return hearth__migrate_no_memory(r);
        a->number = hearth_rows_int(rows, 0);
        a->name = hearth_rows_text(rows, 1);
        a->digest = hearth_rows_text(rows, 2);
        a->at_s = hearth_rows_int(rows, 3);
        if (a->name == NULL || a->digest == NULL)
            return hearth__migrate_no_memory(r);
    }
    int rc = hearth_rows_error(rows);
    return rc == 0 ? 0 : hearth__migrate_failed(r, "table", rc);
}

void hearth__migrate_time(hearth__buf *b, int64_t at_s)
{
    hearth__clock_text(b, at_s * 1000000);
}

static int changed(hearth__migration_run *r, const hearth__taken *a)
{
    char when[40];
    hearth__buf b;

    hearth__buf_over(&b, when, sizeof when);
    hearth__migrate_time(&b, a->at_s);
    return hearth__error_set(
        r->err, HEARTH_ECONFLICT,
        "migration %s was changed after it had been applied (%s): put back "
        "what it was, and write a new one for the change",
        a->name, when);
}

/* Applied steps have to be the first ones of the list, with the same text. */
static int compare(hearth__migration_run *r)
{
    char digest[HEARTH__SHA256_HEX + 1];

    for (size_t i = 0; i < r->napplied; i++) {
        const hearth__taken *a = &r->applied[i];
        int64_t number = 0;

        if (i < r->n)
            (void)hearth__migration_number(r->list[i].name, &number);
        if (i < r->n && number < a->number)
            return hearth__error_set(
                r->err, HEARTH_ECONFLICT,
                "migration %s is not applied, but %s, which comes later, "
                "is: give the new one a number above %lld",
                r->list[i].name, a->name, (long long)r->applied[r->napplied - 1].number);
        if (i >= r->n || number > a->number)
            return hearth__error_set(
                r->err, HEARTH_ECONFLICT,
                "the database has taken migration %s, which this program "
                "does not know: use the program that made it, or put the "
                "migration back",
                a->name);
        hearth__sha256_hex(digest, hearth__str_of(r->list[i].up));
        if (strcmp(digest, a->digest) != 0)
            return changed(r, a);
    }
    return 0;
}

int hearth__migrate_note_up(hearth__migration_run *r, const hearth_migration *m)
{
    char digest[HEARTH__SHA256_HEX + 1];
    hearth__buf sql;
    int64_t number = 0;

    (void)hearth__migration_number(m->name, &number);
    hearth__sha256_hex(digest, hearth__str_of(m->up));
    hearth__buf_init(&sql, &r->arena, 0);
    hearth__buf_f(&sql,
                  "INSERT INTO " HEARTH__MIGRATE_TABLE
                  "(number, name, digest, applied) VALUES (?, ?, ?, %s)",
                  hearth__db_dialect(r->db)->now);
    return sql.failed
               ? HEARTH_ENOMEM
               : hearth__dbs_exec(&r->s, sql.ptr,
                                  hearth_args(number, m->name, (const char *)digest));
}

int hearth__migrate_note_down(hearth__migration_run *r, const hearth_migration *m)
{
    int64_t number = 0;

    (void)hearth__migration_number(m->name, &number);
    return hearth__dbs_exec(&r->s,
                            "DELETE FROM " HEARTH__MIGRATE_TABLE " WHERE number = ?",
                            hearth_args(number));
}

int hearth__migrate_look(hearth__migration_run *r)
{
    HEARTH_TRY(find_table(r));
    HEARTH_TRY(load_applied(r));
    return compare(r);
}
