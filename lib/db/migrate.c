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
#include "core/clock.h"
#include "core/error.h"
#include "db/migrate_run.h"

static void tell(const hearth__migration_run *r, const char *fmt, ...)
    HEARTH_PRINTF(2, 3);

static void tell(const hearth__migration_run *r, const char *fmt, ...)
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

int hearth__migrate_no_memory(hearth__migration_run *r)
{
    return hearth__error_set(r->err, HEARTH_ENOMEM, "out of memory for the migrations");
}

int hearth__migrate_failed(hearth__migration_run *r, const char *step, int rc)
{
    const char *text = r->s.error.code == rc ? r->s.error.text : hearth_strerror(rc);

    if (r->arena.failed)
        return hearth__migrate_no_memory(r);
    return hearth__error_set(r->err, rc, "migration %s: %s", step, text);
}

/* ---- walking ------------------------------------------------------------------------------- */

/* One step and its note, in one transaction. */
static int step(hearth__migration_run *r, const hearth_migration *m, bool up)
{
    const char *sql = up ? m->up : m->down;
    bool loose = r->s.depth == 0 && hearth__migration_loose(sql);
    int rc = loose ? hearth__dbs_begin_loose(&r->s) : hearth__dbs_begin(&r->s);

    if (rc != 0)
        return hearth__migrate_failed(r, m->name, rc);
    rc = hearth__dbs_script(&r->s, sql);
    if (rc == 0)
        rc = hearth__dbs_kept(&r->s);
    if (rc == 0)
        rc = up ? hearth__migrate_note_up(r, m) : hearth__migrate_note_down(r, m);
    if (rc != 0) {
        rc = hearth__migrate_failed(r, m->name, rc);
        (void)hearth__dbs_rollback(&r->s);
        return rc;
    }
    rc = hearth__dbs_commit(&r->s);
    if (rc != 0)
        return hearth__migrate_failed(r, m->name, rc);
    tell(r, "%s %s", up ? "up  " : "down", m->name);
    return 0;
}

/* From `from` steps taken to `to`. */
static int walk(hearth__migration_run *r, size_t from, size_t to)
{
    for (; from < to; from++)
        HEARTH_TRY(step(r, &r->list[from], true));
    for (; from > to; from--)
        HEARTH_TRY(step(r, &r->list[from - 1], false));
    return 0;
}

/* Can all of them be taken back? */
static int check_down(hearth__migration_run *r, size_t from, size_t to)
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

static int act(hearth__migration_run *r)
{
    size_t here = r->napplied, back;

    HEARTH_TRY(hearth__migrate_make_table(r));
    if (r->o.action == HEARTH_MIGRATE_UP)
        return walk(r, here, here + at_most(r->o.steps, r->n - here));
    back = here - at_most(r->o.steps == 0 ? 1 : r->o.steps, here);
    HEARTH_TRY(check_down(r, here, back));
    HEARTH_TRY(walk(r, here, back));
    return r->o.action == HEARTH_MIGRATE_REDO ? walk(r, back, here) : 0;
}

/* References can be let go of only for the whole of it. */
static bool is_loose(const hearth__migration_run *r)
{
    for (size_t i = 0; i < r->n; i++)
        if (hearth__migration_loose(r->list[i].up) ||
            hearth__migration_loose(r->list[i].down))
            return true;
    return false;
}

static int act_dry(hearth__migration_run *r)
{
    int rc = is_loose(r) ? hearth__dbs_begin_loose(&r->s) : hearth__dbs_begin(&r->s);

    if (rc != 0)
        return hearth__migrate_failed(r, "dry run", rc);
    rc = act(r);
    (void)hearth__dbs_rollback(&r->s);
    if (rc == 0)
        tell(r, "dry run: nothing was changed");
    return rc;
}

static int status(hearth__migration_run *r)
{
    for (size_t i = 0; i < r->n; i++) {
        char when[40];
        hearth__buf b;

        hearth__buf_over(&b, when, sizeof when);
        if (i < r->napplied)
            hearth__migrate_time(&b, r->applied[i].at_s);
        tell(r, "%-40s %s", r->list[i].name, i < r->napplied ? when : "missing");
    }
    return 0;
}

/* ---- the interface ------------------------------------------------------------------------- */

static void run_init(hearth__migration_run *r, hearth_db *db,
                     const hearth_migration *list, hearth_error *err)
{
    *r = (hearth__migration_run){.db = db, .list = list, .err = err};
    hearth__arena_init(&r->arena, 0);
    hearth__dbs_init(&r->s, db, &r->arena);
}

static void run_clear(hearth__migration_run *r)
{
    hearth__dbs_end(&r->s);
    hearth__arena_clear(&r->arena);
}

static int locked(hearth__migration_run *r)
{
    hearth__db_lock *lock = NULL;
    int rc = 0;

    if (r->o.action != HEARTH_MIGRATE_STATUS) {
        lock = hearth__db_lock_take(r->db, HEARTH__MIGRATE_NAME, r->err);
        if (lock == NULL)
            return r->err->code;
    }
    rc = hearth__migrate_look(r);
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
    hearth__migration_run r;
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
        rc = hearth__migrate_check_list(&r);
    if (rc == 0)
        rc = locked(&r);
    run_clear(&r);
    return rc;
}

int hearth__migrate_missing(hearth_db *db, const hearth_migration *list, size_t *missing,
                            const char **first, hearth_error *err)
{
    hearth__migration_run r;
    int rc;

    *missing = 0;
    *first = NULL;
    run_init(&r, db, list, err);
    rc = hearth__migrate_check_list(&r);
    if (rc == 0)
        rc = hearth__migrate_look(&r);
    if (rc == 0) {
        *missing = r.n - r.napplied;
        *first = list[r.napplied].name;
    }
    run_clear(&r);
    return rc;
}
