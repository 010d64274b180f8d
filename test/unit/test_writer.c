/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Writes that share a commit: who is in it, who is hurt by whom, who cleans up. */

#include "suite.h"

#include "db_fixture.h"

#include <sys/stat.h>

#define SCHEMA                                                                     \
    "CREATE TABLE p(id INTEGER PRIMARY KEY) STRICT;"                               \
    "CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER NOT NULL UNIQUE, p INTEGER " \
    "REFERENCES p(id) DEFERRABLE INITIALLY DEFERRED) STRICT;"                      \
    "INSERT INTO p VALUES (1);"

typedef struct writer {
    fixture *f;
    pthread_t thread;
    const char *sql;
    int64_t n, id;
    int rc;
    bool json;
    char text[500];
} writer;

static void *write_one(void *arg)
{
    writer *w = arg;
    hearth__arena a;
    hearth__dbs s;
    hearth__buf b;

    hearth__arena_init(&a, 0);
    hearth__dbs_init(&s, w->f->db, &a);
    hearth__buf_init(&b, &a, 0);
    if (w->json)
        w->rc = hearth__dbs_json(&s, &b, true, w->sql, hearth_args(w->n));
    else
        w->rc = hearth__dbs_exec(&s, w->sql, hearth_args(w->n));
    w->id = s.last_id;
    snprintf(w->text, sizeof(w->text), "%s",
             w->json && w->rc == 0 ? b.ptr : s.error.text);
    hearth__dbs_end(&s);
    hearth__arena_clear(&a);
    return NULL;
}

/* All of them in one group: they wait for a transaction to end. */
static void run_together(fixture *f, writer *w, int n)
{
    size_t waiting = 0;

    ck_assert_int_eq(hearth__dbs_begin(&f->s), 0);
    f->db->group_us = INT64_MAX; /* however slow the machine */
    for (int i = 0; i < n; i++) {
        w[i].f = f;
        ck_assert_int_eq(pthread_create(&w[i].thread, NULL, write_one, &w[i]), 0);
        do {
            pthread_mutex_lock(&f->db->lock);
            waiting = f->db->waiting;
            pthread_mutex_unlock(&f->db->lock);
        } while (waiting != (size_t)i + 1);
    }
    ck_assert_int_eq(hearth__dbs_commit(&f->s), 0);
    for (int i = 0; i < n; i++)
        pthread_join(w[i].thread, NULL);
}

#define INSERT  "INSERT INTO t(n) VALUES (?)"
#define WRITERS 40

START_TEST(writes_that_wait_share_one_commit)
{
    fixture f;
    writer w[WRITERS];

    fixture_open(&f, "", SCHEMA);
    memset(w, 0, sizeof(w));
    for (int i = 0; i < WRITERS; i++)
        w[i] = (writer){.sql = i % 2 == 0 ? INSERT : INSERT " RETURNING n",
                        .n = i,
                        .json = i % 2 != 0};
    run_together(&f, w, WRITERS);
    ck_assert_uint_eq(f.db->commits, 1);
    ck_assert_uint_eq(f.db->writes, WRITERS);
    for (int i = 0; i < WRITERS; i++) {
        char json[40];

        ck_assert_int_eq(w[i].rc, 0);
        ck_assert_int_eq(w[i].id, i + 1);
        snprintf(json, sizeof(json), "{\"n\":%d}", i);
        ck_assert_str_eq(w[i].text, i % 2 ? json : "");
    }
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM t"), WRITERS);
    fixture_close(&f);
}
END_TEST

/* Place 3 of 6 is taken by somebody who fails; each in another way. */
static const struct {
    const char *sql;
    int code;
} guilty[] = {
    {"INSERT INTO t(n) VALUES (NULL + ?)", HEARTH_EMODEL},
    {"INSERT INTO t(n) VALUES (?), (1)", HEARTH_ECONFLICT},
    {"INSERT OR FAIL INTO t(n) VALUES (?), (1)", HEARTH_ECONFLICT},
    /* takes the whole transaction down */
    {"INSERT OR ROLLBACK INTO t(n) VALUES (?), (1)", HEARTH_ECONFLICT},
    /* fails at the commit */
    {"INSERT INTO t(n, p) VALUES (?, 77)", HEARTH_ECONFLICT},
    {"INSERT INTO nothing VALUES (?)", HEARTH_EDB},
};

START_TEST(a_failed_statement_never_hurts_its_neighbours)
{
    fixture f;
    writer w[6];

    fixture_open(&f, "", SCHEMA);
    for (int place = 0; place < 6; place += 5) {
        for (int i = 0; i < 6; i++)
            w[i] = (writer){.sql = INSERT, .n = place * 100 + i};
        w[place].sql = guilty[_i].sql;
        w[place].n = 1000;
        OK(hearth__dbs_exec(&f.s, "INSERT OR IGNORE INTO t(n) VALUES (1)", NONE));
        w[1].n = 2000 + place;
        run_together(&f, w, 6);
        for (int i = 0; i < 6; i++)
            ck_assert_msg(w[i].rc == (i == place ? guilty[_i].code : 0), "%d: %d %s", i,
                          w[i].rc, w[i].text);
    }
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM t"), 11);
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM t WHERE n = 1000"), 0);
    fixture_close(&f);
}
END_TEST

START_TEST(a_write_alone_is_not_handed_to_anybody)
{
    fixture f;

    fixture_open(&f, "", SCHEMA);
    for (int i = 0; i < 10; i++)
        OK(hearth__dbs_exec(&f.s, INSERT, hearth_args(i)));
    ck_assert_uint_eq(f.db->commits, 0);
    ck_assert(!f.db->turn);
    fixture_close(&f);
}
END_TEST

/* ---- company ---------------------------------------------------------- */

static void wait_for(fixture *f, size_t waiting)
{
    size_t now;

    do {
        pthread_mutex_lock(&f->db->lock);
        now = f->db->waiting;
        pthread_mutex_unlock(&f->db->lock);
    } while (now != waiting);
}

/* A commit in whose time more writes come. */
static struct {
    fixture *f;
    writer *late;
    int n, commits;
    size_t expected;
} meanwhile;

static int slow_commit(void *conn, int level, hearth_error *err)
{
    fixture *f = meanwhile.f;

    if (level == 0 && meanwhile.late != NULL && ++meanwhile.commits == 2) {
        for (int i = 0; i < meanwhile.n; i++) {
            writer *w = &meanwhile.late[i];

            w->f = f;
            ck_assert_int_eq(pthread_create(&w->thread, NULL, write_one, w), 0);
        }
        wait_for(f, (size_t)meanwhile.n);
    } else if (level == 0 && meanwhile.commits == 2) {
        meanwhile.commits++;
    }
    if (meanwhile.commits == 3 && meanwhile.expected == 0)
        meanwhile.expected = f->db->expected;
    return hearth_db_sqlite()->commit(conn, level, err);
}

/* Two halves that take turns are to become one whole. */
START_TEST(who_comes_during_a_commit_is_expected_with_its_members)
{
    hearth_db_ops ops = *hearth_db_sqlite();
    hearth_error err = {0};
    fixture f;
    writer early[4], late[3];

    fixture_dir(&f);
    ops.commit = slow_commit;
    f.db = hearth_db_open_with(&ops, f.path, &err);
    ck_assert_msg(f.db != NULL, "%s", err.text);
    ck_assert_int_eq(hearth_db_script(f.db, SCHEMA, &err), 0);
    hearth__dbs_init(&f.s, f.db, &f.arena);
    for (int i = 0; i < 4; i++)
        early[i] = (writer){.sql = INSERT, .n = i};
    for (int i = 0; i < 3; i++)
        late[i] = (writer){.sql = INSERT, .n = 10 + i};
    meanwhile.f = &f;
    meanwhile.late = late; /* the first commit is that of the transaction they wait for */
    meanwhile.n = 3;
    run_together(&f, early, 4);
    for (int i = 0; i < 3; i++)
        pthread_join(late[i].thread, NULL);
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM t"), 7);
    ck_assert_uint_eq(meanwhile.expected, 7);
    ck_assert_uint_eq(f.db->commits, 2);
    ck_assert_uint_eq(f.db->writes, 7);
    fixture_close(&f);
}
END_TEST

START_TEST(a_group_is_expected_again_and_one_alone_is_not)
{
    fixture f;
    writer w[4];

    fixture_open(&f, "", SCHEMA);
    for (int i = 0; i < 4; i++)
        w[i] = (writer){.sql = INSERT, .n = i};
    run_together(&f, w, 4);
    ck_assert_uint_eq(f.db->expected, 4);
    ck_assert_int_gt(f.db->expected_us, 0);
    w[0] = (writer){.sql = INSERT, .n = 10};
    run_together(&f, w, 1);
    ck_assert_uint_eq(f.db->expected, 1);
    ck_assert_int_eq(f.db->expected_us, 0);
    fixture_close(&f);
}
END_TEST

/* Expecting far more than there are, for far too long. */
static void expect_many(fixture *f)
{
    pthread_mutex_lock(&f->db->lock);
    f->db->expected = 100;
    f->db->expected_us = INT64_MAX / 4;
    pthread_mutex_unlock(&f->db->lock);
}

START_TEST(a_transaction_does_not_wait_for_company)
{
    fixture f;
    writer w = {.sql = INSERT, .n = 1, .f = &f};

    fixture_open(&f, "", SCHEMA);
    expect_many(&f);
    ck_assert_int_eq(pthread_create(&w.thread, NULL, write_one, &w), 0);
    wait_for(&f, 1);
    OK(hearth__dbs_begin(&f.s));
    pthread_join(w.thread, NULL);
    ck_assert_int_eq(w.rc, 0);
    OK(hearth__dbs_commit(&f.s));
    fixture_close(&f);
}
END_TEST

START_TEST(who_waits_for_company_in_vain_is_busy)
{
    fixture f;
    int64_t rows;

    fixture_open(&f, "?busy_ms=30", SCHEMA);
    expect_many(&f);
    ck_assert_int_eq(hearth__dbs_exec(&f.s, INSERT, hearth_args(1)), HEARTH_EBUSY);
    pthread_mutex_lock(&f.db->lock);
    ck_assert_uint_eq(f.db->waiting, 0);
    ck_assert_ptr_null(f.db->first);
    f.db->expected_us = 0;
    pthread_cond_signal(&f.db->call);
    pthread_mutex_unlock(&f.db->lock);
    OK(hearth__dbs_exec(&f.s, INSERT, hearth_args(2)));
    rows = count_of(&f.s, "SELECT count(*) FROM t");
    ck_assert_int_eq(rows, 1);
    fixture_close(&f);
}
END_TEST

START_TEST(maintenance_runs_outside_transactions)
{
    fixture f;

    fixture_open(&f, "", SCHEMA);
    OK(hearth__dbs_exec(&f.s, "VACUUM", NONE));
    OK(hearth__dbs_exec(&f.s, "/* why */ -- not\n vacuum", NONE));
    OK(hearth__dbs_exec(&f.s, "ANALYZE", NONE));
    OK(hearth__dbs_exec(&f.s, "PRAGMA user_version = 7", NONE));
    ck_assert_int_eq(count_of(&f.s, "PRAGMA user_version"), 7);
    fixture_close(&f);
}
END_TEST

static int64_t wal_size(const fixture *f)
{
    char name[260];
    struct stat st;

    snprintf(name, sizeof(name), "%s-wal", f->path);
    return stat(name, &st) == 0 ? (int64_t)st.st_size : 0;
}

/* The thread is asked for a checkpoint once there is enough for one, whoever wrote. */
START_TEST(the_thread_keeps_the_wal_small)
{
    fixture f;

    fixture_open(&f, "?sync=normal", "CREATE TABLE b(x BLOB) STRICT");
    for (int i = 0; i < 60; i++)
        OK(hearth__dbs_exec(&f.s, "INSERT INTO b VALUES (zeroblob(1000000))", NONE));
    ck_assert_int_lt(wal_size(&f), 20000000);
    fixture_close(&f);
}
END_TEST

START_TEST(an_idle_database_is_tidied_up)
{
    fixture f;

    fixture_open(&f, "", SCHEMA);
    OK(hearth__dbs_exec(&f.s, INSERT, hearth_args(1)));
    ck_assert_int_gt(wal_size(&f), 0);
    while (wal_size(&f) > 0)
        ;
    OK(hearth__dbs_exec(&f.s, INSERT, hearth_args(2)));
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM t"), 2);
    fixture_close(&f);
}
END_TEST

/* clang-format off */
SUITE("db/writer",
      TEST(writes_that_wait_share_one_commit)
      LOOP(a_failed_statement_never_hurts_its_neighbours, 0, 6)
      TEST(a_write_alone_is_not_handed_to_anybody)
      TEST(who_comes_during_a_commit_is_expected_with_its_members)
      TEST(a_group_is_expected_again_and_one_alone_is_not)
      TEST(a_transaction_does_not_wait_for_company)
      TEST(who_waits_for_company_in_vain_is_busy)
      TEST(maintenance_runs_outside_transactions)
      TEST(the_thread_keeps_the_wal_small)
      TEST(an_idle_database_is_tidied_up))
/* clang-format on */
