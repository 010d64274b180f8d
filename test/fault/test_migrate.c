/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* Every allocation of a migration fails once: all of a step or nothing, and the next try works. */
#include "db_fixture.h"
#include "fault.h"
#include "suite.h"

#include "data/drift.h"

#include <hearth.h>

static const hearth_migration steps[] = {
    {"0001_t", "CREATE TABLE t(x INTEGER) STRICT", "DROP TABLE t"},
    {"0002_row", "INSERT INTO t VALUES (7)", "DELETE FROM t"},
    {"0003_row", "INSERT INTO t VALUES (8)", "DELETE FROM t WHERE x = 8"},
    {0},
};

START_TEST(a_migration_without_memory_can_be_repeated)
{
    const hearth_migrate_opts down = {.action = HEARTH_MIGRATE_DOWN, .steps = 3};
    fixture f;
    long n;

    fixture_open(&f, "", NULL);
    for (n = 0;; n++) {
        hearth_error err = {0};

        fault_at(n);
        int rc = hearth_migrate(f.db, steps, NULL, &err);
        bool hit = fault_hit();
        if (!hit)
            break;
        ck_assert_msg(rc == HEARTH_ENOMEM || rc == 0, "allocation %ld: %d %s", n, rc,
                      err.text);
        ck_assert_msg(hearth_migrate(f.db, steps, NULL, &err) == 0, "%ld: %s", n,
                      err.text);
        ck_assert_int_eq(count_of(&f.s, "SELECT sum(x) FROM t"), 15);
        hearth__dbs_end(&f.s);
        ck_assert_msg(hearth_migrate(f.db, steps, &down, &err) == 0, "%ld: %s", n,
                      err.text);
    }
    ck_assert_int_gt(n, 3);
    fixture_close(&f);
}
END_TEST

#define T(F, T) \
    F(T, id, i64, "Identifier", .key = true) F(T, x, text, "Text", .unique = true)
HEARTH_MODEL(row, "t", T);
#define OTHER(F, T) \
    F(T, id, i64, "Identifier", .key = true) F(T, t, i64, "Row", .references = &row_model)
HEARTH_MODEL(other, "others", OTHER);
static const hearth_model *const models[] = {&row_model, &other_model, NULL};

START_TEST(models_and_tables_are_compared_or_not_at_all)
{
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.access_log_off = true});
    fixture f;
    long n;

    fixture_dir(&f);
    f.db = fixture_db(&f, "");
    ck_assert_int_eq(
        hearth_db_script(f.db,
                         "CREATE TABLE t(id INTEGER PRIMARY KEY, old TEXT CHECK "
                         "(old <> '')); CREATE INDEX i ON t(old); CREATE VIEW v "
                         "AS SELECT * FROM t",
                         NULL),
        0);
    ck_assert_int_eq(hearth_use_db(app, f.db), 0);
    ck_assert_int_eq(hearth_use_migrations(app, steps,
                                           &(hearth_use_migrations_opts){.models =
                                                                             models}),
                     0);
    for (n = 0;; n++) {
        hearth_error err = {0};
        hearth__drift d;

        fault_at(n);
        int rc = hearth__drift_open(&d, app, false, &err);
        bool hit = fault_hit();
        ck_assert_msg(rc == 0 || rc == HEARTH_ENOMEM, "%ld: %d %s", n, rc, err.text);
        ck_assert_msg(rc != 0 || (d.diff.n == 3 && d.diff.changes), "%ld: %zu %s", n,
                      d.diff.n, d.diff.up);
        hearth__drift_close(&d);
        if (!hit)
            break;
    }
    ck_assert_int_gt(n, 20);
    f.db = NULL;
    hearth_app_free(app);
    hearth__dbs_init(&f.s, NULL, &f.arena);
    fixture_close(&f);
}
END_TEST

SUITE("fault/migrate", TEST(a_migration_without_memory_can_be_repeated)
                           TEST(models_and_tables_are_compared_or_not_at_all))
