/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Files that are removed or replaced while they are in use: noticed, told, survived. */

#include "suite.h"

#include "db_fixture.h"

#include <sys/stat.h>

#define SCHEMA "CREATE TABLE t(n INTEGER NOT NULL) STRICT;"
#define INSERT "INSERT INTO t VALUES (?)"
#define COUNT  "SELECT count(*) FROM t"

static const char *name_of(const fixture *f, const char *end, char name[300])
{
    snprintf(name, 300, "%s%s", f->path, end);
    return name;
}

static void move(const fixture *f, const char *from, const char *to)
{
    char a[300], b[300];

    ck_assert_int_eq(rename(name_of(f, from, a), name_of(f, to, b)), 0);
}

/* As if a while had passed since the last look. */
static void look(const fixture *f)
{
    hearth__conn *c = pthread_getspecific(f->db->reader);

    if (c != NULL)
        c->check_us = 0;
}

static int read_rc(fixture *f)
{
    look(f);
    return hearth__dbs_exec(&f->s, COUNT, NONE);
}

static int64_t count(fixture *f)
{
    look(f);
    return count_of(&f->s, COUNT);
}

/* How the writer may come to be used. */
enum { ALONE, INSIDE, SCRIPT, WAYS };

static int write_rc(fixture *f, int way)
{
    if (way == SCRIPT)
        return hearth_db_script(f->db, "INSERT INTO t VALUES (1)", &f->s.error);
    if (way == ALONE)
        return hearth__dbs_exec(&f->s, INSERT, hearth_args(1));
    HEARTH_TRY(hearth__dbs_begin(&f->s));
    HEARTH_TRY(hearth__dbs_exec(&f->s, INSERT, hearth_args(1)));
    return hearth__dbs_commit(&f->s);
}

static void start(fixture *f)
{
    fixture_open(f, "", SCHEMA);
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(write_rc(f, i % WAYS), 0);
    ck_assert_int_eq(count(f), 10);
}

static void end(fixture *f, const char *other)
{
    char name[300];

    (void)remove(name_of(f, other, name));
    fixture_close(f);
}

static void expect_503(fixture *f, int rc, const char *words)
{
    ck_assert_int_eq(rc, HEARTH_EUNAVAILABLE);
    ck_assert_msg(strstr(f->s.error.text, words) != NULL, "%s", f->s.error.text);
}

/* What was acknowledged is in the file, wherever it went; nothing else gets there. */
START_TEST(a_file_that_is_moved_away_is_complete_and_works_again_when_it_is_back)
{
    fixture f;
    char name[300];

    start(&f);
    move(&f, "", ".away");
    if (_i >= WAYS) /* a read may be the first to notice */
        expect_503(&f, read_rc(&f), "put it back");
    for (int i = 0; i < WAYS; i++)
        expect_503(&f, write_rc(&f, (_i + i) % WAYS), "put it back");
    expect_503(&f, read_rc(&f), "put it back");
    ck_assert_int_ne(access(name_of(&f, "", name), F_OK), 0); /* no empty one was made */
    ck_assert_int_ne(access(name_of(&f, "-wal", name), F_OK), 0);
    move(&f, ".away", "");
    ck_assert_int_eq(count(&f), 10);
    for (int i = 0; i < WAYS; i++)
        ck_assert_int_eq(write_rc(&f, (_i + i) % WAYS), 0);
    ck_assert_int_eq(count(&f), 10 + WAYS);
    end(&f, ".away");
}
END_TEST

START_TEST(another_file_in_its_place_is_used)
{
    fixture f, g;

    start(&f);
    fixture_open(&g, "", SCHEMA "INSERT INTO t VALUES (7);");
    hearth_db_close(g.db);
    g.db = NULL;
    ck_assert_int_eq(rename(g.path, f.path), 0);
    if (_i == 0)
        ck_assert_int_eq(count(&f), 1); /* nothing of the old WAL */
    ck_assert_int_eq(write_rc(&f, ALONE), 0);
    ck_assert_int_eq(count(&f), 2);
    ck_assert_str_eq(json_of(&f.s, true, "PRAGMA integrity_check", NONE),
                     "{\"integrity_check\":\"ok\"}");
    g.s.db = NULL;
    fixture_close(&g);
    fixture_close(&f);
}
END_TEST

START_TEST(a_folder_in_its_place_is_503)
{
    fixture f;

    start(&f);
    move(&f, "", ".away");
    ck_assert_int_eq(mkdir(f.path, 0700), 0);
    expect_503(&f, write_rc(&f, ALONE), f.path);
    expect_503(&f, read_rc(&f), f.path);
    ck_assert_int_eq(rmdir(f.path), 0);
    move(&f, ".away", "");
    ck_assert_int_eq(count(&f), 10);
    ck_assert_int_eq(write_rc(&f, INSIDE), 0);
    ck_assert_int_eq(count(&f), 11);
    end(&f, ".away");
}
END_TEST

START_TEST(a_wal_that_is_removed_takes_nothing_with_it)
{
    fixture f;
    char name[300];

    start(&f);
    ck_assert_int_eq(unlink(name_of(&f, "-wal", name)), 0);
    if (_i == 0)
        ck_assert_int_eq(count(&f), 10);
    ck_assert_int_eq(write_rc(&f, _i), 0);
    ck_assert_int_eq(count_of(&f.s, COUNT), 11); /* at once, not after a look */
    hearth_db_close(f.db);
    f.db = fixture_db(&f, "");
    hearth__dbs_init(&f.s, f.db, &f.arena);
    ck_assert_int_eq(count(&f), 11);
    fixture_close(&f);
}
END_TEST

/* A reader in the middle of the old file: nobody writes past him. */
START_TEST(what_cannot_be_saved_yet_is_waited_for)
{
    fixture f;
    hearth_rows *r;

    start(&f);
    r = hearth__dbs_select(&f.s, "SELECT n FROM t", NONE);
    ck_assert(hearth_rows_next(r));
    move(&f, "", ".away");
    expect_503(&f, hearth_db_script(f.db, "SELECT 1", &f.s.error), "cannot be saved");
    for (int i = 1; i < 10; i++)
        ck_assert(hearth_rows_next(r));
    ck_assert(!hearth_rows_next(r));
    expect_503(&f, write_rc(&f, ALONE), "put it back");
    move(&f, ".away", "");
    ck_assert_int_eq(count(&f), 10);
    end(&f, ".away");
}
END_TEST

/* clang-format off */
SUITE("db/sqlite_moved",
      LOOP(a_file_that_is_moved_away_is_complete_and_works_again_when_it_is_back, 0, 4)
      LOOP(another_file_in_its_place_is_used, 0, 2)
      TEST(a_folder_in_its_place_is_503)
      LOOP(a_wal_that_is_removed_takes_nothing_with_it, 0, 3)
      TEST(what_cannot_be_saved_yet_is_waited_for))
/* clang-format on */
