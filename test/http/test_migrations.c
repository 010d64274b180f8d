/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* An application whose database has, lacks or takes its migrations. */
#include "suite.h"

#include <hearth.h>
#include <hearth/client.h>
#include <stdio.h>
#include <string.h>

static const hearth_migration steps[] = {
    {"0001_todos", "CREATE TABLE todos(id INTEGER PRIMARY KEY, title TEXT) STRICT;",
     NULL},
    {"0002_first", "INSERT INTO todos(title) VALUES ('milk')", NULL},
    {0},
};

static int list(hearth_ctx *c)
{
    return hearth_reply_rows(c, 200, "SELECT title FROM todos", HEARTH_NO_ARGS);
}

static hearth_app *make(hearth_db *db, const hearth_use_migrations_opts *o)
{
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.access_log_off = true});

    ck_assert_ptr_nonnull(app);
    if (db != NULL)
        ck_assert_int_eq(hearth_use_db(app, db), 0);
    ck_assert_int_eq(hearth_use_migrations(app, steps, o), 0);
    ck_assert_int_eq(hearth_get(app, "/", list), 0);
    return app;
}

static hearth_db *memory(void)
{
    return hearth_db_open("sqlite::memory:", NULL);
}

static int start(hearth_app *app, hearth_error *err)
{
    return hearth_app_start(app,
                            &(hearth_run_opts){.port = HEARTH_PORT_ANY, .threads = 1},
                            err);
}

START_TEST(steps_are_taken_at_start_when_wanted)
{
    hearth_client *t = hearth_client_new(
        make(memory(), &(hearth_use_migrations_opts){.at_start = true}));

    ck_assert_ptr_nonnull(t);
    ck_assert_str_eq(hearth_call_get(t, "/")->body.ptr, "[{\"title\":\"milk\"}]");
    hearth_client_free(t);
}
END_TEST

START_TEST(an_application_whose_database_lacks_steps_does_not_start)
{
    hearth_app *app = make(memory(), NULL);
    hearth_error err;

    ck_assert_int_eq(start(app, &err), HEARTH_EUNAVAILABLE);
    ck_assert_str_eq(err.text,
                     "the database lacks 2 migrations, from 0001_todos on: run the "
                     "program with `migrate`, or use .at_start");
    hearth_app_free(app);
}
END_TEST

START_TEST(an_application_starts_when_its_database_has_all_steps)
{
    hearth_db *db = memory();
    hearth_error err = {0};
    hearth_app *app;

    ck_assert_int_eq(hearth_migrate(db, steps, NULL, &err), 0);
    app = make(db, NULL);
    ck_assert_msg(start(app, &err) == 0, "%s", err.text);
    ck_assert_int_eq(hearth_app_stop(app), 0);
    hearth_app_free(app);
}
END_TEST

START_TEST(an_application_with_migrations_wants_a_database)
{
    hearth_app *app = make(NULL, NULL);
    hearth_error err;

    ck_assert_int_eq(start(app, &err), HEARTH_EINVAL);
    ck_assert_ptr_nonnull(strstr(err.text, "hearth_use_db()"));
    hearth_app_free(app);
}
END_TEST

START_TEST(a_second_list_and_none_are_refused)
{
    hearth_app *app = make(memory(), NULL);
    hearth_app *other = hearth_app_new(&(hearth_app_opts){.access_log_off = true});

    ck_assert_int_eq(hearth_use_migrations(app, steps, NULL), HEARTH_ESTATE);
    ck_assert_int_eq(hearth_use_migrations(other, NULL, NULL), HEARTH_EINVAL);
    hearth_app_free(app);
    hearth_app_free(other);
}
END_TEST

#define ITEM(F, T)                                             \
    F(T, id, i64, "Identifier", .key = true, .readonly = true) \
    F(T, title, text, "Title", .nullable = true)               \
    F(T, due, time, "Deadline", .nullable = true)
HEARTH_MODEL(todo, "todos", ITEM);
static const hearth_model *const models[] = {&todo_model, NULL};

static const hearth_migration extra[] = {
    {"0001_todos",
     "CREATE TABLE todos(id INTEGER PRIMARY KEY, title TEXT, due INTEGER, old TEXT) "
     "STRICT;",
     NULL},
    {0},
};
static const hearth_migration lacking[] = {
    {"0001_todos", "CREATE TABLE todos(id INTEGER PRIMARY KEY, old TEXT) STRICT;", NULL},
    {0},
};

/* What the log says about the tables, in a line each. */
static void note(void *noted, hearth_log_level level, hearth_str lines)
{
    const char *at = strstr(lines.ptr, "not what the models say: ");
    size_t n = strlen(noted);

    if (at != NULL && level == HEARTH_LOG_WARN)
        snprintf((char *)noted + n, 500 - n, "%.*s",
                 (int)(lines.len - (size_t)(at - lines.ptr)), at);
}

#define SAYS "not what the models say: "

static const struct {
    const hearth_migration *list;
    hearth_drift drift;
    int rc;
    const char *says, *noted;
} starts[] = {
    {lacking, HEARTH_DRIFT_REFUSE, HEARTH_ECONFLICT,
     "the database is " SAYS "todos.title is missing in the database, and more; run the "
     "program with `migrate check`",
     ""},
    {lacking, HEARTH_DRIFT_WARN, 0, NULL,
     SAYS "todos.title is missing in the database\n" SAYS
          "todos.due is missing in the database\n" SAYS
          "todos.old is in the database, but in no model\n"},
    {lacking, HEARTH_DRIFT_IGNORE, 0, NULL, ""},
    {extra, HEARTH_DRIFT_REFUSE, 0, NULL,
     SAYS "todos.old is in the database, but in no model\n"},
    {extra, HEARTH_DRIFT_IGNORE, 0, NULL, ""},
    {lacking, (hearth_drift)3, HEARTH_EINVAL,
     "hearth_use_migrations: .drift is none of hearth_drift", ""},
};

START_TEST(drift_is_refused_noted_or_ignored_at_start)
{
    static const hearth_log_ops ops = {.name = "note", .write = note};
    char noted[500] = "";
    const hearth_log_opts log = {.level = HEARTH_LOG_WARN, .ops = &ops, .self = noted};
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.log = log});
    hearth_error err = {0};

    ck_assert_int_eq(hearth_use_db(app, memory()), 0);
    (void)hearth_use_migrations(app, starts[_i].list,
                                &(hearth_use_migrations_opts){.at_start = true,
                                                              .models = models,
                                                              .drift = starts[_i].drift});
    ck_assert_int_eq(start(app, &err), starts[_i].rc);
    if (starts[_i].rc != 0)
        ck_assert_str_eq(err.text, starts[_i].says);
    else
        ck_assert_int_eq(hearth_app_stop(app), 0);
    ck_assert_str_eq(noted, starts[_i].noted);
    hearth_app_free(app);
}
END_TEST

#define BAD(F, T) F(T, id, i64, "", .key = true)
HEARTH_MODEL(bad, "bad", BAD);
#define LOOSE(F, T) F(T, id, i64, "Identifier", .key = true)
HEARTH_MODEL(loose, NULL, LOOSE);

START_TEST(models_that_make_no_sense_are_refused_at_once)
{
    const hearth_model *const list[2] = {_i == 0 ? &bad_model : &loose_model, NULL};
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.access_log_off = true});

    ck_assert_int_eq(hearth_use_migrations(app, steps,
                                           &(hearth_use_migrations_opts){.models = list}),
                     HEARTH_EINVAL);
    hearth_app_free(app);
}
END_TEST

/* clang-format off */
SUITE("migrations",
      TEST(steps_are_taken_at_start_when_wanted)
      TEST(an_application_whose_database_lacks_steps_does_not_start)
      TEST(an_application_starts_when_its_database_has_all_steps)
      TEST(an_application_with_migrations_wants_a_database)
      TEST(a_second_list_and_none_are_refused)
      LOOP(drift_is_refused_noted_or_ignored_at_start, 0, 6)
      LOOP(models_that_make_no_sense_are_refused_at_once, 0, 2))
/* clang-format on */
