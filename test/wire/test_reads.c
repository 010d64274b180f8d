/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Reads on reactors share a view of the data: over HTTP nobody may notice, wherever reads
 * and writes run.
 */

#include "suite.h"

#include "db_fixture.h"
#include "wire.h"

#include <hearth.h>
#include <sqlite3.h>

static int get(hearth_ctx *c)
{
    hearth_rows *r = hearth_select(c, "SELECT n FROM t WHERE id = 1", HEARTH_NO_ARGS);

    if (!hearth_rows_next(r))
        return hearth_rows_error(r);
    return hearth_text(c, 200, hearth_rows_text(r, 0));
}

static int add(hearth_ctx *c)
{
    HEARTH_TRY(hearth_exec(c, "UPDATE t SET n = n + 1 WHERE id = 1", HEARTH_NO_ARGS));
    return get(c);
}

static int add_slowly(hearth_ctx *c)
{
    HEARTH_TRY(hearth_begin(c));
    HEARTH_TRY(hearth_exec(c, "UPDATE t SET n = n + 1 WHERE id = 1", HEARTH_NO_ARGS));
    HEARTH_TRY(hearth_commit(c));
    return get(c);
}

static hearth_app *start(fixture *f, int threads)
{
    static const hearth_route routes[] = {
        HEARTH_GET("/inline", get, .run = HEARTH_INLINE),
        HEARTH_GET("/worker", get, .run = HEARTH_WORKER),
        HEARTH_POST("/inline", add, .run = HEARTH_INLINE),
        HEARTH_POST("/worker", add, .run = HEARTH_WORKER),
        HEARTH_POST("/inline/slowly", add_slowly, .run = HEARTH_INLINE),
        HEARTH_POST("/worker/slowly", add_slowly, .run = HEARTH_WORKER),
        HEARTH_END,
    };
    hearth_run_opts o = wire_opts();
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.log = {.level = HEARTH_LOG_OFF}});

    fixture_open(f, "?sync=normal",
                 "CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER NOT NULL) STRICT;"
                 "INSERT INTO t VALUES (1, 0);");
    o.threads = threads;
    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    ck_assert_int_eq(hearth_use_db(app, f->db), 0);
    f->db = NULL;
    (void)wire_start(app, &o);
    return app;
}

static void expect(wire *w, const char *method, const char *target, int n)
{
    char request[100], want[20];
    wire_reply r = {0};

    snprintf(request, sizeof(request), "%s %s HTTP/1.1\r\nHost: x\r\n%s\r\n", method,
             target, *method == 'P' ? "Content-Length: 0\r\n" : "");
    snprintf(want, sizeof(want), "%d", n);
    ck_assert(wire_ask(w, request, &r));
    ck_assert_int_eq(r.status, 200);
    ck_assert_str_eq(r.body, want);
    wire_reply_clear(&r);
}

static const char *const readers[] = {"/inline", "/worker"};
static const char *const writers[] = {"/inline", "/worker", "/inline/slowly",
                                      "/worker/slowly"};

/* Eight connections are spread over the reactors. */
START_TEST(a_write_is_seen_by_every_read_after_its_answer)
{
    fixture f;
    hearth_app *app = start(&f, _i + 1);
    wire w[8];
    int n = 0;

    for (int i = 0; i < 8; i++)
        w[i] = wire_open(hearth_app_port(app));
    for (int i = 0; i < 400; i++) {
        for (int j = 0; j < 8; j++)
            expect(&w[j], "GET", readers[(i / 4 + j / 4) % 2], n);
        expect(&w[i % 8], "POST", writers[i / 8 % 4], ++n);
    }
    for (int i = 0; i < 8; i++)
        wire_close(&w[i]);
    wire_stop(app);
    fixture_close(&f);
}
END_TEST

/* Another connection gets the lock that no reader may hold meanwhile. */
START_TEST(an_idle_reactor_keeps_no_view)
{
    fixture f;
    hearth_app *app = start(&f, 1);
    wire w = wire_open(hearth_app_port(app));
    sqlite3 *db = NULL;
    int rc;

    expect(&w, "POST", "/worker", 1);
    for (int i = 0; i < 50; i++)
        expect(&w, "GET", "/inline", 1);
    ck_assert_int_eq(sqlite3_open(f.path, &db), SQLITE_OK);
    do {
        rc = sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    } while (rc == SQLITE_BUSY);
    ck_assert_int_eq(rc, SQLITE_OK);
    sqlite3_close(db);
    expect(&w, "GET", "/inline", 1);
    wire_close(&w);
    wire_stop(app);
    fixture_close(&f);
}
END_TEST

/* clang-format off */
SUITE("wire/reads",
      LOOP(a_write_is_seen_by_every_read_after_its_answer, 0, 2)
      TEST(an_idle_reactor_keeps_no_view))
/* clang-format on */
