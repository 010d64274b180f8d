/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* The log of slow statements: which, with what, and what is never in it. */

#include "suite.h"

#include "db_fixture.h"

static char logged[8192];

static void log_write(void *self, hearth_log_level level, hearth_str lines)
{
    size_t n = strlen(logged);

    (void)self, (void)level;
    snprintf(logged + n, sizeof(logged) - n, "%.*s", (int)lines.len, lines.ptr);
}

static const hearth_log_ops log_ops = {.name = "test", .write = log_write};

#define SCHEMA "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;"

static hearth__log *start(fixture *f, const char *options)
{
    hearth__log *log = hearth__log_new(&(hearth_log_opts){.ops = &log_ops});

    logged[0] = '\0';
    fixture_open(f, options, SCHEMA);
    hearth__db_set_log(f->db, log);
    return log;
}

static void end(fixture *f, hearth__log *log)
{
    fixture_close(f);
    hearth__log_free(log);
}

/* Any time at all is too long. */
START_TEST(a_slow_statement_is_logged_with_its_plan)
{
    fixture f;
    hearth__log *log = start(&f, "?slow_ms=1");

    f.db->slow_us = -1;
    OK(hearth__dbs_exec(&f.s, "INSERT INTO t(name) VALUES (?)", hearth_args("secret")));
    ck_assert_ptr_nonnull(strstr(logged, "slow query, "));
    ck_assert_ptr_nonnull(strstr(logged, "INSERT INTO t(name) VALUES (?)"));
    logged[0] = '\0';
    ck_assert_str_eq(json_of(&f.s, true, "SELECT id FROM t WHERE name = ? ORDER BY name",
                             hearth_args("secret")),
                     "{\"id\":1}");
    ck_assert_ptr_nonnull(strstr(logged, "WHERE name = ?"));
    ck_assert_ptr_nonnull(strstr(logged, "; SCAN t"));
    logged[0] = '\0';
    hearth_rows *r =
        hearth__dbs_select(&f.s, "SELECT id FROM t WHERE id = ?", hearth_args(1));
    ck_assert(hearth_rows_next(r) && !hearth_rows_next(r));
    ck_assert_ptr_nonnull(strstr(logged, "; SEARCH t USING INTEGER PRIMARY KEY"));
    OK(hearth__dbs_begin(&f.s));
    logged[0] = '\0';
    OK(hearth__dbs_exec(&f.s, "DELETE FROM t WHERE name = ?", hearth_args("secret")));
    ck_assert_ptr_nonnull(strstr(logged, "; SCAN t"));
    OK(hearth__dbs_commit(&f.s));
    ck_assert_ptr_null(strstr(logged, "secret"));
    end(&f, log);
}
END_TEST

static const struct {
    const char *options;
    int64_t slow_us;
} quiet[] = {{"", 0}, {"?slow_ms=0", 0}, {"?slow_ms=3600000", 3600000000}};

START_TEST(a_quick_statement_is_not)
{
    fixture f;
    hearth__log *log = start(&f, quiet[_i].options);

    ck_assert_int_eq(f.db->slow_us, quiet[_i].slow_us);
    OK(hearth__dbs_exec(&f.s, "INSERT INTO t(name) VALUES (?)", hearth_args("x")));
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM t"), 1);
    ck_assert_str_eq(logged, "");
    end(&f, log);
}
END_TEST

/* clang-format off */
SUITE("db/slow",
      TEST(a_slow_statement_is_logged_with_its_plan)
      LOOP(a_quick_statement_is_not, 0, 3))
/* clang-format on */
