/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_MIGRATE_H
#define HEARTH_MIGRATE_H

/**
 * @file hearth/migrate.h
 * The schema of a database, one numbered step after the other.
 *
 *     static const hearth_migration migrations[] = {
 *         {"0001_create_todos", "CREATE TABLE todos(...) STRICT;", "DROP TABLE todos;"},
 *         {"0002_add_due", "ALTER TABLE todos ADD due INTEGER;",
 *          "ALTER TABLE todos DROP due;"},
 *         {0},
 *     };
 *     hearth_use_db(app, db);
 *     hearth_use_migrations(app, migrations, NULL);
 *
 * The steps may as well be files, `migrations/0001_create_todos.sql`, with the lines `-- up`
 * and `-- down` above their halves: `hearth embed NAME DIRECTORY` turns them into such a table
 * at build time, so that the program carries them.
 *
 * What has been applied stands in the table hearth_migrations of the database, each with a
 * digest of its text.  An application whose database lacks a step does not start, but says so;
 * `program migrate` takes the steps (see hearth_app_main()), or the option .at_start does.
 * Each step is one transaction: all of it or nothing.  Programs that migrate one database at
 * the same time wait for each other.
 *
 * A step that has been applied must not be changed: that, a gap and a database from the
 * future are errors, because then nobody knows what the schema is.
 *
 * **Steps from models.**  With `.models`, `program migrate diff NAME` writes the next step: it
 * compares the tables of the models with those of the database, which has to have all steps
 * taken, and puts the SQL that brings the one to the other, and back, into
 * `.folder/0003_NAME.sql`; without a folder, and with `--dry-run`, on standard output.  Read it
 * before you build it in.
 *
 *     hearth_use_migrations(app, migrations,
 *                           &(hearth_use_migrations_opts){.models = models,
 *                                                         .folder = "migrations"});
 *
 * It sees tables, columns, types, NOT NULL, defaults, keys, UNIQUE, CHECK, references and indexes.
 * Columns and tables that no model has stay, in a comment, unless `--allow-drop` is given.  A
 * renamed field looks like one that went and one that came: the comment shows the line to write
 * instead.  A new column that has to be given and has no fallback needs a value for the rows that
 * are there: the comment shows where.  Indexes with names of your own stay as they are.  What a
 * model cannot say of its table (COLLATE, AUTOINCREMENT, columns that are computed) is lost when
 * the way up has to replace the table; views and triggers are made again, but those of
 * hearth_use_search(), which the next start makes.
 *
 * `program migrate check` says each difference in a sentence and exits with 1 when there is one,
 * for a test or before a deployment; at start .drift decides.
 *
 * An engine that cannot change a table in place (SQLite) gets a new table into which the rows are
 * copied.  Dropping the old one would delete or refuse what refers to its rows, so such a step has
 * the line `-- references at end`, which any step may have: FOREIGN KEY is not looked at while it
 * runs, and nothing cascades; before it is committed all references are looked through, and one
 * to a row that does not exist undoes it (HEARTH_ECONFLICT).
 */

#include <hearth/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** One step.  An entry without a name ends a table. */
typedef struct hearth_migration {
    const char
        *name;      /* "0002_add_due": a number, above that of the step before, '_', and a
                         word of letters, digits and '_' */
    const char *up; /* SQL, one or more statements */
    const char *down; /* SQL that takes it back; NULL = cannot be taken back */
} hearth_migration;

typedef enum hearth_migrate_action {
    HEARTH_MIGRATE_UP = 0, /* take the next steps */
    HEARTH_MIGRATE_DOWN,   /* take the last steps back */
    HEARTH_MIGRATE_REDO,   /* take the last steps back, then take them again */
    HEARTH_MIGRATE_STATUS  /* only tell, a line for each step; changes nothing */
} hearth_migrate_action;

/** What to do; zero of every field is the default. */
typedef struct hearth_migrate_opts {
    hearth_migrate_action action;
    int steps; /* how many; 0 = all for UP and STATUS, one for DOWN and REDO */
    bool
        dry_run; /* do it all, in one transaction, and undo that: shows that it would work */
    /* Told each step in a line without its end; NULL = nobody. */
    void (*tell)(void *arg, const char *line);
    void *arg; /* for tell */
} hearth_migrate_opts;

/**
 * Migrate a database, for programs that do it themselves.
 *
 * @param list  ended by an entry without a name
 * @param o     NULL = take all steps that are missing
 * Returns: 0, or with a sentence in *err that names the step
 *            HEARTH_EINVAL     the table of steps is malformed, or a step that is to be taken
 *                              back has no down
 *            HEARTH_ECONFLICT  the database does not fit the table: an applied step has been
 *                              changed or is missing in it, or one is missing below those that
 *                              are applied; nothing was done
 *            HEARTH_EDB        a step's SQL is wrong; steps before it stay
 *            HEARTH_EMODEL     the data do not fit what a step wants of them; steps before it
 *                              stay
 *            HEARTH_EBUSY      another program migrates or writes for longer than busy_ms
 *            HEARTH_EUNAVAILABLE, HEARTH_ENOMEM  as for hearth_exec()
 * Thread:  any, but not within a request's transaction
 * Since:   0.1
 */
HEARTH_API int hearth_migrate_sized(hearth_db *db, const hearth_migration *list,
                                    const hearth_migrate_opts *o, size_t size,
                                    hearth_error *err);
static inline int hearth_migrate(hearth_db *db, const hearth_migration *list,
                                 const hearth_migrate_opts *o, hearth_error *err)
{
    return hearth_migrate_sized(db, list, o, sizeof *o, err);
}

/** What to do at start when the database, with all its steps, is not what .models say. */
typedef enum hearth_drift {
    HEARTH_DRIFT_REFUSE = 0, /* do not start, with the first difference in a sentence */
    HEARTH_DRIFT_WARN,       /* log each of them, and start */
    HEARTH_DRIFT_IGNORE
} hearth_drift;

/** How an application deals with its migrations; zero of every field is the default. */
typedef struct hearth_use_migrations_opts {
    bool
        at_start; /* take missing steps when the application starts, instead of refusing to */
    /* Whose tables the steps make, ended by NULL, those that others refer to first: for `migrate
     * diff`, `migrate check` and .drift.  Borrowed until hearth_app_free().  Nothing is created
     * from them; NULL: those of hearth_use_models() alone, and nothing is done at start. */
    const hearth_model *const *models;
    /* At start, with .models; default: refuse.  Differences that do no harm, such as a missing
     * index or a column that no model has and nobody has to give, are logged in any case but
     * HEARTH_DRIFT_IGNORE. */
    hearth_drift drift;
    const char
        *folder; /* where `migrate diff` writes; NULL: to standard output.  Copied. */
} hearth_use_migrations_opts;

/**
 * Give the application the steps of its database.
 *
 * When it starts and steps are missing it refuses, or takes them with .at_start; a database that
 * does not fit is refused in both cases, and one that is not what .models say as .drift wants it.
 * hearth_app_main() then understands `migrate`.
 *
 * @param list  borrowed until hearth_app_free()
 * @param o     NULL = defaults
 * Returns: 0, or
 *            HEARTH_EINVAL  list is NULL, .drift is none of hearth_drift, or a model makes no sense
 *            HEARTH_ESTATE  the application runs, or has migrations already
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_use_migrations_sized(hearth_app *app, const hearth_migration *list,
                                           const hearth_use_migrations_opts *o,
                                           size_t size);
static inline int hearth_use_migrations(hearth_app *app, const hearth_migration *list,
                                        const hearth_use_migrations_opts *o)
{
    return hearth_use_migrations_sized(app, list, o, sizeof *o);
}

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_MIGRATE_H */
