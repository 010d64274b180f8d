/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Durable inserts, for test/bench/db.sh:
 *
 *     POST /shared   a write by itself: those that wait together share a commit
 *     POST /each     between begin and commit: a commit for each request
 *     POST /none     the same request without a database
 *     GET  /syncs    how often the disk was synced so far
 *
 *     bench_db URL [SYNC_US]
 *
 * With SYNC_US every sync takes so much longer, as on a disk that is slower than this one.
 */
#include <hearth.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

/* ---- syncs, counted and slowed down ----------------------------------- */

static int (*real_open)(sqlite3_vfs *, const char *, sqlite3_file *, int, int *);
static int (*real_sync)(sqlite3_file *, int); /* of a WAL */
static sqlite3_io_methods methods;
static atomic_llong syncs;
static long slower_us;

static int slow_sync(sqlite3_file *f, int flags)
{
    const struct timespec t = {slower_us / 1000000, slower_us % 1000000 * 1000};

    atomic_fetch_add(&syncs, 1);
    if (slower_us > 0)
        nanosleep(&t, NULL);
    return real_sync(f, flags);
}

/* A commit syncs the WAL, which there is one of. */
static int slow_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags,
                     int *out)
{
    int rc = real_open(vfs, name, f, flags, out);

    if (rc != SQLITE_OK || (flags & SQLITE_OPEN_WAL) == 0)
        return rc;
    if (real_sync == NULL) {
        methods = *f->pMethods;
        real_sync = methods.xSync;
        methods.xSync = slow_sync;
    }
    f->pMethods = &methods;
    return rc;
}

static void slow_down(long us)
{
    static sqlite3_vfs vfs;

    slower_us = us;
    vfs = *sqlite3_vfs_find(NULL);
    real_open = vfs.xOpen;
    vfs.xOpen = slow_open;
    vfs.zName = "bench";
    sqlite3_vfs_register(&vfs, 1);
}

/* ---- handlers --------------------------------------------------------- */

#define INSERT "INSERT INTO events(at, text) VALUES (unixepoch(), ?)"

static int shared(hearth_ctx *c)
{
    HEARTH_TRY(hearth_exec(c, INSERT, hearth_args(hearth_body(c))));
    return 204;
}

static int each(hearth_ctx *c)
{
    HEARTH_TRY(hearth_begin(c));
    HEARTH_TRY(hearth_exec(c, INSERT, hearth_args(hearth_body(c))));
    HEARTH_TRY(hearth_commit(c));
    return 204;
}

static int none(hearth_ctx *c)
{
    return hearth_body(c).len > 0 ? 204 : 400;
}

static int count(hearth_ctx *c)
{
    return hearth_textf(c, 200, "%lld\n", (long long)atomic_load(&syncs));
}

static const hearth_route routes[] = {
    HEARTH_POST("/shared", shared, .run = HEARTH_WORKER),
    HEARTH_POST("/each", each, .run = HEARTH_WORKER),
    HEARTH_POST("/none", none, .run = HEARTH_WORKER),
    HEARTH_GET("/syncs", count),
    HEARTH_END,
};

int main(int argc, char **argv)
{
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.access_log_off = true});
    hearth_error err = {0};
    hearth_db *db;

    slow_down(argc > 2 ? strtol(argv[2], NULL, 10) : 0);
    db = hearth_db_open(argc > 1 ? argv[1] : NULL, &err);
    hearth_db_script(db,
                     "CREATE TABLE IF NOT EXISTS events(id INTEGER PRIMARY KEY, at "
                     "INTEGER NOT NULL, text TEXT NOT NULL) STRICT",
                     &err);
    hearth_use_db(app, db);
    hearth_mount(app, "", routes);
    return hearth_app_run(app, &(hearth_run_opts){.host = "127.0.0.1",
                                                  .port = HEARTH_PORT_ANY,
                                                  .threads = 1,
                                                  .workers = 64}) == 0
               ? 0
               : 1;
}
