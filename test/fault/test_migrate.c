/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* Every allocation of a migration fails once: all of a step or nothing, and the next try works. */
#include "db_fixture.h"
#include "fault.h"
#include "suite.h"

#include <hearth/migrate.h>

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

SUITE("fault/migrate", TEST(a_migration_without_memory_can_be_repeated))
