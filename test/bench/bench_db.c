/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Durable inserts, for test/bench/db.sh:
 *
 *     POST /shared   a write by itself: those that wait together share a commit
 *     POST /each     between begin and commit: a commit for each request
 */
#include <hearth.h>
#include <stdlib.h>

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

static const hearth_route routes[] = {
    HEARTH_POST("/shared", shared, .run = HEARTH_WORKER),
    HEARTH_POST("/each", each, .run = HEARTH_WORKER),
    HEARTH_END,
};

int main(int argc, char **argv)
{
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.access_log_off = true});
    hearth_error err = {0};
    hearth_db *db = hearth_db_open(argc > 1 ? argv[1] : NULL, &err);

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
