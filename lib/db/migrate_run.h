/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_DB_MIGRATE_RUN_H
#define HEARTH_DB_MIGRATE_RUN_H

/* What the files of the migrations share: one run of them. */

#include "db/db.h"
#include "db/migrate.h"

#define HEARTH__MIGRATE_NAME  "hearth_migrations" /* of the table, and of the lock */
#define HEARTH__MIGRATE_TABLE "\"hearth_migrations\""

/* A step that the database has taken. */
typedef struct hearth__taken {
    int64_t number, at_s;
    const char *name, *digest;
} hearth__taken;

typedef struct hearth__migration_run {
    hearth_db *db;
    const hearth_migration *list;
    hearth_migrate_opts o;
    hearth_error *err; /* mandatory */
    hearth__arena arena;
    hearth__dbs s;
    size_t n;               /* steps of the list */
    hearth__taken *applied; /* in the order of their numbers */
    size_t napplied;
    bool table; /* the table of what was applied is there */
} hearth__migration_run;

int hearth__migrate_no_memory(hearth__migration_run *r);
/* What the database said, with the step in which it did; returns rc. */
int hearth__migrate_failed(hearth__migration_run *r, const char *step, int rc);

/* ---- the program's list (migrate_list.c) ------------------------------------------------- */

/* "0002_add_due": 2.  False when it is no name of a step. */
bool hearth__migration_number(const char *name, int64_t *number);
/* Is it sound?  Counts the steps. */
int hearth__migrate_check_list(hearth__migration_run *r);
/* Has the text a line "-- references at end"? */
bool hearth__migration_loose(const char *sql);

/* ---- the database's list (migrate_taken.c) ----------------------------------------------- */

/* What the database has taken; it has to be the beginning of the list, with the same texts. */
int hearth__migrate_look(hearth__migration_run *r);
/* The table in which it stands, where it is missing. */
int hearth__migrate_make_table(hearth__migration_run *r);
/* Into it and out of it. */
int hearth__migrate_note_up(hearth__migration_run *r, const hearth_migration *m);
int hearth__migrate_note_down(hearth__migration_run *r, const hearth_migration *m);
/* A time as status shows it. */
void hearth__migrate_time(hearth__buf *b, int64_t at_s);

#endif
