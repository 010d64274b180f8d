/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Tables of somebody else's drivers: refused with a sentence, or used; and what helps to
 * write one. */

#include "suite.h"

#include "db_fixture.h"

/* A copy of the built-in driver to spoil. */
static hearth_db_ops ops;
static hearth_db_dialect dialect;

static void copy_driver(void)
{
    ops = *hearth_db_sqlite();
    dialect = *ops.dialect;
    ops.dialect = &dialect;
}

static const char *refusal(void)
{
    static hearth_error err;

    err = (hearth_error){0};
    ck_assert_ptr_null(hearth_db_open_with(&ops, ":memory:", &err));
    ck_assert_int_eq(err.code, HEARTH_EINVAL);
    return err.text;
}

#define SLOT(x)                        \
    {                                  \
#x, offsetof(hearth_db_ops, x) \
    }
#define TEXT(x)                            \
    {                                      \
#x, offsetof(hearth_db_dialect, x) \
    }

static const struct {
    const char *name;
    size_t at;
} slots[] =
    {
        SLOT(name),        SLOT(dialect), SLOT(open),       SLOT(close),
        SLOT(single),      SLOT(busy_ms), SLOT(connect),    SLOT(disconnect),
        SLOT(script),      SLOT(prepare), SLOT(finalize),   SLOT(readonly),
        SLOT(bind),        SLOT(step),    SLOT(reset),      SLOT(width),
        SLOT(column_name), SLOT(column),  SLOT(changes),    SLOT(last_id),
        SLOT(begin),       SLOT(commit),  SLOT(rollback),   SLOT(begun),
        SLOT(backlog),     SLOT(tidy),    SLOT(view_begin), SLOT(view_fresh),
        SLOT(view_end),    SLOT(lock),    SLOT(unlock),     SLOT(enforce),
        SLOT(kept),
},
  texts[] = {
      TEXT(type[HEARTH_DB_UUID]),
      TEXT(serial_key),
      TEXT(table_end),
      TEXT(now),
      TEXT(today),
      TEXT(like),
      TEXT(length),
      TEXT(for_update),
      TEXT(tables),
      TEXT(columns),
      TEXT(indexes),
      TEXT(references),
      TEXT(max_args),
};

START_TEST(what_a_table_lacks_is_named)
{
    copy_driver();
    memset((char *)&ops + slots[_i].at, 0, sizeof(void *));
    ck_assert_msg(strstr(refusal(), slots[_i].name) != NULL, "%s: %s", slots[_i].name,
                  refusal());
}
END_TEST

START_TEST(what_a_dialect_lacks_is_named)
{
    const char *name = strchr(texts[_i].name, '[') ? "HEARTH_DB_UUID" : texts[_i].name;

    copy_driver();
    memset((char *)&dialect + texts[_i].at, 0, sizeof(void *));
    ck_assert_msg(strstr(refusal(), name) != NULL, "%s: %s", name, refusal());
}
END_TEST

/* All of it or nothing. */
START_TEST(what_a_search_lacks_is_said)
{
    static const size_t slots_of[] = {offsetof(hearth_db_search_ops, size),
                                      offsetof(hearth_db_search_ops, create),
                                      offsetof(hearth_db_search_ops, drop),
                                      offsetof(hearth_db_search_ops, check),
                                      offsetof(hearth_db_search_ops, join),
                                      offsetof(hearth_db_search_ops, match)};
    hearth_db_search_ops search = *hearth_db_sqlite()->dialect->search;
    hearth_db *db;

    copy_driver();
    dialect.search = &search;
    memset((char *)&search + slots_of[_i], 0, sizeof(void *));
    ck_assert_msg(strstr(refusal(), ".search") != NULL, "%s", refusal());
    dialect.search = NULL;
    db = hearth_db_open_with(&ops, ":memory:", NULL);
    ck_assert_ptr_nonnull(db);
    hearth_db_close(db);
}
END_TEST

START_TEST(the_optional_slots_are_optional)
{
    hearth_error err = {0};
    hearth_db *db;

    copy_driver();
    memset((char *)&ops + offsetof(hearth_db_ops, set_last_id), 0,
           sizeof(ops) - offsetof(hearth_db_ops, set_last_id));
    db = hearth_db_open_with(&ops, ":memory:", &err);
    ck_assert_msg(db != NULL, "%s", err.text);
    ck_assert_int_eq(hearth_db_script(db, "CREATE TABLE t(x)", &err), 0);
    ck_assert_int_eq(hearth_db_backup(db, "a", &err), HEARTH_ESTATE);
    hearth_db_close(db);
}
END_TEST

/* A driver that was built with an older header; what lies behind its table is not its. */
START_TEST(a_shorter_table_is_read_to_its_end)
{
    struct {
        hearth_db_ops ops;
        hearth_db_dialect dialect;
    } old;
    hearth_error err = {0};
    hearth_db *db;

    copy_driver();
    memset(&old, 0xff, sizeof(old));
    memcpy(&old.ops, &ops, offsetof(hearth_db_ops, set_last_id));
    old.ops.size = offsetof(hearth_db_ops, set_last_id);
    db = hearth_db_open_with(&old.ops, ":memory:", &err);
    ck_assert_msg(db != NULL, "%s", err.text);
    ck_assert(db->ops->set_last_id == NULL);
    ck_assert(db->ops->unlock == NULL);
    ck_assert_int_eq(hearth_db_script(db, "CREATE TABLE t(x)", &err), 0);
    hearth_db_close(db);

    ops.size--;
    ck_assert_ptr_nonnull(db = hearth_db_open_with(&ops, ":memory:", &err));
    hearth_db_close(db);
    ops.size = old.ops.size - 1;
    ck_assert_ptr_nonnull(strstr(refusal(), "sizeof"));
    ops.size = sizeof(ops);
    dialect.size = 0;
    ck_assert_ptr_nonnull(strstr(refusal(), "sizeof"));
}
END_TEST

START_TEST(a_longer_table_is_used_as_far_as_it_is_known)
{
    struct {
        hearth_db_ops ops;
        char more[64];
    } new;
    hearth_db *db;

    memset(&new, 0xff, sizeof(new));
    new.ops = *hearth_db_sqlite();
    new.ops.size = sizeof(new);
    ck_assert_ptr_nonnull(db = hearth_db_open_with(&new.ops, ":memory:", NULL));
    hearth_db_close(db);
}
END_TEST

START_TEST(no_driver_and_no_url_are_refused)
{
    hearth_error err = {0};

    unsetenv("HEARTH_DB");
    ck_assert_ptr_null(hearth_db_open_with(NULL, ":memory:", &err));
    ck_assert_int_eq(err.code, HEARTH_EINVAL);
    ck_assert_ptr_null(hearth_db_open_with(hearth_db_sqlite(), NULL, &err));
    ck_assert_str_eq(err.text, "which database? Give a url, or set HEARTH_DB");
    ck_assert_ptr_null(hearth_db_open_with(hearth_db_sqlite(), "", &err));
    ck_assert_ptr_null(hearth_db_open_with(hearth_db_sqlite(), "", NULL));
}
END_TEST

/* ---- the url ---------------------------------------------------------- */

static char given[100];

static int note_open(const char *url, void **self, hearth_error *err)
{
    (void)self;
    snprintf(given, sizeof(given), "%s", url);
    return hearth_errorf(err, HEARTH_EUNAVAILABLE, "%s is away: %s", "it", "wait");
}

static const struct {
    const char *url, *given;
} urls[] = {
    {"mine:a=b", "a=b"},
    {"mine:", ""},
    {"mine://host/db", "//host/db"},
    {"mines:x", "mines:x"},
    {"postgres://host/db", "postgres://host/db"},
    {"plain", "plain"},
};

START_TEST(a_driver_gets_the_url_without_its_name)
{
    hearth_error err = {0};

    copy_driver();
    ops.name = "mine";
    ops.open = note_open;
    ck_assert_ptr_null(hearth_db_open_with(&ops, urls[_i].url, &err));
    ck_assert_str_eq(given, urls[_i].given);
    ck_assert_int_eq(err.code, HEARTH_EUNAVAILABLE);
    ck_assert_int_eq(err.status, 503);
    ck_assert_str_eq(err.text, "it is away: wait");
}
END_TEST

START_TEST(the_environment_names_the_database)
{
    copy_driver();
    ops.name = "mine";
    ops.open = note_open;
    setenv("HEARTH_DB", "mine:there", 1);
    ck_assert_ptr_null(hearth_db_open_with(&ops, NULL, NULL));
    ck_assert_str_eq(given, "there");
    unsetenv("HEARTH_DB");
}
END_TEST

/* ---- placeholders ----------------------------------------------------- */

static const struct {
    const char *sql, *numbered;
    size_t count;
} statements[] = {
    {"", "", 0},
    {"SELECT 1", "SELECT 1", 0},
    {"a = ? AND b = ?", "a = $1 AND b = $2", 2},
    {"?,?,?,?,?,?,?,?,?,?,?", "$1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11", 11},
    {"'?' || ? || 'it''s ?' || ?", "'?' || $1 || 'it''s ?' || $2", 2},
    {"\"a?\" = ? AND \"b\"\"?\" = ?", "\"a?\" = $1 AND \"b\"\"?\" = $2", 2},
    {"? -- what? 'no\n? - ?", "$1 -- what? 'no\n$2 - $3", 3},
    {"? /* ? ' */ / ?", "$1 /* ? ' */ / $2", 2},
    {"a ?? 'key' AND b = ?", "a ? 'key' AND b = $1", 1},
    {"? 'never ends ?", "$1 'never ends ?", 1},
    {"? \"", "$1 \"", 1},
    {"? /* ?", "$1 /* ?", 1},
    {"? -- ?", "$1 -- ?", 1},
    {"/", "/", 0},
};

START_TEST(placeholders_are_numbered)
{
    size_t n = 99;
    char *sql = hearth_db_numbered(statements[_i].sql, "$", &n);

    ck_assert_str_eq(sql, statements[_i].numbered);
    ck_assert_uint_eq(n, statements[_i].count);
    free(sql);
    sql = hearth_db_numbered(statements[_i].sql, "$", NULL);
    ck_assert_ptr_nonnull(sql);
    free(sql);
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

/* clang-format off */
SUITE("db/driver table",
      LOOP(what_a_table_lacks_is_named, 0, COUNT(slots))
      LOOP(what_a_dialect_lacks_is_named, 0, COUNT(texts))
      LOOP(what_a_search_lacks_is_said, 0, 6)
      TEST(the_optional_slots_are_optional)
      TEST(a_shorter_table_is_read_to_its_end)
      TEST(a_longer_table_is_used_as_far_as_it_is_known)
      TEST(no_driver_and_no_url_are_refused)
      LOOP(a_driver_gets_the_url_without_its_name, 0, COUNT(urls))
      TEST(the_environment_names_the_database)
      LOOP(placeholders_are_numbered, 0, COUNT(statements)))
/* clang-format on */
