/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* An asynchronous driver used by threads that wait, and by one that waits for many at once;
 * servers that do not answer, and connections that are lost. */

#include "suite.h"

#include "db_async.h"
#include "db_fixture.h"

#include <poll.h>

#define SCHEMA                                                    \
    "CREATE TABLE t(id SERIAL, n INT8 NOT NULL UNIQUE) STRICTLY;" \
    "INSERT INTO t(n) VALUES (1), (2), (3);"
#define INSERT "INSERT INTO t(n) VALUES (?)"
#define COUNT  "SELECT count(*) FROM t"

static hearth_db *open_async(const fixture *f, const char *options)
{
    char url[300];
    hearth_error err = {0};
    hearth_db *db;

    snprintf(url, sizeof(url), "async:%s%s", f->path, options);
    db = hearth_db_open_with(db_async(), url, &err);
    ck_assert_msg(db != NULL, "%s", err.text);
    return db;
}

static void start(fixture *f, const char *options)
{
    fixture_dir(f);
    f->db = open_async(f, options);
    ck_assert_msg(hearth_db_script(f->db, SCHEMA, &f->err) == 0, "%s", f->err.text);
    hearth__dbs_init(&f->s, f->db, &f->arena);
}

START_TEST(a_request_does_not_notice_that_its_driver_is_asynchronous)
{
    fixture f;
    hearth_rows *r;

    start(&f, "");
    ck_assert_str_eq(json_of(&f.s, true, INSERT " RETURNING id, n", hearth_args(4)),
                     "{\"id\":4,\"n\":4}");
    OK(hearth__dbs_exec(&f.s, INSERT, hearth_args(5)));
    ck_assert_int_eq(f.s.last_id, 5);
    ck_assert_int_eq(f.s.changes, 1);
    ck_assert_int_eq(hearth__dbs_exec(&f.s, INSERT, hearth_args(5)), HEARTH_ECONFLICT);
    ck_assert_str_eq(f.s.error.text, "n already exists");
    r = hearth__dbs_select(&f.s, "SELECT n FROM t ORDER BY n", NONE);
    ck_assert(hearth_rows_next(r));
    OK(hearth__dbs_begin(&f.s));
    OK(hearth__dbs_exec(&f.s, INSERT, hearth_args(6)));
    OK(hearth__dbs_begin(&f.s));
    OK(hearth__dbs_exec(&f.s, INSERT, hearth_args(7)));
    OK(hearth__dbs_rollback(&f.s));
    OK(hearth__dbs_commit(&f.s));
    ck_assert_int_eq(count_of(&f.s, COUNT), 6);
    for (int i = 2; i <= 5; i++) {
        ck_assert(hearth_rows_next(r));
        ck_assert_int_eq(hearth_rows_int(r, 0), i);
    }
    ck_assert(!hearth_rows_next(r));
    OK(hearth__dbs_begin(&f.s));
    OK(hearth__dbs_exec(&f.s, "DELETE FROM t", NONE));
    hearth__dbs_end(&f.s);
    ck_assert_int_eq(count_of(&f.s, COUNT), 6);
    fixture_close(&f);
}
END_TEST

typedef struct writer {
    hearth_db *db;
    pthread_t thread;
    int first, rc;
} writer;

#define WRITES 25

static void *write_some(void *arg)
{
    writer *w = arg;
    hearth__arena a;
    hearth__dbs s;

    hearth__arena_init(&a, 0);
    hearth__dbs_init(&s, w->db, &a);
    for (int i = 0; i < WRITES && w->rc == 0; i++) {
        w->rc = hearth__dbs_exec(&s, INSERT, hearth_args(w->first + i));
        if (w->rc == 0 && count_of(&s, COUNT) < 4 + i)
            w->rc = HEARTH_EDB;
        hearth__dbs_end(&s);
    }
    hearth__arena_clear(&a);
    return NULL;
}

START_TEST(threads_share_an_asynchronous_database)
{
    fixture f;
    writer w[6];

    start(&f, "");
    for (int i = 0; i < 6; i++) {
        w[i] = (writer){.db = f.db, .first = 100 * (i + 1)};
        ck_assert_int_eq(pthread_create(&w[i].thread, NULL, write_some, &w[i]), 0);
    }
    for (int i = 0; i < 6; i++) {
        pthread_join(w[i].thread, NULL);
        ck_assert_int_eq(w[i].rc, 0);
    }
    ck_assert_int_eq(count_of(&f.s, COUNT), 3 + 6 * WRITES);
    fixture_close(&f);
}
END_TEST

/* ---- as a loop would do it -------------------------------------------- */

#define MANY 8

typedef struct task {
    void *conn, *stmt;
    int state; /* 0: connects, 1: prepares, 2: runs, 3: has the row */
    int64_t result;
} task;

/* As far as it comes without waiting. */
static void advance(const hearth_db_ops *ops, void *engine, task *k)
{
    hearth_error err = {0};
    int rc = 0;

    while (k->state < 3) {
        if (k->state == 0)
            rc = ops->connect(engine, false, &k->conn, &err);
        else if (k->state == 1)
            rc = ops->prepare(k->conn, "SELECT sum(n) FROM t", &k->stmt, &err);
        else
            rc = ops->step(k->stmt, &err);
        if (rc == HEARTH_DB_WAIT)
            return;
        ck_assert_msg(rc == (k->state == 2 ? 1 : 0), "%d: %s", rc, err.text);
        if (k->state == 1)
            ck_assert_int_eq(ops->bind(k->stmt, NONE, &err), 0);
        k->state++;
    }
    k->result = ops->column(k->stmt, 0).u.i;
}

START_TEST(one_thread_waits_for_many_connections)
{
    const hearth_db_ops *ops = db_async();
    task k[MANY];
    void *engine = NULL;
    int left = MANY, waits = 0;
    fixture f;

    start(&f, "");
    memset(k, 0, sizeof(k));
    ck_assert_int_eq(ops->open(f.path, &engine, NULL), 0);
    for (int i = 0; i < MANY; i++)
        advance(ops, engine, &k[i]);
    while (left > 0) {
        struct pollfd p[MANY];

        for (int i = 0; i < MANY; i++)
            p[i] = (struct pollfd){.fd = k[i].state == 3 ? -1 : ops->fd(k[i].conn),
                                   .events = (short)ops->wants(k[i].conn)};
        ck_assert_int_gt(poll(p, MANY, -1), 0);
        waits++;
        for (int i = 0; i < MANY; i++)
            if (p[i].revents != 0) {
                advance(ops, engine, &k[i]);
                left -= k[i].state == 3;
            }
    }
    ck_assert_int_ge(waits, 1);
    for (int i = 0; i < MANY; i++) {
        ck_assert_int_eq(k[i].result, 6);
        ops->reset(k[i].stmt);
        ops->finalize(k[i].stmt);
        ops->disconnect(k[i].conn);
    }
    ops->close(engine);
    fixture_close(&f);
}
END_TEST

/* ---- when it goes wrong ----------------------------------------------- */

START_TEST(a_read_without_an_answer_is_given_up)
{
    fixture f;

    start(&f, "?wait_ms=50");
    ck_assert_int_eq(count_of(&f.s, COUNT), 3);
    ck_assert_int_eq(hearth__dbs_exec(&f.s, "HANG", NONE), HEARTH_EUNAVAILABLE);
    ck_assert_ptr_nonnull(strstr(f.s.error.text, "did not answer within 50 ms"));
    ck_assert_int_eq(count_of(&f.s, COUNT), 3);
    ck_assert_int_eq(hearth_rows_error(hearth__dbs_select(&f.s, "HANG", NONE)),
                     HEARTH_EUNAVAILABLE);
    ck_assert_int_eq(count_of(&f.s, COUNT), 3);
    fixture_close(&f);
}
END_TEST

START_TEST(a_transaction_without_an_answer_is_undone)
{
    fixture f;

    start(&f, "?wait_ms=50");
    OK(hearth__dbs_begin(&f.s));
    OK(hearth__dbs_exec(&f.s, INSERT, hearth_args(4)));
    ck_assert_int_eq(hearth__dbs_exec(&f.s, "HANG", NONE), HEARTH_EUNAVAILABLE);
    ck_assert_int_eq(hearth__dbs_exec(&f.s, INSERT, hearth_args(5)), HEARTH_ESTATE);
    ck_assert_int_eq(hearth__dbs_commit(&f.s), HEARTH_ESTATE);
    ck_assert_int_eq(count_of(&f.s, COUNT), 3);
    OK(hearth__dbs_exec(&f.s, INSERT, hearth_args(4)));
    ck_assert_int_eq(count_of(&f.s, COUNT), 4);
    fixture_close(&f);
}
END_TEST

START_TEST(a_lost_connection_is_made_anew)
{
    fixture f;

    start(&f, "");
    for (int i = 4; i < 8; i++) {
        ck_assert_int_eq(count_of(&f.s, COUNT), i - 1);
        ck_assert_int_eq(hearth__dbs_exec(&f.s, "LOSE CONNECTION", NONE),
                         HEARTH_EUNAVAILABLE);
        /* The very next read: nobody waits for a look that is due later. */
        ck_assert_int_eq(count_of(&f.s, COUNT), i - 1);
        OK(hearth__dbs_begin(&f.s));
        OK(hearth__dbs_exec(&f.s, INSERT, hearth_args(100 + i)));
        ck_assert_int_eq(hearth__dbs_exec(&f.s, "LOSE CONNECTION", NONE),
                         HEARTH_EUNAVAILABLE);
        ck_assert_int_eq(hearth__dbs_commit(&f.s), HEARTH_ESTATE);
        OK(hearth__dbs_exec(&f.s, INSERT, hearth_args(i)));
    }
    fixture_close(&f);
}
END_TEST

static int always_waits(void *conn, int level, hearth_error *err)
{
    (void)conn, (void)level, (void)err;
    return HEARTH_DB_WAIT;
}

START_TEST(waiting_without_a_descriptor_is_an_error)
{
    hearth_db_ops ops = *hearth_db_sqlite();
    hearth_error err = {0};
    hearth_db *db;

    ops.begin = always_waits;
    db = hearth_db_open_with(&ops, ":memory:", &err);
    ck_assert_ptr_nonnull(db);
    ck_assert_int_eq(hearth_db_script(db, "CREATE TABLE t(x)", &err), HEARTH_EDB);
    ck_assert_ptr_nonnull(strstr(err.text, "fd and wants"));
    hearth_db_close(db);
}
END_TEST

START_TEST(an_engine_that_cannot_be_reached_is_told)
{
    hearth_error err = {0};

    ck_assert_ptr_null(hearth_db_open_with(db_async(), "async:/nowhere/at/all.db", &err));
    ck_assert_int_eq(err.code, HEARTH_EUNAVAILABLE);
    ck_assert_ptr_nonnull(strstr(err.text, "/nowhere/at/all.db"));
}
END_TEST

START_TEST(an_asynchronous_lock_keeps_others_out)
{
    fixture f;
    hearth_db *other;
    hearth__db_lock *l;
    hearth_error err = {0};

    start(&f, "?busy_ms=30");
    other = open_async(&f, "?busy_ms=30");
    l = hearth__db_lock_take(f.db, "m", &err);
    ck_assert_ptr_nonnull(l);
    ck_assert_ptr_null(hearth__db_lock_take(other, "m", &err));
    ck_assert_int_eq(err.code, HEARTH_EBUSY);
    hearth__db_lock_give(l);
    l = hearth__db_lock_take(other, "m", &err);
    ck_assert_ptr_nonnull(l);
    hearth__db_lock_give(l);
    hearth_db_close(other);
    snprintf(f.dir + strlen(f.dir), 20, "/a.db-m");
    unlink(f.dir);
    f.dir[strlen(f.dir) - 7] = '\0';
    fixture_close(&f);
}
END_TEST

/* clang-format off */
SUITE("db/call",
      TEST(a_request_does_not_notice_that_its_driver_is_asynchronous)
      TEST(threads_share_an_asynchronous_database)
      TEST(one_thread_waits_for_many_connections)
      TEST(a_read_without_an_answer_is_given_up)
      TEST(a_transaction_without_an_answer_is_undone)
      TEST(a_lost_connection_is_made_anew)
      TEST(waiting_without_a_descriptor_is_an_error)
      TEST(an_engine_that_cannot_be_reached_is_told)
      TEST(an_asynchronous_lock_keeps_others_out))
/* clang-format on */
