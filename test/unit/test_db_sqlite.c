/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* The SQLite driver on real files: what it says, what it keeps, how it fails. */

#include "suite.h"

#include "db_fixture.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define SCHEMA                                                                           \
    "CREATE TABLE t(id INTEGER PRIMARY KEY, title TEXT NOT NULL UNIQUE, n INTEGER "      \
    "CHECK(n > 0), day TEXT CONSTRAINT day_is_short CHECK(length(day) < 4), score REAL," \
    " CONSTRAINT \"score must be small\" CHECK(score < 100)) STRICT;"                    \
    "CREATE TABLE pair(owner TEXT, title TEXT, UNIQUE(owner, title)) STRICT;"            \
    "CREATE TABLE trio(a, b, c, PRIMARY KEY(a, b, c)) WITHOUT ROWID;"                    \
    "CREATE TABLE low(name TEXT); CREATE UNIQUE INDEX low_name ON low(lower(name));"     \
    "CREATE TABLE child(t INTEGER NOT NULL REFERENCES t(id)) STRICT;"                    \
    "CREATE TABLE bytes(b BLOB) STRICT;"                                                 \
    "CREATE TRIGGER no_two BEFORE INSERT ON low WHEN NEW.name = 'root' BEGIN SELECT "    \
    "RAISE(ABORT, 'root is taken'); END;"                                                \
    "INSERT INTO t(id, title) VALUES (1, 'a');"                                          \
    "INSERT INTO pair VALUES ('me', 'a'); INSERT INTO trio VALUES (1, 2, 3);"            \
    "INSERT INTO low VALUES ('Ann'); INSERT INTO child VALUES (1);"

/* ---- sentences -------------------------------------------------------- */

static const struct {
    const char *sql;
    int rc;
    const char *text;
} rules[] = {
    {"INSERT INTO t(title) VALUES ('a')", HEARTH_ECONFLICT, "title already exists"},
    {"INSERT INTO t(id, title) VALUES (1, 'b')", HEARTH_ECONFLICT, "id already exists"},
    {"INSERT INTO pair VALUES ('me', 'a')", HEARTH_ECONFLICT,
     "owner and title already exist together"},
    {"INSERT INTO trio VALUES (1, 2, 3)", HEARTH_ECONFLICT,
     "a, b and c already exist together"},
    {"INSERT INTO low VALUES ('ANN')", HEARTH_ECONFLICT, "the same already exists"},
    {"INSERT INTO child VALUES (9)", HEARTH_ECONFLICT,
     "refers to something that does not exist, or is still referred to"},
    {"DELETE FROM t WHERE id = 1", HEARTH_ECONFLICT,
     "refers to something that does not exist, or is still referred to"},
    {"INSERT INTO t(title) VALUES (NULL)", HEARTH_EMODEL, "title is required"},
    {"INSERT INTO t(title, n) VALUES ('b', 0)", HEARTH_EMODEL,
     "breaks a rule of the data"},
    {"INSERT INTO t(title, day) VALUES ('b', 'friday')", HEARTH_EMODEL,
     "breaks the rule day_is_short"},
    {"INSERT INTO t(title, score) VALUES ('b', 100)", HEARTH_EMODEL,
     "breaks the rule score must be small"},
    {"INSERT INTO t(title, n) VALUES ('b', 'many')", HEARTH_EMODEL,
     "n: a text cannot be stored in an integer column"},
    {"INSERT INTO t(title, score) VALUES ('b', x'00')", HEARTH_EMODEL,
     "score: a blob cannot be stored in a real column"},
    {"INSERT INTO bytes VALUES (1)", HEARTH_EMODEL,
     "b: an int cannot be stored in a blob column"},
    {"INSERT INTO t(id, title) VALUES ('x', 'b')", HEARTH_EMODEL,
     "the key must be a whole number"},
    {"INSERT INTO low VALUES ('root')", HEARTH_EMODEL, "root is taken"},
    {"INSERT INTO bytes VALUES (zeroblob(2000000000))", HEARTH_EMODEL,
     "too long to be stored"},
};
#define RULES ((int)(sizeof(rules) / sizeof(rules[0])))

START_TEST(a_broken_rule_has_a_sentence_for_the_client)
{
    fixture f;

    fixture_open(&f, NULL, SCHEMA);
    ck_assert_int_eq(hearth__dbs_exec(&f.s, rules[_i].sql, NONE), rules[_i].rc);
    ck_assert_str_eq(f.s.error.text, rules[_i].text);
    ck_assert_int_eq(f.s.error.status, rules[_i].rc == HEARTH_EMODEL ? 422 : 409);
    fixture_close(&f);
}
END_TEST

START_TEST(a_very_long_name_is_cut_not_overrun)
{
    fixture f;
    char sql[3000], name[600];

    memset(name, 'x', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    fixture_open(&f, NULL, NULL);
    snprintf(
        sql, sizeof(sql),
        "CREATE TABLE w(%s UNIQUE, %sb, UNIQUE(%s, %sb)); INSERT INTO w VALUES (1, 2)",
        name, name, name, name);
    OK(hearth_db_script(f.db, sql, &f.err));
    ck_assert_int_eq(hearth__dbs_exec(&f.s, "INSERT INTO w VALUES (1, 2)", NONE),
                     HEARTH_ECONFLICT);
    fixture_close(&f);
}
END_TEST

/* ---- settings --------------------------------------------------------- */

static const struct {
    const char *sql;
    const char *json;
} settings[] = {
    {"PRAGMA journal_mode", "{\"journal_mode\":\"wal\"}"},
    {"PRAGMA foreign_keys", "{\"foreign_keys\":1}"},
    {"PRAGMA trusted_schema", "{\"trusted_schema\":0}"},
    {"PRAGMA synchronous", "{\"synchronous\":2}"},
    {"PRAGMA busy_timeout", "{\"timeout\":5000}"},
    {"PRAGMA wal_autocheckpoint", "{\"wal_autocheckpoint\":0}"},
};
#define SETTINGS ((int)(sizeof(settings) / sizeof(settings[0])))

START_TEST(the_writer_is_set_up_safely)
{
    fixture f;

    fixture_open(&f, "", NULL);
    OK(hearth__dbs_begin(&f.s));
    ck_assert_str_eq(json_of(&f.s, true, settings[_i].sql, NONE), settings[_i].json);
    fixture_close(&f);
}
END_TEST

START_TEST(options_are_obeyed)
{
    fixture f;

    fixture_open(&f, "?busy_ms=77&sync=normal", NULL);
    OK(hearth__dbs_begin(&f.s));
    ck_assert_str_eq(json_of(&f.s, true, "PRAGMA synchronous", NONE),
                     "{\"synchronous\":1}");
    ck_assert_str_eq(json_of(&f.s, true, "PRAGMA busy_timeout", NONE),
                     "{\"timeout\":77}");
    fixture_close(&f);
}
END_TEST

START_TEST(readers_make_no_checkpoints_and_cannot_write)
{
    fixture f;
    void *stmt;
    hearth_error err = {0};

    fixture_open(&f, "", "CREATE TABLE t(x)");
    ck_assert_str_eq(json_of(&f.s, true, "PRAGMA wal_autocheckpoint", NONE),
                     "{\"wal_autocheckpoint\":0}");
    ck_assert_int_eq(f.db->ops->prepare(f.db->readers->raw, "INSERT INTO t VALUES (1)",
                                        &stmt, &err),
                     0);
    ck_assert_int_eq(f.db->ops->step(stmt, &err), HEARTH_EUNAVAILABLE);
    f.db->ops->finalize(stmt);
    fixture_close(&f);
}
END_TEST

START_TEST(a_new_file_is_its_owners_alone)
{
    fixture f;
    struct stat st;
    char wal[260];

    fixture_open(&f, "", "CREATE TABLE t(x)");
    ck_assert_int_eq(stat(f.path, &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0600);
    snprintf(wal, sizeof(wal), "%s-wal", f.path);
    ck_assert_int_eq(stat(wal, &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0600);
    fixture_close(&f);
}
END_TEST

static const char *const bad_urls[] = {
    "postgres://me:secret@host/db",
    "sqlite:",
    "sqlite:?busy_ms=1",
    "sqlite:x?busy_ms=-1",
    "sqlite:x?busy_ms=3600001",
    "sqlite:x?busy_ms=",
    "sqlite:x?busy_ms",
    "sqlite:x?slow_ms=3600001",
    "sqlite:x?slow_ms=x",
    "sqlite:x?sync=off",
    "sqlite:x?sync=",
    "sqlite:x?mode=ro",
    "sqlite:x?",
    "sqlite:x?busy_ms=1&",
    "file:x",
    "mysql:x",
};
#define BAD_URLS ((int)(sizeof(bad_urls) / sizeof(bad_urls[0])))

START_TEST(a_wrong_url_is_refused)
{
    hearth_error err = {0};

    ck_assert_ptr_null(hearth_db_open(bad_urls[_i], &err));
    ck_assert_int_eq(err.code, HEARTH_EINVAL);
    ck_assert_ptr_null(strstr(err.text, "secret"));
    ck_assert_ptr_null(hearth_db_open(bad_urls[_i], NULL));
    ck_assert_int_ne(access("x", F_OK), 0);
}
END_TEST

START_TEST(the_environment_names_the_database)
{
    fixture f;
    char here[4096];
    hearth_db *db;

    fixture_dir(&f);
    ck_assert_int_eq(setenv("HEARTH_DB", f.path, 1), 0);
    db = hearth_db_open(NULL, &f.err);
    ck_assert_msg(db != NULL, "%s", f.err.text);
    hearth_db_close(db);
    ck_assert_int_eq(access(f.path, F_OK), 0);
    unsetenv("HEARTH_DB");
    ck_assert_ptr_nonnull(getcwd(here, sizeof(here)));
    ck_assert_int_eq(chdir(f.dir), 0);
    db = hearth_db_open(NULL, &f.err);
    ck_assert_msg(db != NULL, "%s", f.err.text);
    /* Readers come later, and must find the same file from another folder. */
    ck_assert_int_eq(chdir("/"), 0);
    hearth__dbs_init(&f.s, db, &f.arena);
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM sqlite_schema"), 0);
    hearth_db_close(db);
    ck_assert_int_eq(chdir(f.dir), 0);
    ck_assert_int_eq(unlink("hearth.db"), 0);
    ck_assert_int_eq(chdir(here), 0);
    f.s.db = NULL;
    fixture_close(&f);
}
END_TEST

/* ---- what is kept ----------------------------------------------------- */

START_TEST(rows_are_there_after_closing)
{
    fixture f;
    char wal[260];

    fixture_open(&f, "", SCHEMA);
    OK(hearth__dbs_exec(&f.s, "INSERT INTO t(title) VALUES (?)", hearth_args("kept")));
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM t"), 2);
    hearth__dbs_end(&f.s);
    hearth_db_close(f.db);
    snprintf(wal, sizeof(wal), "%s-wal", f.path);
    ck_assert_int_ne(access(wal, F_OK), 0); /* the last one out made a checkpoint */
    f.db = fixture_db(&f, "");
    hearth__dbs_init(&f.s, f.db, &f.arena);
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM t WHERE title = 'kept'"), 1);
    fixture_close(&f);
}
END_TEST

START_TEST(numbers_are_stored_exactly)
{
    static const int64_t ints[] = {INT64_MIN, -1, 0, 9007199254740993, INT64_MAX};
    static const double reals[] = {0.1, 1e-320, 1.7976931348623157e308, -0.0, 1.0 / 3};
    fixture f;

    fixture_open(&f, "", "CREATE TABLE x(i INTEGER, f REAL) STRICT");
    OK(hearth__dbs_exec(&f.s, "INSERT INTO x VALUES (?, ?)",
                        hearth_args(ints[_i], reals[_i])));
    hearth_rows *r = hearth__dbs_select(&f.s, "SELECT i, f FROM x WHERE i = ? AND f = ?",
                                        hearth_args(ints[_i], reals[_i]));
    ck_assert(hearth_rows_next(r));
    ck_assert(hearth_rows_int(r, 0) == ints[_i]);
    ck_assert(hearth_rows_real(r, 1) == reals[_i]);
    fixture_close(&f);
}
END_TEST

/* Insert rows for ever, saying so after each. */
static void write_until_killed(const fixture *f, int to)
{
    hearth_db *db = fixture_db(f, "");
    hearth__arena a;
    hearth__dbs s;

    hearth__arena_init(&a, 0);
    hearth__dbs_init(&s, db, &a);
    for (int64_t i = 1;; i++) {
        if (hearth__dbs_begin(&s) != 0 ||
            hearth__dbs_exec(&s, "INSERT INTO k VALUES (?, 'half')", hearth_args(i)) !=
                0 ||
            hearth__dbs_exec(&s, "UPDATE k SET state = 'whole' WHERE n = ?",
                             hearth_args(i)) != 0 ||
            hearth__dbs_commit(&s) != 0 || write(to, &i, sizeof(i)) != sizeof(i))
            _exit(1);
        hearth__dbs_end(&s);
        hearth__arena_reset(&a);
    }
}

START_TEST(a_killed_program_loses_nothing_it_acknowledged)
{
    fixture f;
    int pipes[2], status;
    int64_t last = 0, n;

    fixture_open(&f, "", "CREATE TABLE k(n INTEGER PRIMARY KEY, state TEXT) STRICT");
    hearth_db_close(f.db);
    ck_assert_int_eq(pipe(pipes), 0);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        close(pipes[0]);
        write_until_killed(&f, pipes[1]);
    }
    close(pipes[1]);
    while (last < 20 + _i * 7 && read(pipes[0], &n, sizeof(n)) == sizeof(n))
        last = n;
    ck_assert_int_eq(kill(child, SIGKILL), 0);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status));
    while (read(pipes[0], &n, sizeof(n)) == sizeof(n))
        last = n;
    close(pipes[0]);
    f.db = fixture_db(&f, "");
    hearth__dbs_init(&f.s, f.db, &f.arena);
    ck_assert_int_ge(last, 20 + _i * 7);
    ck_assert_int_ge(count_of(&f.s, "SELECT count(*) FROM k"), last);
    ck_assert_int_le(count_of(&f.s, "SELECT max(n) FROM k"), last + 1);
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM k WHERE state <> 'whole'"), 0);
    ck_assert_str_eq(json_of(&f.s, true, "PRAGMA integrity_check", NONE),
                     "{\"integrity_check\":\"ok\"}");
    OK(hearth__dbs_exec(&f.s, "INSERT INTO k VALUES (0, 'again')", NONE));
    fixture_close(&f);
}
END_TEST

/* ---- when the machine fails ------------------------------------------- */

START_TEST(another_program_that_writes_makes_us_busy)
{
    fixture f;
    sqlite3 *other;

    fixture_open(&f, "?busy_ms=20", SCHEMA);
    ck_assert_int_eq(sqlite3_open(f.path, &other), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    ck_assert_int_eq(hearth__dbs_exec(&f.s, "INSERT INTO t(title) VALUES ('b')", NONE),
                     HEARTH_EBUSY);
    ck_assert_int_eq(f.s.error.status, 503);
    ck_assert_int_eq(hearth__dbs_begin(&f.s), HEARTH_EBUSY);
    ck_assert_int_eq(hearth_db_script(f.db, "CREATE TABLE z(x)", &f.err), HEARTH_EBUSY);
    hearth_rows *r =
        hearth__dbs_select(&f.s, "INSERT INTO t(title) VALUES ('b') RETURNING id", NONE);
    ck_assert_int_eq(hearth_rows_error(r), HEARTH_EBUSY);
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM t"), 1); /* reading goes on */
    ck_assert_int_eq(sqlite3_exec(other, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    OK(hearth__dbs_exec(&f.s, "INSERT INTO t(title) VALUES ('b')", NONE));
    sqlite3_close(other);
    fixture_close(&f);
}
END_TEST

/* Insert until it fails; the code. */
static int fill(fixture *f)
{
    int rc = 0;

    for (int i = 0; i < 10000 && rc == 0; i++)
        rc =
            hearth__dbs_exec(&f->s, "INSERT INTO bytes VALUES (randomblob(50000))", NONE);
    return rc;
}

static void limit_file_size(rlim_t bytes)
{
    struct rlimit limit;

    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes == 0 ? limit.rlim_max : bytes;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

START_TEST(a_full_disk_is_503_and_then_over)
{
    fixture f;
    int64_t before;
    bool in_transaction = _i == 1;

    fixture_open(&f, "", SCHEMA);
    OK(hearth__dbs_exec(&f.s, "INSERT INTO bytes VALUES (x'01')", NONE));
    signal(SIGXFSZ, SIG_IGN);
    limit_file_size(1000000);
    if (in_transaction)
        OK(hearth__dbs_begin(&f.s));
    ck_assert_int_eq(fill(&f), HEARTH_EUNAVAILABLE);
    ck_assert_int_eq(f.s.error.status, 503);
    ck_assert_msg(strlen(f.s.error.text) > 20, "%s", f.s.error.text);
    hearth__dbs_end(&f.s);
    before = count_of(&f.s, "SELECT count(*) FROM bytes");
    ck_assert_int_ge(before, 1);
    if (in_transaction)
        ck_assert_int_eq(before, 1);
    limit_file_size(0);
    OK(hearth__dbs_exec(&f.s, "INSERT INTO bytes VALUES (x'02')", NONE));
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM bytes"), before + 1);
    ck_assert_str_eq(json_of(&f.s, true, "PRAGMA integrity_check", NONE),
                     "{\"integrity_check\":\"ok\"}");
    fixture_close(&f);
}
END_TEST

START_TEST(a_reached_quota_is_503_and_then_over)
{
    fixture f;

    fixture_open(&f, _i == 0 ? "" : NULL, SCHEMA);
    OK(hearth_db_script(f.db, "PRAGMA max_page_count = 200", &f.err));
    ck_assert_int_eq(fill(&f), HEARTH_EUNAVAILABLE);
    ck_assert_msg(strstr(f.s.error.text, "make room") != NULL, "%s", f.s.error.text);
    OK(hearth__dbs_exec(&f.s, "DELETE FROM bytes", NONE));
    OK(hearth__dbs_exec(&f.s, "INSERT INTO bytes VALUES (x'02')", NONE));
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM bytes"), 1);
    fixture_close(&f);
}
END_TEST

static void refuses_to_open(const fixture *f, const char *has)
{
    hearth_error err = {0};
    char url[300];

    snprintf(url, sizeof(url), "sqlite:%s?busy_ms=20", f->path);
    ck_assert_ptr_null(hearth_db_open(url, &err));
    ck_assert_int_eq(err.code, HEARTH_EUNAVAILABLE);
    ck_assert_msg(strstr(err.text, f->path) != NULL, "%s", err.text);
    ck_assert_msg(strstr(err.text, has) != NULL, "%s", err.text);
}

START_TEST(a_folder_is_no_database)
{
    fixture f;

    fixture_dir(&f);
    ck_assert_int_eq(mkdir(f.path, 0700), 0);
    refuses_to_open(&f, "cannot be opened");
    ck_assert_int_eq(rmdir(f.path), 0);
    fixture_close(&f);
}
END_TEST

START_TEST(a_missing_folder_is_named)
{
    fixture f;

    fixture_dir(&f);
    snprintf(f.path + strlen(f.dir), 20, "/no/a.db");
    refuses_to_open(&f, "its folder must exist");
    fixture_close(&f);
}
END_TEST

static void make_file(const char *path, size_t n)
{
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    while (n-- > 0)
        fputc('x', file);
    ck_assert_int_eq(fclose(file), 0);
}

START_TEST(another_kind_of_file_is_left_alone)
{
    fixture f;
    struct stat st;

    fixture_dir(&f);
    make_file(f.path, 5000);
    refuses_to_open(&f, "not an SQLite database");
    ck_assert_int_eq(stat(f.path, &st), 0);
    ck_assert_int_eq(st.st_size, 5000);
    fixture_close(&f);
}
END_TEST

START_TEST(a_file_that_may_not_be_written_is_refused)
{
    fixture f;
    uid_t me = geteuid();

    fixture_open(&f, "", SCHEMA);
    hearth_db_close(f.db);
    f.db = NULL;
    f.s.db = NULL;
    ck_assert_int_eq(chmod(f.dir, _i == 0 ? 0755 : 0777), 0);
    ck_assert_int_eq(chmod(f.path, 0444), 0);
    if (me == 0) /* the superuser may write everything */
        ck_assert_int_eq(seteuid(65534), 0);
    refuses_to_open(&f, "may not be written");
    ck_assert_int_eq(seteuid(me), 0);
    fixture_close(&f);
}
END_TEST

START_TEST(a_damaged_file_is_503)
{
    fixture f;
    FILE *file;

    fixture_open(&f, "", SCHEMA);
    OK(hearth__dbs_exec(&f.s, "INSERT INTO bytes VALUES (zeroblob(20000))", NONE));
    hearth__dbs_end(&f.s);
    hearth_db_close(f.db);
    file = fopen(f.path, "r+");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fseek(file, 4096, SEEK_SET), 0);
    for (int i = 0; i < 60000; i++)
        fputc(0x5a, file);
    ck_assert_int_eq(fclose(file), 0);
    f.db = fixture_db(&f, "");
    hearth__dbs_init(&f.s, f.db, &f.arena);
    hearth_rows *r = hearth__dbs_select(&f.s, "SELECT title FROM t", NONE);
    ck_assert_int_eq(hearth_rows_error(r), HEARTH_EUNAVAILABLE);
    ck_assert_msg(strstr(f.s.error.text, "backup") != NULL, "%s", f.s.error.text);
    fixture_close(&f);
}
END_TEST

START_TEST(a_file_in_use_cannot_become_wal_and_says_busy)
{
    fixture f;
    sqlite3 *other;
    hearth_error err = {0};
    char url[300];

    fixture_dir(&f);
    ck_assert_int_eq(sqlite3_open(f.path, &other), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(other,
                                  "CREATE TABLE t(x); INSERT INTO t VALUES (1); BEGIN; "
                                  "SELECT * FROM t",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    snprintf(url, sizeof(url), "sqlite:%s?busy_ms=20", f.path);
    ck_assert_ptr_null(hearth_db_open(url, &err));
    ck_assert_int_eq(err.code, HEARTH_EBUSY);
    ck_assert_int_eq(sqlite3_exec(other, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    f.db = fixture_db(&f, "");
    hearth__dbs_init(&f.s, f.db, &f.arena);
    ck_assert_int_eq(count_of(&f.s, "SELECT x FROM t"), 1);
    sqlite3_close(other);
    fixture_close(&f);
}
END_TEST

START_TEST(programs_that_start_together_agree_on_a_new_file)
{
    fixture f;
    pid_t child[4];
    int status;

    fixture_dir(&f);
    for (int i = 0; i < 4; i++) {
        child[i] = fork();
        ck_assert_int_ge(child[i], 0);
        if (child[i] == 0) {
            char url[300];
            hearth_db *db;

            snprintf(url, sizeof(url), "sqlite:%s", f.path);
            db = hearth_db_open(url, NULL);
            _exit(db == NULL ? 1
                             : -hearth_db_script(db,
                                                 "CREATE TABLE IF NOT EXISTS s(x);"
                                                 "INSERT INTO s VALUES (1)",
                                                 NULL));
        }
    }
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(waitpid(child[i], &status, 0), child[i]);
        ck_assert(WIFEXITED(status));
        ck_assert_int_eq(WEXITSTATUS(status), 0);
    }
    f.db = fixture_db(&f, "");
    hearth__dbs_init(&f.s, f.db, &f.arena);
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM s"), 4);
    fixture_close(&f);
}
END_TEST

/* clang-format off */
SUITE("db/sqlite",
      LOOP(a_broken_rule_has_a_sentence_for_the_client, 0, RULES)
      TEST(a_very_long_name_is_cut_not_overrun)
      LOOP(the_writer_is_set_up_safely, 0, SETTINGS)
      TEST(options_are_obeyed)
      TEST(readers_make_no_checkpoints_and_cannot_write)
      TEST(a_new_file_is_its_owners_alone)
      LOOP(a_wrong_url_is_refused, 0, BAD_URLS)
      TEST(the_environment_names_the_database)
      TEST(rows_are_there_after_closing)
      LOOP(numbers_are_stored_exactly, 0, 5)
      LOOP(a_killed_program_loses_nothing_it_acknowledged, 0, 3)
      TEST(another_program_that_writes_makes_us_busy)
      LOOP(a_full_disk_is_503_and_then_over, 0, 2)
      LOOP(a_reached_quota_is_503_and_then_over, 0, 2)
      TEST(a_folder_is_no_database)
      TEST(a_missing_folder_is_named)
      TEST(another_kind_of_file_is_left_alone)
      LOOP(a_file_that_may_not_be_written_is_refused, 0, 2)
      TEST(a_damaged_file_is_503)
      TEST(a_file_in_use_cannot_become_wal_and_says_busy)
      TEST(programs_that_start_together_agree_on_a_new_file))
/* clang-format on */
