/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* The models of an application against its database. */
#include "data/drift.h"
#include "db_fixture.h"
#include "suite.h"

#include <hearth.h>
#include <hearth/client.h>

#define ID(F, T)    F(T, id, i64, "Identifier", .key = true, .readonly = true)
#define PLAIN(F, T) ID(F, T) F(T, title, text, "Title", .required = true)
HEARTH_MODEL(plain, "todos", PLAIN);
#define UNIQUE(F, T) ID(F, T) F(T, title, text, "Title", .required = true, .unique = true)
HEARTH_MODEL(changed, "todos", UNIQUE);
#define DUE(F, T) PLAIN(F, T) F(T, due, time, "Due", .nullable = true)
HEARTH_MODEL(longer, "todos", DUE);

static const hearth_model *const first[] = {&plain_model, NULL};
static const hearth_model *const second[] = {&changed_model, NULL};
static const hearth_model *const third[] = {&longer_model, NULL};
static const hearth_migration none[] = {{0}};

/* An application over the fixture's file. */
static hearth_app *make(const fixture *f, const hearth_model *const *models,
                        const char *fields, bool by_migration)
{
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.access_log_off = true});
    const hearth_search_opts search = {.fields = fields, .by_migration = by_migration};

    ck_assert_int_eq(hearth_use_db(app, fixture_db(f, "")), 0);
    ck_assert_int_eq(
        hearth_use_migrations(app, none, &(hearth_use_migrations_opts){.models = models}),
        0);
    ck_assert_int_eq(hearth_use_search(app, models[0], &search), 0);
    return app;
}

/* What a search needs is made at every start, not by migrations: a database that never had one
 * could not take a step that drops it. */
START_TEST(what_a_start_makes_is_no_part_of_a_migration)
{
    hearth_error err = {0};
    hearth__drift d;
    hearth_app *app;
    fixture f;

    fixture_open(&f, "",
                 "CREATE TABLE todos(id INTEGER PRIMARY KEY, title TEXT NOT NULL "
                 "CONSTRAINT \"title length\" CHECK (length(\"title\") >= 1)) STRICT");
    hearth_client_free(hearth_client_new(make(&f, first, "title", false)));
    ck_assert_int_eq(
        count_of(&f.s, "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'"), 3);
    app = make(&f, second, "title", false);
    ck_assert_msg(hearth__drift_open(&d, app, false, &err) == 0, "%s", err.text);
    ck_assert(d.diff.changes);
    ck_assert_msg(strstr(d.diff.up, "TRIGGER") == NULL, "%s", d.diff.up);
    ck_assert_ptr_null(strstr(d.diff.down, "TRIGGER"));
    hearth__drift_close(&d);
    hearth_app_free(app);

    /* A migration's own is, and a column that may be searched is not dropped in place. */
    app = make(&f, second, "title", true);
    ck_assert_int_eq(hearth__drift_open(&d, app, false, &err), 0);
    ck_assert_ptr_nonnull(strstr(d.diff.up, "DROP TRIGGER \"todos_search_insert\""));
    hearth__drift_close(&d);
    hearth_app_free(app);

    app = make(&f, third, "title", false);
    ck_assert_int_eq(hearth__drift_open(&d, app, false, &err), 0);
    ck_assert_ptr_nonnull(strstr(d.diff.up, "ADD COLUMN \"due\""));
    ck_assert_ptr_null(strstr(d.diff.down, "DROP COLUMN"));
    hearth__drift_close(&d);
    hearth_app_free(app);
    fixture_close(&f);
}
END_TEST

START_TEST(a_model_counts_once)
{
    static const hearth_model *const twice[] = {&plain_model, &plain_model, NULL};
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.access_log_off = true});
    hearth_error err = {0};

    ck_assert_int_eq(hearth__drift_add(app, twice, &err), 0);
    ck_assert_int_eq(hearth__drift_add(app, second, &err), 0); /* the same table */
    ck_assert_uint_eq(app->nmodels, 1);
    hearth_app_free(app);
}
END_TEST

SUITE("app/drift",
      TEST(what_a_start_makes_is_no_part_of_a_migration) TEST(a_model_counts_once))
