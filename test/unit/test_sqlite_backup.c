/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Copies of a database in use. */

#include "suite.h"

#include "db_fixture.h"

#include <dirent.h>
#include <stdatomic.h>
#include <sys/stat.h>

#define SCHEMA                                                            \
    "CREATE TABLE a(n INTEGER) STRICT; CREATE TABLE b(n INTEGER) STRICT;" \
    "CREATE TABLE fat(x BLOB) STRICT; INSERT INTO fat VALUES (zeroblob(3000000));"
#define BOTH "INSERT INTO a VALUES (1); INSERT INTO b VALUES (1)"

static const char *copy_of(const fixture *f, char name[300])
{
    snprintf(name, 300, "%s/copy.db", f->dir);
    return name;
}

static int files_in(const char *dir)
{
    DIR *d = opendir(dir);
    int n = 0;

    ck_assert_ptr_nonnull(d);
    while (readdir(d) != NULL)
        n++;
    closedir(d);
    return n - 2;
}

/* The copy as a database of its own: sound, and how many rows a has. */
static int64_t look_at(const char *path)
{
    fixture f;
    hearth_error err = {0};
    int64_t n;

    memset(&f, 0, sizeof(f));
    hearth__arena_init(&f.arena, 0);
    f.db = hearth_db_open(path, &err);
    ck_assert_msg(f.db != NULL, "%s", err.text);
    hearth__dbs_init(&f.s, f.db, &f.arena);
    ck_assert_str_eq(json_of(&f.s, true, "PRAGMA integrity_check", NONE),
                     "{\"integrity_check\":\"ok\"}");
    n = count_of(&f.s, "SELECT count(*) FROM a");
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM b"), n);
    hearth__dbs_end(&f.s);
    hearth_db_close(f.db);
    hearth__arena_clear(&f.arena);
    return n;
}

/* On disk and in memory. */
static const char *const options[] = {"", NULL};

START_TEST(a_backup_holds_all_that_was_committed)
{
    fixture f;
    char name[300];
    struct stat st;

    fixture_open(&f, options[_i], SCHEMA BOTH);
    ck_assert_int_eq(hearth_db_backup(f.db, copy_of(&f, name), &f.err), 0);
    ck_assert_int_eq(stat(name, &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0600);
    ck_assert_int_eq(look_at(name), 1);
    ck_assert_int_eq(hearth_db_script(f.db, BOTH, &f.err), 0);
    ck_assert_int_eq(hearth_db_backup(f.db, name, &f.err), 0); /* over the old one */
    ck_assert_int_eq(look_at(name), 2);
    unlink(name);
    fixture_close(&f);
}
END_TEST

typedef struct writes {
    fixture *f;
    atomic_bool done;
} writes;

static void *write_on(void *arg)
{
    writes *w = arg;

    while (!atomic_load(&w->done))
        ck_assert_int_eq(hearth_db_script(w->f->db, BOTH, NULL), 0);
    return NULL;
}

START_TEST(a_backup_is_of_one_moment)
{
    fixture f;
    writes w = {.f = &f};
    pthread_t t;
    char name[300];

    fixture_open(&f, "?sync=normal", SCHEMA);
    ck_assert_int_eq(pthread_create(&t, NULL, write_on, &w), 0);
    for (int i = 0; i < 10; i++) {
        ck_assert_msg(hearth_db_backup(f.db, copy_of(&f, name), &f.err) == 0, "%s",
                      f.err.text);
        (void)look_at(name); /* as many rows in a as in b */
    }
    atomic_store(&w.done, true);
    pthread_join(t, NULL);
    unlink(name);
    fixture_close(&f);
}
END_TEST

START_TEST(a_backup_that_fails_leaves_nothing_behind)
{
    fixture f;
    char name[300];
    int files;

    fixture_open(&f, "", SCHEMA);
    ck_assert_int_eq(hearth_db_backup(NULL, "x", &f.err), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_db_backup(f.db, NULL, &f.err), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_db_backup(f.db, "", NULL), HEARTH_EINVAL);
    files = files_in(f.dir);
    ck_assert_int_eq(hearth_db_backup(f.db, f.path, &f.err), HEARTH_EINVAL);
    snprintf(name, sizeof(name), "%s/no/copy.db", f.dir);
    ck_assert_int_eq(hearth_db_backup(f.db, name, &f.err), HEARTH_EUNAVAILABLE);
    ck_assert_ptr_nonnull(strstr(f.err.text, name));
    ck_assert_int_eq(mkdir(copy_of(&f, name), 0700), 0); /* a folder has that name */
    ck_assert_int_eq(hearth_db_backup(f.db, name, &f.err), HEARTH_EUNAVAILABLE);
    ck_assert_int_eq(rmdir(name), 0);
    ck_assert_int_eq(files_in(f.dir), files);
    fixture_close(&f);
}
END_TEST

/* clang-format off */
SUITE("db/sqlite_backup",
      LOOP(a_backup_holds_all_that_was_committed, 0, 2)
      TEST(a_backup_is_of_one_moment)
      TEST(a_backup_that_fails_leaves_nothing_behind))
/* clang-format on */
