/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* Migrations against a real database file. */
#include "db_fixture.h"
#include "suite.h"

#include "db/migrate.h"

#define ONE   "CREATE TABLE a(x INTEGER) STRICT; CREATE TABLE b(x INTEGER) STRICT;"
#define TWO   "ALTER TABLE a ADD y TEXT"
#define THREE "INSERT INTO a(x, y) VALUES (1, 'three')"

static const hearth_migration three[] = {
    {"0001_tables", ONE, "DROP TABLE a; DROP TABLE b;"},
    {"0002_add_y", TWO, "ALTER TABLE a DROP y"},
    {"0010_fill", THREE, "DELETE FROM a"},
    {0},
};
static const hearth_migration two[] = {
    {"0001_tables", ONE, "DROP TABLE a; DROP TABLE b;"},
    {"0002_add_y", TWO, "ALTER TABLE a DROP y"},
    {0},
};

static void said(void *arg, const char *line)
{
    char *all = arg;
    size_t n = strlen(all);

    snprintf(all + n, 1000 - n, "%s\n", line);
}

static int migrate(fixture *f, const hearth_migration *list, hearth_migrate_action action,
                   int steps)
{
    return hearth_migrate(f->db, list,
                          &(hearth_migrate_opts){.action = action, .steps = steps},
                          &f->err);
}

#define UP(list, steps)   migrate(&f, list, HEARTH_MIGRATE_UP, steps)
#define DOWN(list, steps) migrate(&f, list, HEARTH_MIGRATE_DOWN, steps)

static int64_t steps_taken(fixture *f)
{
    return count_of(&f->s, "SELECT count(*) FROM hearth_migrations");
}

START_TEST(all_missing_steps_are_taken_once)
{
    fixture f;

    fixture_open(&f, "", NULL);
    ck_assert_msg(hearth_migrate(f.db, three, NULL, &f.err) == 0, "%s", f.err.text);
    ck_assert_int_eq(steps_taken(&f), 3);
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM a WHERE y = 'three'"), 1);
    ck_assert_int_eq(hearth_migrate(f.db, three, NULL, &f.err), 0);
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM a"), 1);
    fixture_close(&f);
}
END_TEST

START_TEST(steps_are_counted_up_and_down)
{
    fixture f;

    fixture_open(&f, "", NULL);
    ck_assert_int_eq(UP(three, 1), 0);
    ck_assert_int_eq(steps_taken(&f), 1);
    ck_assert_int_eq(UP(three, 1), 0);
    ck_assert_int_eq(UP(three, 7), 0); /* more than there are */
    ck_assert_int_eq(steps_taken(&f), 3);
    ck_assert_int_eq(DOWN(three, 0), 0); /* one */
    ck_assert_int_eq(steps_taken(&f), 2);
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM a"), 0);
    ck_assert_int_eq(DOWN(three, 2), 0);
    ck_assert_int_eq(steps_taken(&f), 0);
    ck_assert_int_eq(DOWN(three, 1), 0); /* nothing left */
    ck_assert_int_eq(count_of(&f.s,
                              "SELECT count(*) FROM sqlite_schema WHERE name = 'a'"),
                     0);
    fixture_close(&f);
}
END_TEST

START_TEST(redo_takes_the_last_step_back_and_again)
{
    fixture f;

    fixture_open(&f, "", NULL);
    ck_assert_int_eq(UP(three, 0), 0);
    OK(hearth__dbs_exec(&f.s, "UPDATE a SET y = 'changed'", NONE));
    ck_assert_int_eq(migrate(&f, three, HEARTH_MIGRATE_REDO, 0), 0);
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM a WHERE y = 'three'"), 1);
    ck_assert_int_eq(steps_taken(&f), 3);
    fixture_close(&f);
}
END_TEST

START_TEST(each_step_is_told_and_status_changes_nothing)
{
    char lines[1000] = "";
    fixture f;

    fixture_open(&f, "", NULL);
    ck_assert_int_eq(hearth_migrate(f.db, two,
                                    &(hearth_migrate_opts){.action =
                                                               HEARTH_MIGRATE_STATUS,
                                                           .tell = said,
                                                           .arg = lines},
                                    &f.err),
                     0);
    ck_assert_ptr_nonnull(strstr(lines, "0001_tables"));
    ck_assert_ptr_nonnull(strstr(lines, "missing"));
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM sqlite_schema"), 0);
    lines[0] = '\0';
    ck_assert_int_eq(hearth_migrate(f.db, two,
                                    &(hearth_migrate_opts){.tell = said, .arg = lines},
                                    &f.err),
                     0);
    ck_assert_str_eq(lines, "up   0001_tables\nup   0002_add_y\n");
    lines[0] = '\0';
    ck_assert_int_eq(hearth_migrate(f.db, two,
                                    &(hearth_migrate_opts){.action =
                                                               HEARTH_MIGRATE_STATUS,
                                                           .tell = said,
                                                           .arg = lines},
                                    &f.err),
                     0);
    ck_assert_ptr_null(strstr(lines, "missing"));
    fixture_close(&f);
}
END_TEST

START_TEST(a_dry_run_finds_what_fails_and_leaves_nothing)
{
    static const hearth_migration wrong[] = {
        {"0001_tables", ONE, NULL},
        {"0002_wrong", "INSERT INTO a(nothing) VALUES (1)", NULL},
        {0},
    };
    const hearth_migrate_opts dry = {.dry_run = true};
    fixture f;

    fixture_open(&f, "", NULL);
    ck_assert_int_eq(hearth_migrate(f.db, three, &dry, &f.err), 0);
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM sqlite_schema"), 0);
    ck_assert_int_eq(hearth_migrate(f.db, wrong, &dry, &f.err), HEARTH_EDB);
    ck_assert_ptr_nonnull(strstr(f.err.text, "0002_wrong"));
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM sqlite_schema"), 0);
    fixture_close(&f);
}
END_TEST

START_TEST(a_step_that_fails_leaves_those_before_it_and_none_of_itself)
{
    static const hearth_migration wrong[] = {
        {"0001_tables", ONE, NULL},
        {"0002_half", "CREATE TABLE c(x); INSERT INTO nowhere VALUES (1);", NULL},
        {0},
    };
    fixture f;

    fixture_open(&f, "", NULL);
    ck_assert_int_eq(UP(wrong, 0), HEARTH_EDB);
    ck_assert_ptr_nonnull(strstr(f.err.text, "0002_half"));
    ck_assert_int_eq(steps_taken(&f), 1);
    ck_assert_int_eq(count_of(&f.s,
                              "SELECT count(*) FROM sqlite_schema WHERE name = 'c'"),
                     0);
    fixture_close(&f);
}
END_TEST

START_TEST(a_step_without_a_way_down_stays_with_all_above_it)
{
    static const hearth_migration one_way[] = {
        {"0001_tables", ONE, NULL},
        {"0002_add_y", TWO, "ALTER TABLE a DROP y"},
        {0},
    };
    fixture f;

    fixture_open(&f, "", NULL);
    ck_assert_int_eq(UP(one_way, 0), 0);
    ck_assert_int_eq(DOWN(one_way, 2), HEARTH_EINVAL);
    ck_assert_ptr_nonnull(strstr(f.err.text, "0001_tables"));
    ck_assert_int_eq(steps_taken(&f), 2);
    ck_assert_int_eq(DOWN(one_way, 1), 0);
    fixture_close(&f);
}
END_TEST

/* What no longer fits a database that has taken all of `three`. */
static const struct {
    hearth_migration list[5];
    const char *says;
} drift[] = {
    {{{"0001_tables", ONE, NULL},
      {"0002_add_y", TWO " DEFAULT ''", NULL},
      {"0010_fill", THREE, NULL}},
     "migration 0002_add_y was changed after it had been applied"},
    {{{"0001_tables", ONE, NULL}, {"0002_add_y", TWO, NULL}},
     "has taken migration 0010_fill, which this program does not know"},
    {{{"0001_tables", ONE, NULL}, {"0010_fill", THREE, NULL}},
     "has taken migration 0002_add_y, which this program does not know"},
    {{{"0001_tables", ONE, NULL},
      {"0002_add_y", TWO, NULL},
      {"0007_late", "SELECT 1", NULL},
      {"0010_fill", THREE, NULL}},
     "give the new one a number above 10"},
};

START_TEST(a_list_that_does_not_fit_the_database_is_refused)
{
    const char *first;
    size_t missing;
    fixture f;

    fixture_open(&f, "", NULL);
    ck_assert_int_eq(UP(three, 0), 0);
    ck_assert_int_eq(UP(drift[_i].list, 0), HEARTH_ECONFLICT);
    ck_assert_msg(strstr(f.err.text, drift[_i].says) != NULL, "%s", f.err.text);
    ck_assert_int_eq(hearth__migrate_missing(f.db, drift[_i].list, &missing, &first,
                                             &f.err),
                     HEARTH_ECONFLICT);
    ck_assert_int_eq(steps_taken(&f), 3);
    fixture_close(&f);
}
END_TEST

START_TEST(a_changed_way_down_is_no_drift)
{
    static const hearth_migration other_down[] = {
        {"0001_tables", ONE, "DROP TABLE b; DROP TABLE a;"},
        {"0002_add_y", TWO, NULL},
        {0},
    };
    fixture f;

    fixture_open(&f, "", NULL);
    ck_assert_int_eq(UP(two, 0), 0);
    ck_assert_int_eq(UP(other_down, 0), 0);
    fixture_close(&f);
}
END_TEST

static const struct {
    hearth_migration list[3];
    const char *says;
} malformed[] = {
    {{{"tables", ONE, NULL}}, "is no name of a migration"},
    {{{"0000_tables", ONE, NULL}}, "is no name of a migration"},
    {{{"-1_tables", ONE, NULL}}, "is no name of a migration"},
    {{{"1_", ONE, NULL}}, "is no name of a migration"},
    {{{"1_a b", ONE, NULL}}, "is no name of a migration"},
    {{{"99999999999999999999_a", ONE, NULL}}, "is no name of a migration"},
    {{{"2_a", ONE, NULL}, {"1_b", TWO, NULL}}, "stands behind one with the number 2"},
    {{{"2_a", ONE, NULL}, {"02_b", TWO, NULL}}, "stands behind one with the number 2"},
    {{{"1_a", NULL, NULL}}, "has no SQL to go up"},
    {{{"1_a", " \n", NULL}}, "has no SQL to go up"},
};

START_TEST(a_malformed_list_is_refused_with_a_sentence)
{
    fixture f;

    fixture_open(&f, "", NULL);
    ck_assert_int_eq(UP(malformed[_i].list, 0), HEARTH_EINVAL);
    ck_assert_msg(strstr(f.err.text, malformed[_i].says) != NULL, "%s", f.err.text);
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM sqlite_schema"), 0);
    fixture_close(&f);
}
END_TEST

START_TEST(options_out_of_range_are_refused)
{
    fixture f;

    fixture_open(&f, NULL, NULL);
    ck_assert_int_eq(UP(three, -1), HEARTH_EINVAL);
    ck_assert_int_eq(migrate(&f, three, (hearth_migrate_action)9, 0), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_migrate(NULL, three, NULL, NULL), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_migrate(f.db, NULL, NULL, NULL), HEARTH_EINVAL);
    fixture_close(&f);
}
END_TEST

START_TEST(missing_steps_are_counted_and_the_first_is_named)
{
    const char *first;
    size_t missing;
    fixture f;

    fixture_open(&f, "", NULL);
    ck_assert_int_eq(hearth__migrate_missing(f.db, three, &missing, &first, &f.err), 0);
    ck_assert_uint_eq(missing, 3);
    ck_assert_str_eq(first, "0001_tables");
    ck_assert_int_eq(UP(three, 2), 0);
    ck_assert_int_eq(hearth__migrate_missing(f.db, three, &missing, &first, &f.err), 0);
    ck_assert_uint_eq(missing, 1);
    ck_assert_str_eq(first, "0010_fill");
    ck_assert_int_eq(UP(three, 0), 0);
    ck_assert_int_eq(hearth__migrate_missing(f.db, three, &missing, &first, &f.err), 0);
    ck_assert_uint_eq(missing, 0);
    ck_assert_ptr_null(first);
    fixture_close(&f);
}
END_TEST

START_TEST(who_migrates_keeps_others_out)
{
    hearth__db_lock *lock;
    fixture f;

    fixture_open(&f, "?busy_ms=20", NULL);
    lock = hearth__db_lock_take(f.db, "hearth_migrations", &f.err);
    ck_assert_ptr_nonnull(lock);
    ck_assert_int_eq(UP(three, 0), HEARTH_EBUSY);
    hearth__db_lock_give(lock);
    ck_assert_int_eq(UP(three, 0), 0);
    fixture_close(&f);
}
END_TEST

/* A table that others refer to is replaced: nothing cascades, whether for show or in earnest. */
START_TEST(a_step_may_break_references_until_its_end)
{
    static const hearth_migration good[] = {
        {"0001_tables",
         "CREATE TABLE a(id INTEGER PRIMARY KEY) STRICT; CREATE TABLE b(a INTEGER "
         "REFERENCES "
         "a ON DELETE CASCADE) STRICT; INSERT INTO a VALUES (1); INSERT INTO b VALUES "
         "(1);",
         NULL},
        {"0002_replace",
         "-- why\n  -- references at end\r\nCREATE TABLE c(id INTEGER PRIMARY KEY, x "
         "TEXT) "
         "STRICT; INSERT INTO c(id) SELECT id FROM a; DROP TABLE a; ALTER TABLE c RENAME "
         "TO "
         "a;",
         "-- references at end\nDELETE FROM a; ALTER TABLE a DROP x"},
        {0},
    };
    static const hearth_migration bad[] = {
        {"0001_tables", ONE, NULL},
        {"0002_refer",
         "CREATE TABLE c(a INTEGER REFERENCES d(id)) STRICT; CREATE TABLE d(id "
         "INTEGER PRIMARY KEY)",
         NULL},
        {"0003_broken", "-- references at end\nINSERT INTO c VALUES (7)", NULL},
        {0},
    };
    const hearth_migrate_opts dry = {.dry_run = true};
    fixture f;

    fixture_open(&f, "", NULL);
    ck_assert_msg(hearth_migrate(f.db, good, &dry, &f.err) == 0, "%s", f.err.text);
    ck_assert_msg(hearth_migrate(f.db, good, NULL, &f.err) == 0, "%s", f.err.text);
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM b JOIN a ON a = id"), 1);
    ck_assert_int_eq(DOWN(good, 1), HEARTH_ECONFLICT); /* b refers to nothing */
    ck_assert_str_eq(f.err.text,
                     "migration 0002_replace: rows of b would refer to rows of a "
                     "that do not exist");
    ck_assert_int_eq(steps_taken(&f), 2);
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM a"), 1);
    fixture_close(&f);

    fixture_open(&f, "", NULL);
    ck_assert_int_eq(hearth_migrate(f.db, bad, &dry, &f.err), HEARTH_ECONFLICT);
    ck_assert_int_eq(UP(bad, 0), HEARTH_ECONFLICT);
    ck_assert_int_eq(steps_taken(&f), 2);
    fixture_close(&f);
}
END_TEST

/* clang-format off */
SUITE("db/migrate",
      TEST(all_missing_steps_are_taken_once)
      TEST(steps_are_counted_up_and_down)
      TEST(redo_takes_the_last_step_back_and_again)
      TEST(each_step_is_told_and_status_changes_nothing)
      TEST(a_dry_run_finds_what_fails_and_leaves_nothing)
      TEST(a_step_that_fails_leaves_those_before_it_and_none_of_itself)
      TEST(a_step_without_a_way_down_stays_with_all_above_it)
      LOOP(a_list_that_does_not_fit_the_database_is_refused, 0, 4)
      TEST(a_changed_way_down_is_no_drift)
      LOOP(a_malformed_list_is_refused_with_a_sentence, 0, 10)
      TEST(options_out_of_range_are_refused)
      TEST(missing_steps_are_counted_and_the_first_is_named)
      TEST(who_migrates_keeps_others_out)
      TEST(a_step_may_break_references_until_its_end))
/* clang-format on */
