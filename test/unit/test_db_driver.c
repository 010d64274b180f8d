/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What lies above the driver table, with a driver that fails where we want.
 *
 * The fake knows two statements, "select" (three rows) and anything else (a write that
 * gives one row), and counts what it has handed out.
 */

#include "suite.h"

#include "core/error.h"
#include "db_fixture.h"

static struct {
    int calls;   /* of slots that may fail */
    int fail_at; /* which of them does; -1 none */
    int code;
    bool dies;  /* a failure also ends the transaction */
    bool stuck; /* rollback does not end it */
    bool hit;
    int engines, conns, stmts, connects;
    int level; /* open transactions and savepoints of the writer */
    int committed, written;
} fake;

typedef struct fake_stmt {
    bool reads;
    int row;
} fake_stmt;

static void fake_start(int fail_at, int code, bool dies)
{
    memset(&fake, 0, sizeof(fake));
    fake.fail_at = fail_at;
    fake.code = code;
    fake.dies = dies;
}

static int maybe(hearth_error *err)
{
    if (fake.calls++ != fake.fail_at)
        return 0;
    fake.hit = true;
    return hearth__error_set(err, fake.code, "injected");
}

/* The same for slots inside a transaction. */
static int maybe_dies(hearth_error *err)
{
    int rc = maybe(err);

    if (rc != 0 && fake.dies)
        fake.level = 0;
    return rc;
}

static int fake_open(const char *rest, void **self, hearth_error *err)
{
    HEARTH_TRY(maybe(err));
    *self = (void *)(uintptr_t)rest;
    fake.engines++;
    return 0;
}

static void fake_close(void *self)
{
    (void)self;
    fake.engines--;
}

static bool fake_single(void *self)
{
    return strcmp(self, "single") == 0;
}

static int64_t fake_busy_ms(void *self)
{
    (void)self;
    return 10;
}

static int fake_connect(void *self, bool writer, void **conn, hearth_error *err)
{
    (void)self;
    HEARTH_TRY(maybe(err));
    *conn = writer ? &fake.level : &fake.conns; /* only to tell them apart */
    fake.conns++;
    fake.connects += writer;
    return 0;
}

static void fake_disconnect(void *conn)
{
    fake.conns--;
    if (conn == &fake.level)
        fake.level = 0;
}

static int fake_script(void *conn, const char *sql, hearth_error *err)
{
    (void)conn, (void)sql;
    return maybe_dies(err);
}

static int fake_prepare(void *conn, const char *sql, void **stmt, hearth_error *err)
{
    fake_stmt *st;

    (void)conn;
    HEARTH_TRY(maybe(err));
    st = calloc(1, sizeof(*st));
    ck_assert_ptr_nonnull(st);
    st->reads = strcmp(sql, "select") == 0;
    fake.stmts++;
    *stmt = st;
    return 0;
}

static void fake_finalize(void *stmt)
{
    fake.stmts--;
    free(stmt);
}

static bool fake_readonly(void *stmt)
{
    return ((fake_stmt *)stmt)->reads;
}

static int fake_bind(void *stmt, hearth_vals args, hearth_error *err)
{
    (void)stmt, (void)args;
    return maybe(err);
}

static int fake_step(void *stmt, hearth_error *err)
{
    fake_stmt *st = stmt;

    HEARTH_TRY(maybe_dies(err));
    if (++st->row > (st->reads ? 3 : 1))
        return 0;
    fake.written += !st->reads;
    return 1;
}

static void fake_reset(void *stmt)
{
    ((fake_stmt *)stmt)->row = 0;
}

static int fake_width(void *stmt)
{
    (void)stmt;
    return 1;
}

static const char *fake_column_name(void *stmt, int col)
{
    (void)stmt, (void)col;
    return "n";
}

static hearth_val fake_column(void *stmt, int col)
{
    (void)col;
    return hearth_val_int(((fake_stmt *)stmt)->row);
}

static int64_t fake_count(void *conn)
{
    (void)conn;
    return 1;
}

static int fake_begin(void *conn, int level, hearth_error *err)
{
    ck_assert_ptr_eq(conn, &fake.level);
    ck_assert_int_eq(level, fake.level);
    HEARTH_TRY(maybe_dies(err));
    fake.level++;
    return 0;
}

static int fake_commit(void *conn, int level, hearth_error *err)
{
    ck_assert_ptr_eq(conn, &fake.level);
    ck_assert_int_eq(level, fake.level - 1);
    HEARTH_TRY(maybe_dies(err));
    fake.level--;
    fake.committed += level == 0;
    return 0;
}

static void fake_rollback(void *conn, int level)
{
    ck_assert_ptr_eq(conn, &fake.level);
    if (!fake.stuck && fake.level > level)
        fake.level = level;
}

static bool fake_begun(void *conn)
{
    return conn == &fake.level && fake.level > 0;
}

static const hearth_db_dialect fake_dialect = {
    .size = sizeof(hearth_db_dialect),
    .type = {"i", "f", "b", "t", "t", "t", "t", "t", "x", "t"},
    .serial_key = "",
    .table_end = "",
    .now = "",
    .today = "",
    .like = "",
    .length = "",
    .for_update = "",
    .max_args = 1,
    .tables = "",
    .columns = "",
    .indexes = "",
    .references = "",
};

static const hearth_db_ops fake_ops = {
    .size = sizeof(hearth_db_ops),
    .name = "fake",
    .dialect = &fake_dialect,
    .open = fake_open,
    .close = fake_close,
    .single = fake_single,
    .busy_ms = fake_busy_ms,
    .connect = fake_connect,
    .disconnect = fake_disconnect,
    .script = fake_script,
    .prepare = fake_prepare,
    .finalize = fake_finalize,
    .readonly = fake_readonly,
    .bind = fake_bind,
    .step = fake_step,
    .reset = fake_reset,
    .width = fake_width,
    .column_name = fake_column_name,
    .column = fake_column,
    .changes = fake_count,
    .last_id = fake_count,
    .begin = fake_begin,
    .commit = fake_commit,
    .rollback = fake_rollback,
    .begun = fake_begun,
};

/* ---- one request that uses everything --------------------------------- */

static int read_some(hearth__dbs *s, hearth_rows **out)
{
    hearth_rows *r = hearth__dbs_select(s, "select", NONE);

    for (int i = 1; i <= 2 && hearth_rows_next(r); i++)
        ck_assert_int_eq(hearth_rows_int(r, 0), i);
    *out = r;
    return hearth_rows_error(r);
}

static int read_rest(hearth_rows *r)
{
    if (hearth_rows_next(r))
        ck_assert_int_eq(hearth_rows_int(r, 0), 3);
    if (hearth_rows_error(r) == 0)
        ck_assert(!hearth_rows_next(r));
    return hearth_rows_error(r);
}

static int to_json(hearth__dbs *s, bool one, const char *sql, const char *json)
{
    hearth__buf b;

    hearth__buf_init(&b, s->arena, 0);
    HEARTH_TRY(hearth__dbs_json(s, &b, one, sql, NONE));
    ck_assert_str_eq(b.ptr, json);
    return 0;
}

static int request(hearth__dbs *s)
{
    hearth_rows *before, *inside;

    HEARTH_TRY(read_some(s, &before));
    HEARTH_TRY(hearth__dbs_exec(s, "insert", NONE));
    HEARTH_TRY(to_json(s, false, "select", "[{\"n\":1},{\"n\":2},{\"n\":3}]"));
    HEARTH_TRY(to_json(s, true, "write", "{\"n\":1}"));
    HEARTH_TRY(read_rest(before));
    HEARTH_TRY(hearth_rows_error(hearth__dbs_select(s, "update", NONE)));
    HEARTH_TRY(hearth__dbs_begin(s));
    HEARTH_TRY(hearth__dbs_exec(s, "insert", NONE));
    HEARTH_TRY(read_some(s, &inside));
    HEARTH_TRY(hearth__dbs_begin(s));
    HEARTH_TRY(hearth__dbs_exec(s, "write", NONE));
    HEARTH_TRY(hearth__dbs_commit(s));
    HEARTH_TRY(hearth__dbs_begin(s));
    HEARTH_TRY(hearth__dbs_rollback(s));
    HEARTH_TRY(hearth__dbs_commit(s));
    HEARTH_TRY(read_rest(inside));
    return 0;
}

static int whole_life(const char *rest)
{
    hearth_error err = {0};
    hearth__arena a;
    hearth__dbs s;
    hearth_db *db = hearth_db_open_with(&fake_ops, rest, &err);
    int rc;

    if (db == NULL) {
        ck_assert_str_eq(err.text, "injected");
        return err.code;
    }
    rc = hearth_db_script(db, "schema", &err);
    ck_assert_int_eq(fake.level, 0);
    hearth__arena_init(&a, 0);
    hearth__dbs_init(&s, db, &a);
    if (rc == 0)
        rc = request(&s);
    if (rc != 0 && s.error.code != 0)
        ck_assert_str_eq(s.error.text, "injected");
    hearth__dbs_end(&s);
    ck_assert_int_eq(fake.level, 0);
    ck_assert_ptr_null(s.open);
    /* Whatever happened, the next request is served. */
    fake.fail_at = -1;
    ck_assert_int_eq(request(&s), 0);
    hearth__dbs_end(&s);
    hearth__arena_clear(&a);
    hearth_db_close(db);
    return rc;
}

static const struct {
    const char *rest;
    int code;
    bool dies;
} failures[] = {
    {"many", HEARTH_EBUSY, false},         {"many", HEARTH_EUNAVAILABLE, false},
    {"many", HEARTH_EUNAVAILABLE, true},   {"single", HEARTH_EBUSY, false},
    {"single", HEARTH_EUNAVAILABLE, true}, {"many", HEARTH_ENOMEM, true},
};

START_TEST(a_failure_anywhere_is_reported_and_survived)
{
    int n = 0;

    for (;; n++) {
        int rc;

        fake_start(n, failures[_i].code, failures[_i].dies);
        rc = whole_life(failures[_i].rest);
        ck_assert_int_eq(fake.conns, 0);
        ck_assert_int_eq(fake.stmts, 0);
        ck_assert_int_eq(fake.engines, 0);
        if (!fake.hit) {
            ck_assert_int_eq(rc, 0);
            break;
        }
        /* A result that could not be copied at the end of a transaction says so when it
         * is read, so that a failure may come late but not get lost. */
        ck_assert_int_eq(rc, failures[_i].code);
    }
    ck_assert_int_gt(n, 30);
}
END_TEST

static hearth_db *open_fake(hearth__dbs *s, hearth__arena *a)
{
    hearth_db *db;

    fake_start(-1, HEARTH_EUNAVAILABLE, false);
    db = hearth_db_open_with(&fake_ops, "many", NULL);
    ck_assert_ptr_nonnull(db);
    hearth__arena_init(a, 0);
    hearth__dbs_init(s, db, a);
    return db;
}

START_TEST(statements_are_prepared_once)
{
    hearth__arena a;
    hearth__dbs s;
    hearth_db *db = open_fake(&s, &a);

    for (int i = 0; i < 10; i++) {
        ck_assert_int_eq(hearth__dbs_exec(&s, "insert", NONE), 0);
        ck_assert_int_eq(hearth__dbs_exec(&s, "select", NONE), 0);
    }
    ck_assert_int_eq(fake.stmts, 2);
    ck_assert_int_eq(fake.written, 10);
    hearth_db_close(db);
    hearth__arena_clear(&a);
}
END_TEST

START_TEST(a_writer_that_cannot_roll_back_is_replaced)
{
    hearth__arena a;
    hearth__dbs s;
    hearth_db *db = open_fake(&s, &a);

    ck_assert_int_eq(hearth__dbs_begin(&s), 0);
    ck_assert_int_eq(hearth__dbs_exec(&s, "insert", NONE), 0);
    fake.stuck = true;
    hearth__dbs_end(&s);
    ck_assert_int_eq(fake.level, 0);
    fake.stuck = false;
    fake.fail_at = fake.calls; /* the new connection */
    ck_assert_int_eq(hearth__dbs_exec(&s, "insert", NONE), HEARTH_EUNAVAILABLE);
    ck_assert_str_eq(s.error.text, "injected");
    ck_assert_int_eq(hearth__dbs_exec(&s, "insert", NONE), 0);
    ck_assert_int_eq(fake.connects, 2);
    hearth__dbs_end(&s);
    hearth_db_close(db);
    hearth__arena_clear(&a);
    ck_assert_int_eq(fake.conns, 0);
}
END_TEST

START_TEST(a_write_with_rows_is_wrapped_and_committed)
{
    hearth__arena a;
    hearth__dbs s;
    hearth_db *db = open_fake(&s, &a);
    hearth_rows *r = hearth__dbs_select(&s, "insert", NONE);

    ck_assert_int_eq(fake.committed, 1);
    ck_assert(hearth_rows_next(r));
    ck_assert_int_eq(hearth_rows_int(r, 0), 1);
    ck_assert(!hearth_rows_next(r));
    hearth__dbs_end(&s);
    hearth_db_close(db);
    hearth__arena_clear(&a);
}
END_TEST

START_TEST(an_inner_commit_that_fails_ends_only_its_own_level)
{
    hearth__arena a;
    hearth__dbs s;
    hearth_db *db = open_fake(&s, &a);

    ck_assert_int_eq(hearth__dbs_begin(&s), 0);
    ck_assert_int_eq(hearth__dbs_begin(&s), 0);
    fake.fail_at = fake.calls;
    ck_assert_int_eq(hearth__dbs_commit(&s), HEARTH_EUNAVAILABLE);
    ck_assert_int_eq(fake.level, 1);
    ck_assert_int_eq(hearth__dbs_exec(&s, "insert", NONE), 0);
    ck_assert_int_eq(hearth__dbs_commit(&s), 0);
    ck_assert_int_eq(fake.committed, 1);
    hearth_db_close(db);
    hearth__arena_clear(&a);
}
END_TEST

static void *read_in_thread(void *arg)
{
    hearth__arena a;
    hearth__dbs s;

    hearth__arena_init(&a, 0);
    hearth__dbs_init(&s, arg, &a);
    ck_assert_int_eq(hearth__dbs_exec(&s, "select", NONE), 0);
    ck_assert_int_eq(fake.conns, 2);
    hearth__dbs_end(&s);
    hearth__arena_clear(&a);
    return NULL;
}

START_TEST(a_thread_that_ends_disconnects)
{
    hearth__arena a;
    hearth__dbs s;
    hearth_db *db = open_fake(&s, &a);
    pthread_t thread;

    ck_assert_int_eq(pthread_create(&thread, NULL, read_in_thread, db), 0);
    pthread_join(thread, NULL);
    ck_assert_int_eq(fake.conns, 1);
    ck_assert_int_eq(fake.stmts, 0);
    hearth_db_close(db);
    hearth__arena_clear(&a);
}
END_TEST

/* clang-format off */
SUITE("db/driver",
      LOOP(a_failure_anywhere_is_reported_and_survived, 0, 6)
      TEST(statements_are_prepared_once)
      TEST(a_writer_that_cannot_roll_back_is_replaced)
      TEST(a_write_with_rows_is_wrapped_and_committed)
      TEST(an_inner_commit_that_fails_ends_only_its_own_level)
      TEST(a_thread_that_ends_disconnects))
/* clang-format on */
