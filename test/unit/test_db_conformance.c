/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* The suite for drivers, run against those that we have. */

#include "suite.h"

#include "db_async.h"
#include "db_conformance.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char dir[200], file[240], url[300];

static void make_dir(void)
{
    const char *tmp = getenv("TMPDIR");

    snprintf(dir, sizeof(dir), "%.150s/hearth-conf-XXXXXX", tmp == NULL ? "/tmp" : tmp);
    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(file, sizeof(file), "%s/a.db", dir);
}

static void remove_dir(void)
{
    DIR *d = opendir(dir);
    struct dirent *e;

    ck_assert_ptr_nonnull(d);
    while ((e = readdir(d)) != NULL) {
        char name[500];

        snprintf(name, sizeof(name), "%s/%s", dir, e->d_name);
        if (e->d_name[0] != '.')
            unlink(name);
    }
    closedir(d);
    rmdir(dir);
}

static void pass(int test, const db_conformance *d)
{
    const char *why = db_conformance_run((size_t)test, d);

    ck_assert_msg(why == NULL, "%s: %s", db_conformance_name((size_t)test), why);
}

START_TEST(the_built_in_driver_passes_with_a_file)
{
    make_dir();
    snprintf(url, sizeof(url), "sqlite:%s?busy_ms=50", file);
    pass(_i, &(db_conformance){.ops = hearth_db_sqlite(), .url = url});
    remove_dir();
}
END_TEST

START_TEST(the_built_in_driver_passes_in_memory)
{
    pass(_i, &(db_conformance){.ops = hearth_db_sqlite(), .url = "sqlite::memory:"});
}
END_TEST

START_TEST(an_asynchronous_driver_passes)
{
    make_dir();
    snprintf(url, sizeof(url), "async:%s?busy_ms=50", file);
    pass(_i, &(db_conformance){.ops = db_async(), .url = url, .lose = "LOSE CONNECTION"});
    remove_dir();
}
END_TEST

#define ALL (int)db_conformance_count()

/* ---- and who should not, does not ------------------------------------- */

static bool yes(void *any)
{
    (void)any;
    return true;
}

static bool no(void *any)
{
    (void)any;
    return false;
}

static int64_t one(void *any)
{
    (void)any;
    return 1;
}

static void nothing(void *any)
{
    (void)any;
}

static void no_rollback(void *conn, int level)
{
    (void)conn, (void)level;
}

static int no_lock(void *conn, const char *name, hearth_error *err)
{
    (void)conn, (void)name, (void)err;
    return 0;
}

static int no_backup(void *conn, const char *path, hearth_error *err)
{
    (void)conn, (void)path, (void)err;
    return 0;
}

/* Several statements go through, the arguments are not counted, texts lose their end. */
static int lax_prepare(void *conn, const char *sql, void **stmt, hearth_error *err)
{
    const char *end = strchr(sql, ';');
    char first[2000];

    snprintf(first, sizeof(first), "%.*s",
             end == NULL ? (int)strlen(sql) : (int)(end - sql), sql);
    return hearth_db_sqlite()->prepare(conn, first, stmt, err);
}

static int short_bind(void *stmt, hearth_vals args, hearth_error *err)
{
    static hearth_val v[4];

    for (size_t i = 0; i < args.n && i < 4; i++) {
        v[i] = args.v[i];
        if (v[i].kind == HEARTH_VAL_TEXT && v[i].u.s.len > 100000)
            v[i].u.s.len--;
    }
    return hearth_db_sqlite()->bind(stmt, args.n > 4 ? args : (hearth_vals){v, args.n},
                                    err);
}

static int32_t narrow;
static hearth_val narrow_column(void *stmt, int col)
{
    hearth_val v = hearth_db_sqlite()->column(stmt, col);

    if (v.kind == HEARTH_VAL_INT) {
        narrow = (int32_t)v.u.i;
        v.u.i = narrow;
    }
    return v;
}

static int all_one_code(void *stmt, hearth_error *err)
{
    int rc = hearth_db_sqlite()->step(stmt, err);

    return rc < 0 ? hearth_errorf(err, HEARTH_EDB, "%s", err->text) : rc;
}

static int always_writes(void *self, bool writer, void **conn, hearth_error *err)
{
    (void)writer;
    return hearth_db_sqlite()->connect(self, true, conn, err);
}

#define SPOIL(slot, by, test)                                      \
    {                                                              \
#test, offsetof(hearth_db_ops, slot), (void (*)(void))(by) \
    }

static const struct {
    const char *test; /* that notices */
    size_t slot;
    void (*by)(void);
} spoiled[] = {
    SPOIL(column, narrow_column, whole_numbers_go_both_ways),
    SPOIL(bind, short_bind, texts_go_both_ways),
    SPOIL(prepare, lax_prepare, wrong_statements_are_refused),
    SPOIL(readonly, yes, readers_of_the_database_are_known),
    SPOIL(reset, nothing, statements_are_used_again),
    SPOIL(changes, one, changes_are_counted),
    SPOIL(last_id, one, the_last_id_is_known),
    SPOIL(shape, one, a_changed_table_is_noticed),
    SPOIL(step, all_one_code, broken_rules_are_told_in_words),
    SPOIL(rollback, no_rollback, transactions_nest),
    SPOIL(begun, no, transactions_nest),
    SPOIL(begun, yes, a_rollback_undoes_all),
    SPOIL(connect, always_writes, readers_cannot_write),
    SPOIL(backlog, one, what_piles_up_is_tidied),
    SPOIL(view_fresh, yes, views_know_whether_they_are_fresh),
    SPOIL(view_end, nothing, views_know_whether_they_are_fresh),
    SPOIL(lock, no_lock, locks_keep_others_out),
    SPOIL(backup, no_backup, a_backup_is_whole_or_not_there),
};

START_TEST(a_driver_that_is_wrong_is_found)
{
    hearth_db_ops ops = *hearth_db_sqlite();
    db_conformance d = {.ops = &ops, .url = url};
    size_t test = 0;

    make_dir();
    snprintf(url, sizeof(url), "sqlite:%s?busy_ms=20", file);
    while (strcmp(db_conformance_name(test), spoiled[_i].test) != 0)
        ck_assert_uint_lt(++test, db_conformance_count());
    memcpy((char *)&ops + spoiled[_i].slot, &spoiled[_i].by, sizeof(spoiled[_i].by));
    ck_assert_msg(db_conformance_run(test, &d) != NULL, "%s passes", spoiled[_i].test);
    ops = *hearth_db_sqlite();
    ck_assert_ptr_null(db_conformance_run(test, &d));
    remove_dir();
}
END_TEST

START_TEST(the_summary_counts)
{
    hearth_db_ops ops = *hearth_db_sqlite();

    ck_assert_int_eq(db_conformance_all(
                         &(db_conformance){.ops = hearth_db_sqlite(), .url = ":memory:"}),
                     0);
    ops.readonly = yes;
    ck_assert_int_ge(db_conformance_all(
                         &(db_conformance){.ops = &ops, .url = ":memory:"}),
                     1);
    ck_assert_str_eq(db_conformance_name(9999), "");
    ck_assert_ptr_nonnull(db_conformance_run(9999, NULL));
}
END_TEST

#define SPOILED (int)(sizeof(spoiled) / sizeof(spoiled[0]))

/* clang-format off */
SUITE("db/conformance",
      LOOP(the_built_in_driver_passes_with_a_file, 0, ALL)
      LOOP(the_built_in_driver_passes_in_memory, 0, ALL)
      LOOP(an_asynchronous_driver_passes, 0, ALL)
      LOOP(a_driver_that_is_wrong_is_found, 0, SPOILED)
      TEST(the_summary_counts))
/* clang-format on */
