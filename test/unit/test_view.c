/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Reads that share a view: when they do, what they must never miss, when it ends. */

#include "suite.h"

#include "db_fixture.h"

#include <stdatomic.h>
#include <sys/wait.h>

#define SCHEMA                                                           \
    "CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER NOT NULL) STRICT;" \
    "INSERT INTO t VALUES (1, 0);"
#define READ "SELECT n FROM t WHERE id = 1"
#define ADD  "UPDATE t SET n = n + 1 WHERE id = 1"

static hearth__conn *reader(const fixture *f)
{
    return pthread_getspecific(f->db->reader);
}

static bool viewing(const fixture *f)
{
    return reader(f)->viewing;
}

/* However long a sanitizer took since: the last read was a moment ago. */
static int64_t read_now(fixture *f, const char *sql)
{
    if (reader(f) != NULL) {
        reader(f)->read_us = INT64_MAX;
        reader(f)->view_us = INT64_MAX;
    }
    return count_of(&f->s, sql);
}

/* A reader with a view. */
static void start(fixture *f)
{
    fixture_open(f, "", SCHEMA);
    f->s.views = true;
    (void)read_now(f, READ);
    ck_assert(!viewing(f)); /* one read is nothing to share with */
    (void)read_now(f, READ);
    ck_assert(viewing(f));
}

START_TEST(reads_share_a_view_where_they_may)
{
    fixture f;

    start(&f);
    ck_assert_int_eq(read_now(&f, READ), 0);
    ck_assert(viewing(&f));
    f.s.views = false; /* the same thread, for somebody who promises nothing */
    ck_assert_int_eq(read_now(&f, READ), 0);
    ck_assert(!viewing(&f));
    ck_assert_int_eq(read_now(&f, READ), 0);
    ck_assert(!viewing(&f));
    fixture_close(&f);
}
END_TEST

START_TEST(reads_that_are_far_apart_share_nothing)
{
    fixture f;

    start(&f);
    hearth__db_turn(f.db, true);
    ck_assert(!viewing(&f));
    reader(&f)->read_us = 0;
    ck_assert_int_eq(count_of(&f.s, READ), 0);
    ck_assert(!viewing(&f));
    fixture_close(&f);
}
END_TEST

START_TEST(a_view_ends_when_its_time_is_up)
{
    fixture f;

    fixture_open(&f, "", SCHEMA);
    ck_assert_int_eq(hearth__db_turn(f.db, false), -1); /* no reader yet */
    fixture_close(&f);
    start(&f);
    reader(&f)->view_us = INT64_MAX;
    ck_assert_int_gt(hearth__db_turn(f.db, false), 0);
    ck_assert(viewing(&f));
    reader(&f)->view_us = 0;
    ck_assert_int_eq(hearth__db_turn(f.db, false), -1);
    ck_assert(!viewing(&f));
    (void)read_now(&f, READ);
    ck_assert(viewing(&f));
    reader(&f)->view_us = 0;
    ck_assert_int_eq(count_of(&f.s, READ), 0); /* another one */
    ck_assert_int_gt(reader(&f)->view_us, 0);
    fixture_close(&f);
}
END_TEST

/* ---- nothing is missed ------------------------------------------------ */

START_TEST(own_writes_are_seen)
{
    fixture f;

    start(&f);
    for (int i = 1; i <= 50; i++) {
        OK(hearth__dbs_exec(&f.s, ADD, NONE));
        ck_assert_int_eq(read_now(&f, READ), i);
    }
    OK(hearth__dbs_begin(&f.s));
    OK(hearth__dbs_exec(&f.s, ADD, NONE));
    ck_assert_int_eq(read_now(&f, READ), 51);
    OK(hearth__dbs_rollback(&f.s));
    ck_assert_int_eq(read_now(&f, READ), 50);
    fixture_close(&f);
}
END_TEST

static void *write_one(void *arg)
{
    fixture *f = arg;
    hearth_error err = {0};

    ck_assert_msg(hearth_db_script(f->db, ADD, &err) == 0, "%s", err.text);
    return NULL;
}

START_TEST(writes_of_other_threads_are_seen)
{
    fixture f;
    pthread_t t;

    start(&f);
    for (int i = 1; i <= 50; i++) {
        ck_assert_int_eq(pthread_create(&t, NULL, write_one, &f), 0);
        pthread_join(t, NULL);
        ck_assert_int_eq(read_now(&f, READ), i);
        ck_assert_int_eq(read_now(&f, READ), i);
        ck_assert(viewing(&f));
    }
    fixture_close(&f);
}
END_TEST

/* Another program, made before this one has SQLite's locks: a byte makes it write. */
static pid_t other_program(const char *path, int ask[2], int told[2])
{
    pid_t pid;
    char byte, url[300];

    ck_assert(pipe(ask) == 0 && pipe(told) == 0);
    pid = fork();
    if (pid != 0)
        return pid;
    close(ask[1]);
    snprintf(url, sizeof(url), "sqlite:%s", path);
    while (read(ask[0], &byte, 1) == 1) {
        hearth_db *db = hearth_db_open(url, NULL);

        byte = hearth_db_script(db, ADD, NULL) == 0 ? 'y' : 'n';
        hearth_db_close(db);
        if (write(told[1], &byte, 1) != 1)
            break;
    }
    _exit(0);
}

START_TEST(writes_of_other_programs_are_seen)
{
    fixture f;
    int ask[2], told[2];
    char byte;
    pid_t pid;

    fixture_dir(&f);
    pid = other_program(f.path, ask, told);
    f.db = fixture_db(&f, "");
    ck_assert_int_eq(hearth_db_script(f.db, SCHEMA, &f.err), 0);
    hearth__dbs_init(&f.s, f.db, &f.arena);
    f.s.views = true;
    for (int i = 1; i <= 10; i++) {
        (void)read_now(&f, READ);
        ck_assert_int_eq(read_now(&f, READ), i - 1);
        ck_assert(viewing(&f));
        ck_assert(write(ask[1], "x", 1) == 1 && read(told[0], &byte, 1) == 1);
        ck_assert_int_eq(byte, 'y');
        ck_assert_int_eq(read_now(&f, READ), i);
    }
    close(ask[1]);
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
    close(ask[0]);
    close(told[0]);
    close(told[1]);
    fixture_close(&f);
}
END_TEST

typedef struct race {
    fixture *f;
    atomic_long published;
    atomic_bool done;
} race;

static void *read_on(void *arg)
{
    race *r = arg;
    hearth__arena a;
    hearth__dbs s;

    hearth__arena_init(&a, 0);
    hearth__dbs_init(&s, r->f->db, &a);
    while (!atomic_load(&r->done)) {
        long before = atomic_load(&r->published);

        s.views = true;
        ck_assert_int_ge(count_of(&s, READ), before);
        hearth__dbs_end(&s);
        hearth__arena_reset(&a);
        (void)hearth__db_turn(r->f->db, false);
    }
    hearth__arena_clear(&a);
    return NULL;
}

START_TEST(readers_never_fall_behind_what_was_acknowledged)
{
    fixture f;
    race r = {.f = &f};
    pthread_t t[3];

    fixture_open(&f, "?sync=normal", SCHEMA);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(pthread_create(&t[i], NULL, read_on, &r), 0);
    for (int i = 1; i <= 1000; i++) {
        OK(hearth__dbs_exec(&f.s, ADD, NONE));
        atomic_store(&r.published, i);
    }
    atomic_store(&r.done, true);
    for (int i = 0; i < 3; i++)
        pthread_join(t[i], NULL);
    fixture_close(&f);
}
END_TEST

START_TEST(new_tables_are_seen)
{
    fixture f;

    start(&f);
    ck_assert_int_eq(hearth_db_script(f.db, "CREATE TABLE u(n); INSERT INTO u VALUES (7)",
                                      &f.err),
                     0);
    ck_assert_int_eq(read_now(&f, "SELECT n FROM u"), 7);
    OK(hearth__dbs_exec(&f.s, "ALTER TABLE u ADD COLUMN m DEFAULT 8", NONE));
    ck_assert_int_eq(read_now(&f, "SELECT m FROM u"), 8);
    fixture_close(&f);
}
END_TEST

/* ---- what goes on meanwhile ------------------------------------------- */

START_TEST(an_open_result_survives_the_end_of_its_view)
{
    fixture f;
    hearth_rows *r;

    start(&f);
    OK(hearth__dbs_exec(&f.s, "INSERT INTO t(n) VALUES (1), (2), (3)", NONE));
    r = hearth__dbs_select(&f.s, "SELECT n FROM t ORDER BY id", NONE);
    ck_assert(hearth_rows_next(r));
    hearth__db_turn(f.db, true);
    OK(hearth__dbs_exec(&f.s, "INSERT INTO t(n) VALUES (4)", NONE));
    ck_assert_int_eq(read_now(&f, "SELECT count(*) FROM t"), 5);
    for (int i = 1; i <= 3; i++) {
        ck_assert(hearth_rows_next(r));
        ck_assert_int_eq(hearth_rows_int(r, 0), i);
    }
    ck_assert(!hearth_rows_next(r));
    fixture_close(&f);
}
END_TEST

START_TEST(a_failed_read_ends_its_view)
{
    fixture f;

    start(&f);
    ck_assert_int_eq(hearth__dbs_exec(&f.s, "SELECT abs(-9223372036854775807 - ?)",
                                      hearth_args(1)),
                     HEARTH_EDB);
    ck_assert(!viewing(&f));
    ck_assert_int_eq(read_now(&f, READ), 0);
    fixture_close(&f);
}
END_TEST

START_TEST(a_pragma_runs_outside_a_view)
{
    fixture f;

    start(&f);
    ck_assert_int_eq(read_now(&f, "PRAGMA query_only"), 0);
    ck_assert(!viewing(&f));
    fixture_close(&f);
}
END_TEST

START_TEST(a_view_that_ended_keeps_nothing_from_being_tidied_up)
{
    fixture f;
    int64_t left;

    start(&f);
    OK(hearth__dbs_exec(&f.s, ADD, NONE));
    (void)read_now(&f, READ);
    (void)read_now(&f, READ);
    ck_assert(viewing(&f));
    hearth__db_turn(f.db, true);
    do { /* by the database's thread, after a while */
        pthread_mutex_lock(&f.db->lock);
        left = f.db->backlog;
        pthread_mutex_unlock(&f.db->lock);
    } while (left > 0);
    ck_assert_int_eq(read_now(&f, READ), 1);
    fixture_close(&f);
}
END_TEST

/* clang-format off */
SUITE("db/view",
      TEST(reads_share_a_view_where_they_may)
      TEST(reads_that_are_far_apart_share_nothing)
      TEST(a_view_ends_when_its_time_is_up)
      TEST(own_writes_are_seen)
      TEST(writes_of_other_threads_are_seen)
      TEST(writes_of_other_programs_are_seen)
      TEST(readers_never_fall_behind_what_was_acknowledged)
      TEST(new_tables_are_seen)
      TEST(an_open_result_survives_the_end_of_its_view)
      TEST(a_failed_read_ends_its_view)
      TEST(a_pragma_runs_outside_a_view)
      TEST(a_view_that_ended_keeps_nothing_from_being_tidied_up))
/* clang-format on */
