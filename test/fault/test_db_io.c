/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * A disk that fails, and memory that runs out, under what reads a whole database: a backup,
 * and a statement that is slow enough for the log.
 *
 * SQLite's view of the file system is replaced: the n-th read, write, sync or open fails,
 * once.  What it fails with is the engine's affair; what counts is that it is told, that
 * nothing half-done stays, and that the next try succeeds.
 */

#include "suite.h"

#include "db_fixture.h"
#include "fault.h"

#include <dirent.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <sys/stat.h>

/* ---- the file system -------------------------------------------------- */

enum { READS, WRITES, SYNCS, OPENS, KINDS };

static const int codes[KINDS] = {SQLITE_IOERR_READ, SQLITE_FULL, SQLITE_IOERR_FSYNC,
                                 SQLITE_CANTOPEN};
static atomic_long count[KINDS], fails_at[KINDS];
static atomic_bool hit;

static void quiet(void)
{
    for (int i = 0; i < KINDS; i++)
        atomic_store(&fails_at[i], -1);
}

static void fail_nth(int kind, long n)
{
    quiet();
    atomic_store(&hit, false);
    atomic_store(&count[kind], 0);
    atomic_store(&fails_at[kind], n);
}

static bool breaks(int kind)
{
    if (atomic_fetch_add(&count[kind], 1) != atomic_load(&fails_at[kind]))
        return false;
    atomic_store(&hit, true);
    return true;
}

static int (*real_open)(sqlite3_vfs *, const char *, sqlite3_file *, int, int *);
static int (*real_read)(sqlite3_file *, void *, int, sqlite3_int64);
static int (*real_write)(sqlite3_file *, const void *, int, sqlite3_int64);
static int (*real_sync)(sqlite3_file *, int);

static int bad_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at)
{
    return breaks(READS) ? codes[READS] : real_read(f, to, n, at);
}

static int bad_write(sqlite3_file *f, const void *from, int n, sqlite3_int64 at)
{
    return breaks(WRITES) ? codes[WRITES] : real_write(f, from, n, at);
}

static int bad_sync(sqlite3_file *f, int flags)
{
    return breaks(SYNCS) ? codes[SYNCS] : real_sync(f, flags);
}

/* Files of a kind share a table; there are few kinds. */
static const sqlite3_io_methods *spoiled(const sqlite3_io_methods *real)
{
    static struct {
        const sqlite3_io_methods *real;
        sqlite3_io_methods ours;
    } known[8];

    for (int i = 0; i < 8; i++) {
        if (known[i].real == real)
            return &known[i].ours;
        if (known[i].real != NULL)
            continue;
        known[i].real = real;
        known[i].ours = *real;
        real_read = real->xRead;
        real_write = real->xWrite;
        real_sync = real->xSync;
        known[i].ours.xRead = bad_read;
        known[i].ours.xWrite = bad_write;
        known[i].ours.xSync = bad_sync;
        return &known[i].ours;
    }
    return real;
}

static int bad_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags,
                    int *out)
{
    int rc;

    f->pMethods = NULL;
    if (breaks(OPENS))
        return codes[OPENS];
    rc = real_open(vfs, name, f, flags, out);
    if (rc == SQLITE_OK && f->pMethods != NULL)
        f->pMethods = spoiled(f->pMethods);
    return rc;
}

static void spoil_disk(void)
{
    static sqlite3_vfs vfs;

    quiet();
    if (real_open != NULL)
        return;
    vfs = *sqlite3_vfs_find(NULL);
    real_open = vfs.xOpen;
    vfs.xOpen = bad_open;
    vfs.zName = "spoiled";
    ck_assert_int_eq(sqlite3_vfs_register(&vfs, 1), SQLITE_OK);
}

/* ---- a database that does not fit into the cache ---------------------- */

#define ROWS 3000
#define SCHEMA                                                                         \
    "CREATE TABLE t(id INTEGER PRIMARY KEY, x BLOB NOT NULL) STRICT;"                  \
    "INSERT INTO t(x) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n " \
    "WHERE i < 3000) SELECT zeroblob(1000) FROM n;"

static void start(fixture *f, const char *options)
{
    spoil_disk();
    fixture_open(f, options, SCHEMA);
}

static int entries(const char *dir)
{
    DIR *d = opendir(dir);
    int n = 0;

    ck_assert_ptr_nonnull(d);
    while (readdir(d) != NULL)
        n++;
    closedir(d);
    return n;
}

/* Most of many are alike: the first few, and then some. */
static long next(long n)
{
    return n < 8 ? n + 1 : n + n / 2;
}

/* ---- backups ---------------------------------------------------------- */

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");

    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    fclose(f);
}

static bool file_says(const char *path, const char *text)
{
    char is[20] = "";
    FILE *f = fopen(path, "r");

    ck_assert_ptr_nonnull(f);
    (void)!fread(is, 1, sizeof(is) - 1, f);
    fclose(f);
    return strcmp(is, text) == 0;
}

START_TEST(a_backup_that_fails_leaves_the_old_one)
{
    char path[300];
    fixture f;
    long n;
    int before;

    start(&f, "");
    snprintf(path, sizeof(path), "%s/copy", f.dir);
    write_file(path, "the old one");
    before = entries(f.dir);
    for (n = 0;; n = next(n)) {
        int rc;

        fail_nth(_i, n);
        rc = hearth_db_backup(f.db, path, &f.err);
        quiet();
        if (!hit)
            break;
        ck_assert_msg(rc == HEARTH_EUNAVAILABLE, "kind %d, %ld: %d %s", _i, n, rc,
                      rc == 0 ? "" : f.err.text);
        ck_assert_uint_gt(strlen(f.err.text), 10);
        ck_assert(file_says(path, "the old one"));
        ck_assert_int_eq(entries(f.dir), before);
        /* Nobody else noticed. */
        ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM t"), ROWS);
    }
    ck_assert_int_gt(n, 0);
    ck_assert(!file_says(path, "the old one"));
    ck_assert_int_eq(entries(f.dir), before);
    unlink(path);
    fixture_close(&f);
}
END_TEST

START_TEST(a_backup_without_memory_leaves_the_old_one)
{
    char path[300];
    fixture f;
    long n;
    int before;

    start(&f, "");
    snprintf(path, sizeof(path), "%s/copy", f.dir);
    write_file(path, "the old one");
    before = entries(f.dir);
    for (n = 0;; n++) {
        int rc;

        fault_at(n);
        rc = hearth_db_backup(f.db, path, &f.err);
        if (!fault_hit())
            break;
        /* The folder's own sync comes last: then the new one is there, and not yet sure. */
        if (file_says(path, "the old one"))
            ck_assert_int_eq(rc, HEARTH_ENOMEM);
        else
            ck_assert_int_eq(rc, HEARTH_EUNAVAILABLE);
        ck_assert_int_eq(entries(f.dir), before);
        write_file(path, "the old one");
    }
    ck_assert_int_gt(n, 0);
    unlink(path);
    fixture_close(&f);
}
END_TEST

/* ---- slow statements -------------------------------------------------- */

static char logged[4096];

static void log_write(void *self, hearth_log_level level, hearth_str lines)
{
    (void)self, (void)level;
    snprintf(logged, sizeof(logged), "%.*s", (int)lines.len, lines.ptr);
}

static const hearth_log_ops log_ops = {.name = "test", .write = log_write};

static int scan(hearth__dbs *s)
{
    hearth_rows *r =
        hearth__dbs_select(s, "SELECT count(*) FROM t WHERE x > ?", hearth_args(""));
    int rc;

    if (hearth_rows_next(r) && hearth_rows_int(r, 0) != ROWS)
        return HEARTH_EDB;
    rc = hearth_rows_error(r);
    hearth__dbs_end(s);
    return rc;
}

START_TEST(a_slow_statement_that_fails_is_told_and_logged)
{
    fixture f;
    hearth__log *log = hearth__log_new(&(hearth_log_opts){.ops = &log_ops});
    long n, logs = 0;

    start(&f, "?slow_ms=1");
    hearth__db_set_log(f.db, log);
    f.db->slow_us = -1; /* any time at all is too long */
    for (n = 0;; n = next(n)) {
        int rc;

        logged[0] = '\0';
        fail_nth(READS, n);
        rc = scan(&f.s);
        quiet();
        if (!hit)
            break;
        /* A read that fails while the plan is made for the log is the log's loss. */
        ck_assert_msg(rc == HEARTH_EUNAVAILABLE || rc == 0, "%ld: %d %s", n, rc,
                      f.s.error.text);
        if (strstr(logged, "slow query") != NULL)
            logs++;
        else
            ck_assert_int_ne(rc, 0); /* it did not come to be a statement */
        logged[0] = '\0';
        ck_assert_int_eq(scan(&f.s), 0);
        ck_assert_ptr_nonnull(strstr(logged, "SCAN t"));
    }
    ck_assert_int_gt(logs, 2);
    fixture_close(&f);
    hearth__log_free(log);
}
END_TEST

START_TEST(a_slow_statement_is_logged_without_memory)
{
    fixture f;
    hearth__log *log = hearth__log_new(&(hearth_log_opts){.ops = &log_ops});
    long n, logs = 0;

    start(&f, "?slow_ms=1");
    hearth__db_set_log(f.db, log);
    f.db->slow_us = -1;
    for (n = 0;; n++) {
        int rc;

        logged[0] = '\0';
        hearth__arena_clear(&f.arena);
        hearth__arena_init(&f.arena, 64);
        fault_at(n);
        rc = scan(&f.s);
        if (!fault_hit())
            break;
        ck_assert_msg(rc == HEARTH_ENOMEM || rc == 0, "%ld: %d", n, rc);
        logs += rc == 0 && strstr(logged, "slow query") != NULL;
    }
    ck_assert_int_gt(n, 2);
    ck_assert_int_gt(logs, 0); /* only the plan is missing */
    fixture_close(&f);
    hearth__log_free(log);
}
END_TEST

/* clang-format off */
SUITE("fault/db_io",
      LOOP(a_backup_that_fails_leaves_the_old_one, 0, KINDS)
      TEST(a_backup_without_memory_leaves_the_old_one)
      TEST(a_slow_statement_that_fails_is_told_and_logged)
      TEST(a_slow_statement_is_logged_without_memory))
/* clang-format on */
