/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Migrations: what the program knows, held against what the database says was done.
 *
 * Applied steps must be the first ones of the program's list, each with the text that was
 * applied; then the state of the schema is one number, how many steps it has taken, and up and
 * down are walks along the list.  Anything else is refused before anything is done.
 *
 * A dry run is the real run inside one transaction that is rolled back, so it finds what would
 * fail, not only what would be tried.
 */
#include "db/migrate.h"

#include "core/clock.h"
#include "core/digest.h"
#include "core/error.h"
#include "core/str.h"
#include "db/db.h"

#define LOCK_NAME "hearth_migrations"
#define TABLE     "\"hearth_migrations\""

/* A step that the database has taken. */
typedef struct done {
    int64_t number, at_s;
    const char *name, *digest;
} done;

typedef struct run {
    hearth_db *db;
    const hearth_migration *list;
    hearth_migrate_opts o;
    hearth_error *err;
    hearth__arena arena;
    hearth__dbs s;
    size_t n;      /* steps of the list */
    done *applied; /* in the order of their numbers */
    size_t napplied;
    bool table; /* the table of what was applied is there */
} run;

static void tell(const run *r, const char *fmt, ...) HEARTH_PRINTF(2, 3);

static void tell(const run *r, const char *fmt, ...)
{
    char line[256];
    hearth__buf b;
    va_list ap;

    if (r->o.tell == NULL)
        return;
    hearth__buf_over(&b, line, sizeof line);
    va_start(ap, fmt);
    hearth__buf_v(&b, fmt, ap);
    va_end(ap);
    r->o.tell(r->o.arg, b.failed ? "(a line too long)" : line);
}

static int no_memory(run *r)
{
    return hearth__error_set(r->err, HEARTH_ENOMEM, "out of memory for the migrations");
}

/* What the database said, with the step in which it did. */
static int failed(run *r, const char *step, int rc)
{
    const char *text = r->s.error.code == rc ? r->s.error.text : hearth_strerror(rc);

    if (r->arena.failed)
        return no_memory(r);
    return hearth__error_set(r->err, rc, "migration %s: %s", step, text);
}

/* ---- the program's list -------------------------------------------------------------------- */

/* "0002_add_due": 2.  False when it is no name of a step. */
static bool number_of(const char *name, int64_t *number)
{
    hearth_str rest = hearth__str_of(name);
    hearth_str digits = hearth__str_cut(&rest, '_');

    while (digits.len > 1 && digits.ptr[0] == '0') {
        digits.ptr++;
        digits.len--;
    }
    if (!hearth__str_int(digits, number) || *number <= 0 || rest.len == 0)
        return false;
    for (size_t i = 0; i < rest.len; i++)
        if (!hearth__is_alpha(rest.ptr[i]) && !hearth__is_digit(rest.ptr[i]) &&
            rest.ptr[i] != '_')
            return false;
    return true;
}

static int check_list(run *r)
{
    int64_t last = 0, number;

    for (const hearth_migration *m = r->list; m->name != NULL; m++, r->n++) {
        if (!number_of(m->name, &number))
            return hearth__error_set(
                r->err, HEARTH_EINVAL,
                "\"%s\" is no name of a migration; write a number, '_' and "
                "a word, as in \"0002_add_due\"",
                m->name);
        if (number <= last)
            return hearth__error_set(
                r->err, HEARTH_EINVAL,
                "migration %s stands behind one with the number %lld; give "
                "it a higher number",
                m->name, (long long)last);
        if (m->up == NULL || m->up[strspn(m->up, " \t\r\n")] == '\0')
            return hearth__error_set(r->err, HEARTH_EINVAL,
                                     "migration %s has no SQL to go up", m->name);
        last = number;
    }
    return 0;
}

/* ---- the database's list ------------------------------------------------------------------- */

static int find_table(run *r)
{
    hearth_rows *rows =
        hearth__dbs_select(&r->s, hearth__db_dialect(r->db)->tables, HEARTH_NO_ARGS);

    r->table = false;
    while (hearth_rows_next(rows)) {
        const char *name = hearth_rows_text(rows, 0);

        if (name != NULL && strcmp(name, LOCK_NAME) == 0)
            r->table = true;
    }
    int rc = hearth_rows_error(rows);
    return rc == 0 ? 0 : failed(r, "table", rc);
}

static int make_table(run *r)
{
    const hearth_db_dialect *d = hearth__db_dialect(r->db);
    hearth__buf sql;

    if (r->table)
        return 0;
    hearth__buf_init(&sql, &r->arena, 0);
    hearth__buf_f(&sql,
                  "CREATE TABLE " TABLE "(number %s PRIMARY KEY, name %s NOT NULL, "
                  "digest %s NOT NULL, applied %s NOT NULL)%s",
                  d->type[HEARTH_DB_I64], d->type[HEARTH_DB_TEXT],
                  d->type[HEARTH_DB_TEXT], d->type[HEARTH_DB_TIME], d->table_end);
    if (sql.failed)
        return no_memory(r);
    int rc = hearth__dbs_exec(&r->s, sql.ptr, HEARTH_NO_ARGS);
    return rc == 0 ? 0 : failed(r, "table", rc);
}

static int grow(run *r)
{
    done *grown;

    if ((r->napplied & (r->napplied - 1)) != 0) /* full at powers of two */
        return 0;
    size_t cap = r->napplied == 0 ? 1 : 2 * r->napplied;
    grown = hearth__arena_array(&r->arena, cap, sizeof *grown);
    if (grown == NULL)
        return no_memory(r);
    if (r->napplied > 0)
        memcpy(grown, r->applied, r->napplied * sizeof *grown);
    r->applied = grown;
    return 0;
}

static int load_applied(run *r)
{
    hearth_rows *rows;

    r->napplied = 0;
    if (!r->table)
        return 0;
    rows = hearth__dbs_select(&r->s,
                              "SELECT number, name, digest, applied FROM " TABLE
                              " ORDER BY number",
                              HEARTH_NO_ARGS);
    while (hearth_rows_next(rows)) {
        HEARTH_TRY(grow(r));
        done *a = &r->applied[r->napplied];
        a->number = hearth_rows_int(rows, 0);
        a->name = hearth_rows_text(rows, 1);
        a->digest = hearth_rows_text(rows, 2);
        a->at_s = hearth_rows_int(rows, 3);
        if (a->name == NULL || a->digest == NULL)
            return no_memory(r);
        r->napplied++;
    }
    int rc = hearth_rows_error(rows);
    return rc == 0 ? 0 : failed(r, "table", rc);
}

static void time_text(hearth__buf *b, int64_t at_s)
{
    hearth__clock_text(b, at_s * 1000000);
}

static int changed(run *r, const done *a)
{
    char when[40];
    hearth__buf b;

    hearth__buf_over(&b, when, sizeof when);
    time_text(&b, a->at_s);
    return hearth__error_set(
        r->err, HEARTH_ECONFLICT,
        "migration %s was changed after it had been applied (%s): put back "
        "what it was, and write a new one for the change",
        a->name, when);
}

/* Applied steps have to be the first ones of the list, with the same text. */
static int compare(run *r)
{
    char digest[HEARTH__SHA256_HEX + 1];

    for (size_t i = 0; i < r->napplied; i++) {
        const done *a = &r->applied[i];
        int64_t number = 0;

        if (i < r->n)
            (void)number_of(r->list[i].name, &number);
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

/* ---- walking ------------------------------------------------------------------------------- */

static int note_up(run *r, const hearth_migration *m)
{
    char digest[HEARTH__SHA256_HEX + 1];
    hearth__buf sql;
    int64_t number = 0;

    (void)number_of(m->name, &number);
    hearth__sha256_hex(digest, hearth__str_of(m->up));
    hearth__buf_init(&sql, &r->arena, 0);
    hearth__buf_f(&sql,
                  "INSERT INTO " TABLE
                  "(number, name, digest, applied) VALUES (?, ?, ?, %s)",
                  hearth__db_dialect(r->db)->now);
    return sql.failed
               ? HEARTH_ENOMEM
               : hearth__dbs_exec(&r->s, sql.ptr,
                                  hearth_args(number, m->name, (const char *)digest));
}

static int note_down(run *r, const hearth_migration *m)
{
    int64_t number = 0;

    (void)number_of(m->name, &number);
    return hearth__dbs_exec(&r->s, "DELETE FROM " TABLE " WHERE number = ?",
                            hearth_args(number));
}

/* One step and its note, in one transaction. */
static int step(run *r, const hearth_migration *m, bool up)
{
    int rc = hearth__dbs_begin(&r->s);

    if (rc != 0)
        return failed(r, m->name, rc);
    rc = hearth__dbs_script(&r->s, up ? m->up : m->down);
    if (rc == 0)
        rc = up ? note_up(r, m) : note_down(r, m);
    if (rc != 0) {
        rc = failed(r, m->name, rc);
        (void)hearth__dbs_rollback(&r->s);
        return rc;
    }
    rc = hearth__dbs_commit(&r->s);
    if (rc != 0)
        return failed(r, m->name, rc);
    tell(r, "%s %s", up ? "up  " : "down", m->name);
    return 0;
}

/* From `from` steps taken to `to`. */
static int walk(run *r, size_t from, size_t to)
{
    for (; from < to; from++)
        HEARTH_TRY(step(r, &r->list[from], true));
    for (; from > to; from--)
        HEARTH_TRY(step(r, &r->list[from - 1], false));
    return 0;
}

/* Can all of them be taken back? */
static int check_down(run *r, size_t from, size_t to)
{
    for (; from > to; from--)
        if (r->list[from - 1].down == NULL)
            return hearth__error_set(
                r->err, HEARTH_EINVAL,
                "migration %s cannot be taken back: it has no SQL to go "
                "down",
                r->list[from - 1].name);
    return 0;
}

static size_t at_most(int steps, size_t all)
{
    return steps == 0 || (size_t)steps > all ? all : (size_t)steps;
}

static int act(run *r)
{
    size_t here = r->napplied, back;

    HEARTH_TRY(make_table(r));
    if (r->o.action == HEARTH_MIGRATE_UP)
        return walk(r, here, here + at_most(r->o.steps, r->n - here));
    back = here - at_most(r->o.steps == 0 ? 1 : r->o.steps, here);
    HEARTH_TRY(check_down(r, here, back));
    HEARTH_TRY(walk(r, here, back));
    return r->o.action == HEARTH_MIGRATE_REDO ? walk(r, back, here) : 0;
}

static int act_dry(run *r)
{
    int rc = hearth__dbs_begin(&r->s);

    if (rc != 0)
        return failed(r, "dry run", rc);
    rc = act(r);
    (void)hearth__dbs_rollback(&r->s);
    if (rc == 0)
        tell(r, "dry run: nothing was changed");
    return rc;
}

static int status(run *r)
{
    for (size_t i = 0; i < r->n; i++) {
        char when[40];
        hearth__buf b;

        hearth__buf_over(&b, when, sizeof when);
        if (i < r->napplied)
            time_text(&b, r->applied[i].at_s);
        tell(r, "%-40s %s", r->list[i].name, i < r->napplied ? when : "missing");
    }
    return 0;
}

/* ---- the interface ------------------------------------------------------------------------- */

static int look(run *r)
{
    HEARTH_TRY(find_table(r));
    HEARTH_TRY(load_applied(r));
    return compare(r);
}

static void run_init(run *r, hearth_db *db, const hearth_migration *list,
                     hearth_error *err)
{
    *r = (run){.db = db, .list = list, .err = err};
    hearth__arena_init(&r->arena, 0);
    hearth__dbs_init(&r->s, db, &r->arena);
}

static void run_clear(run *r)
{
    hearth__dbs_end(&r->s);
    hearth__arena_clear(&r->arena);
}

static int locked(run *r)
{
    hearth__db_lock *lock = NULL;
    int rc = 0;

    if (r->o.action != HEARTH_MIGRATE_STATUS) {
        lock = hearth__db_lock_take(r->db, LOCK_NAME, r->err);
        if (lock == NULL)
            return r->err->code;
    }
    rc = look(r);
    if (rc == 0)
        rc = r->o.action == HEARTH_MIGRATE_STATUS ? status(r)
             : r->o.dry_run                       ? act_dry(r)
                                                  : act(r);
    hearth__dbs_end(&r->s);
    hearth__db_lock_give(lock);
    return rc;
}

static int check_opts(const hearth_migrate_opts *o, hearth_error *err)
{
    if (o->action < HEARTH_MIGRATE_UP || o->action > HEARTH_MIGRATE_STATUS)
        return hearth__error_set(err, HEARTH_EINVAL,
                                 "there is no such action for migrations");
    if (o->steps < 0)
        return hearth__error_set(err, HEARTH_EINVAL,
                                 "the number of steps is %d; it must not be negative",
                                 o->steps);
    return 0;
}

int hearth_migrate_sized(hearth_db *db, const hearth_migration *list,
                         const hearth_migrate_opts *o, size_t size, hearth_error *err)
{
    hearth_error own;
    run r;
    int rc;

    if (err == NULL)
        err = &own;
    if (db == NULL || list == NULL)
        return hearth__error_set(err, HEARTH_EINVAL,
                                 "there is no database, or no list of migrations");
    run_init(&r, db, list, err);
    if (o != NULL)
        memcpy(&r.o, o, size < sizeof r.o ? size : sizeof r.o);
    rc = check_opts(&r.o, err);
    if (rc == 0)
        rc = check_list(&r);
    if (rc == 0)
        rc = locked(&r);
    run_clear(&r);
    return rc;
}

int hearth__migrate_missing(hearth_db *db, const hearth_migration *list, size_t *missing,
                            const char **first, hearth_error *err)
{
    run r;
    int rc;

    *missing = 0;
    *first = NULL;
    run_init(&r, db, list, err);
    rc = check_list(&r);
    if (rc == 0)
        rc = look(&r);
    if (rc == 0) {
        *missing = r.n - r.napplied;
        *first = list[r.napplied].name;
    }
    run_clear(&r);
    return rc;
}
