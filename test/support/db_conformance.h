/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TEST_DB_CONFORMANCE_H
#define HEARTH_TEST_DB_CONFORMANCE_H

/*
 * The suite that every database driver must pass.  It needs public headers only, and is
 * installed, so that an add-on can run it:
 *
 *     #include "db_conformance.h"
 *
 *     int main(void)
 *     {
 *         return db_conformance_all(&(db_conformance){
 *             .ops = hearth_pg(), .url = "pg:dbname=test options='-c lock_timeout=200'"});
 *     }
 *
 *     cc -o conformance main.c db_conformance.c db_conformance_app.c \
 *         $(pkg-config --cflags --libs hearth) -lhearth-pg
 *
 * A test is a number, so that any test framework can run them one by one.  What the driver
 * does not offer is not asked of it.
 */

#include <hearth/driver.h>

typedef struct db_conformance {
    const hearth_db_ops *ops;
    /* Of a database that nobody else uses: tables whose names begin with "conf_" are dropped
     * and made.  Let it have a busy_ms of a second or less, some tests wait for that long. */
    const char *url;
    /* A statement at which the server ends the connection; NULL = there is none. */
    const char *lose;
} db_conformance;

size_t db_conformance_count(void);
const char *db_conformance_name(size_t test);
/* NULL: it passed.  Otherwise a sentence about what was wrong, good until the next call. */
const char *db_conformance_run(size_t test, const db_conformance *d);
/* Run all, with a line for each on the standard output; how many failed, 127 at most. */
int db_conformance_all(const db_conformance *d);

/* The second half of the list, for the first (db_conformance_app.c). */
size_t db_conformance__app_count(void);
const char *db_conformance__app_name(size_t test);
const char *db_conformance__app_run(size_t test, const db_conformance *d);

#endif
