/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Search indexes from set-up to start: what makes no sense, what is made anew, and what a
 * migration has to do.
 */

#include "core/str.h"
#include "data/search.h"
#include "db_fixture.h"
#include "suite.h"

#include <hearth/app.h>
#include <hearth/client.h>
#include <math.h>

#define NOTE(F, T)                             \
    F(T, id, i64, "Identifier", .key = true)   \
    F(T, title, text, "Title")                 \
    F(T, body, text, "Text", .nullable = true) \
    F(T, n, i64, "Number", .nullable = true)   \
    F(T, pin, text, "Pin", .secret = true, .nullable = true)
HEARTH_MODEL(note, "notes", NOTE);

#define LOOSE(F, T) F(T, title, text, "Title")
HEARTH_MODEL(loose, "loose", LOOSE);

static const hearth_model *const models[] = {&note_model, NULL};
static const hearth_search_opts both = {.fields = "title, body"};

static fixture f;
static hearth_app *app;

/* An application on the file of the fixture, with the table. */
static void open_app(const hearth_search_opts *o)
{
    static const hearth_log_opts quiet = {.level = HEARTH_LOG_OFF};

    app = hearth_app_new(&(hearth_app_opts){.log = quiet});
    ck_assert_int_eq(hearth_use_db(app, fixture_db(&f, "")), 0);
    ck_assert_int_eq(hearth_use_models(app, models), 0);
    ck_assert_int_eq(hearth_use_search(app, &note_model, o), 0);
}

static int start(const hearth_search_opts *o, hearth_error *err)
{
    int rc;

    open_app(o);
    rc = hearth__app_freeze(app, err);
    hearth_app_free(app);
    return rc;
}

static void sql(const char *text)
{
    hearth_error err = {0};

    ck_assert_msg(hearth_db_script(f.db, text, &err) == 0, "%s: %s", text, err.text);
}

static int64_t found(const char *word)
{
    hearth_rows *r = hearth__dbs_select(&f.s,
                                        "SELECT count(*) FROM notes_search WHERE "
                                        "notes_search MATCH ?",
                                        hearth_args(word));
    int64_t n = hearth_rows_next(r) ? hearth_rows_int(r, 0) : -1;

    while (hearth_rows_next(r))
        ;
    return n;
}

static void open_all(void)
{
    fixture_open(&f, "", NULL);
}

START_TEST(rows_that_are_there_are_in_the_index_from_the_start)
{
    hearth_error err = {0};

    open_all();
    ck_assert_msg(start(&both, &err) == 0, "%s", err.text);
    sql("INSERT INTO notes VALUES (1, 'one', 'word', 1, NULL)");
    ck_assert_int_eq(found("word"), 1);
    ck_assert_int_eq(start(&both, &err), 0);
    ck_assert_int_eq(found("word"), 1);
    sql("DELETE FROM notes");
    ck_assert_int_eq(found("word"), 0);
    fixture_close(&f);
}
END_TEST

START_TEST(an_index_that_is_another_one_or_lost_a_trigger_is_made_anew)
{
    hearth_error err = {0};

    open_all();
    ck_assert_int_eq(start(&(hearth_search_opts){.fields = "title"}, &err), 0);
    sql("INSERT INTO notes VALUES (1, 'one', 'word', 1, NULL)");
    ck_assert_int_eq(found("word"), 0);
    ck_assert_int_eq(start(&both, &err), 0);
    ck_assert_int_eq(found("word"), 1);
    /* As when a migration makes the table anew. */
    sql("DROP TRIGGER notes_search_update; UPDATE notes SET body = 'other'");
    ck_assert_int_eq(found("other"), 0);
    ck_assert_int_eq(start(&both, &err), 0);
    ck_assert_int_eq(found("other"), 1);
    ck_assert_int_eq(found("word"), 0);
    ck_assert_int_eq(start(&(hearth_search_opts){.fields = "title, body", .stem = true},
                           &err),
                     0);
    ck_assert_int_eq(found("others"), 1);
    fixture_close(&f);
}
END_TEST

START_TEST(where_a_migration_makes_it_a_start_without_it_is_refused)
{
    const hearth_search_opts o = {.fields = "title, body", .by_migration = true};
    hearth_error err = {0};
    char *up, *down;

    open_all();
    ck_assert_int_eq(start(&o, &err), HEARTH_ECONFLICT);
    ck_assert_ptr_nonnull(strstr(err.text, "notes_search"));
    up = hearth_search_sql(f.db, &note_model, &o, false, &err);
    down = hearth_search_sql(f.db, &note_model, &o, true, &err);
    ck_assert_ptr_nonnull(up);
    ck_assert_ptr_nonnull(down);
    sql("INSERT INTO notes VALUES (1, 'one', 'word', 1, NULL)");
    sql(up);
    ck_assert_int_eq(found("word"), 1);
    ck_assert_msg(start(&o, &err) == 0, "%s", err.text);
    sql(down);
    ck_assert_int_eq(start(&o, &err), HEARTH_ECONFLICT);
    sql(down);
    ck_assert_int_eq(count_of(&f.s, "SELECT count(*) FROM sqlite_schema WHERE name LIKE "
                                    "'notes\\_%' ESCAPE '\\'"),
                     0);
    free(up);
    free(down);
    fixture_close(&f);
}
END_TEST

START_TEST(tables_of_the_index_are_none_of_the_users)
{
    hearth_error err = {0};
    hearth_rows *r;

    open_all();
    ck_assert_int_eq(start(&both, &err), 0);
    r = hearth__dbs_select(&f.s, hearth__db_dialect(f.db)->tables, NONE);
    ck_assert(hearth_rows_next(r));
    ck_assert_str_eq(hearth_rows_text(r, 0), "notes");
    ck_assert(!hearth_rows_next(r));
    fixture_close(&f);
}
END_TEST

START_TEST(a_table_that_is_missing_refuses_the_start)
{
    hearth_error err = {0};

    open_all();
    open_app(&both);
    sql("DROP TABLE notes");
    ck_assert_int_eq(hearth__app_freeze(app, &err), HEARTH_EDB);
    ck_assert_msg(strstr(err.text, "cannot be made") != NULL &&
                      strstr(err.text, "no such table") != NULL,
                  "%s", err.text);
    hearth_app_free(app);
    fixture_close(&f);
}
END_TEST

static const double below[] = {-1, 1}, nan_weight[] = {1, NAN}, huge[] = {1, 1e7};

static const struct {
    const hearth_model *m;
    hearth_search_opts o;
    const char *says;
} refused[] = {
    {NULL, {.fields = "title"}, "needs a model"},
    {&note_model, {.fields = NULL}, "needs .fields"},
    {&note_model, {.fields = ""}, "needs .fields"},
    {&note_model, {.fields = "title, nothing"}, "no field"},
    {&note_model, {.fields = "title, title"}, "twice"},
    {&note_model, {.fields = "title, n"}, "kind text"},
    {&note_model, {.fields = "title, pin"}, "not secret"},
    {&note_model, {.fields = "title, body", .weights = below}, "weight"},
    {&note_model, {.fields = "title, body", .weights = nan_weight}, "weight"},
    {&note_model, {.fields = "title, body", .weights = huge}, "weight"},
    {&note_model, {.fields = "title", .name = "a b"}, ".name"},
    {&note_model, {.fields = "title", .name = ""}, ".name"},
    {&loose_model, {.fields = "title"}, "a table with a key"},
};

START_TEST(what_makes_no_sense_is_refused_in_a_sentence)
{
    hearth_error err = {0};

    fixture_open(&f, NULL, NULL);
    ck_assert_ptr_null(
        hearth_search_sql(f.db, refused[_i].m, &refused[_i].o, false, &err));
    ck_assert_int_eq(err.code, HEARTH_EINVAL);
    ck_assert_msg(strstr(err.text, refused[_i].says) != NULL, "%s", err.text);
    app = hearth_app_new(&(hearth_app_opts){.log = {.level = HEARTH_LOG_OFF}});
    ck_assert_int_eq(hearth_use_db(app, fixture_db(&f, NULL)), 0);
    ck_assert_int_eq(hearth_use_search(app, refused[_i].m, &refused[_i].o),
                     HEARTH_EINVAL);
    ck_assert_int_ne(hearth__app_freeze(app, &err), 0);
    hearth_app_free(app);
    fixture_close(&f);
}
END_TEST

START_TEST(a_model_has_one_index_and_the_application_a_database)
{
    hearth_error err = {0};

    fixture_open(&f, NULL, NULL);
    app = hearth_app_new(&(hearth_app_opts){.log = {.level = HEARTH_LOG_OFF}});
    ck_assert_int_eq(hearth_use_search(app, &note_model, &both), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_use_db(app, fixture_db(&f, NULL)), 0);
    ck_assert_int_eq(hearth_use_search(app, &note_model, &both), 0);
    ck_assert_int_eq(hearth_use_search(app, &note_model, &both), HEARTH_ESTATE);
    ck_assert_ptr_nonnull(hearth__search_of(app, &note_model));
    ck_assert_ptr_null(hearth__search_of(app, &loose_model));
    hearth_app_free(app);
    ck_assert_ptr_null(hearth_search_sql(NULL, &note_model, &both, false, &err));
    ck_assert_int_eq(err.code, HEARTH_EINVAL);
    fixture_close(&f);
}
END_TEST

START_TEST(a_database_without_search_says_so)
{
    hearth_db_ops ops = *hearth_db_sqlite();
    hearth_db_dialect plain = *ops.dialect;
    hearth_error err = {0};

    plain.search = NULL;
    ops.dialect = &plain;
    app = hearth_app_new(&(hearth_app_opts){.log = {.level = HEARTH_LOG_OFF}});
    ck_assert_int_eq(hearth_use_db(app,
                                   hearth_db_open_with(&ops, "sqlite::memory:", NULL)),
                     0);
    ck_assert_int_eq(hearth_use_search(app, &note_model, &both), HEARTH_ESTATE);
    ck_assert_ptr_null(hearth_search_sql(app->db, &note_model, &both, false, &err));
    ck_assert_int_eq(err.code, HEARTH_ESTATE);
    hearth_app_free(app);
}
END_TEST

START_TEST(a_snippet_is_html_whose_marks_are_balanced_whatever_the_text_holds)
{
    static const struct {
        const char *snippet, *html;
    } cases[] = {
        {"", ""},
        {"a \x02w\x03 b", "a <mark>w</mark> b"},
        {"<b> & \x02\"w\"\x03", "&lt;b&gt; &amp; <mark>&quot;w&quot;</mark>"},
        {"\x02"
         "a \x02"
         "b",
         "<mark>a b</mark>"},
        {"a\x03 b\x03", "a b"},
        {"\x02", "<mark></mark>"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hearth__buf b;

        hearth__buf_init(&b, NULL, 0);
        hearth__search_html(&b, hearth__str_of(cases[i].snippet));
        ck_assert_str_eq(b.ptr, cases[i].html);
        hearth__buf_clear(&b);
    }
}
END_TEST

SUITE(
    "app/search",
    TEST(rows_that_are_there_are_in_the_index_from_the_start) TEST(
        an_index_that_is_another_one_or_lost_a_trigger_is_made_anew)
        TEST(where_a_migration_makes_it_a_start_without_it_is_refused) TEST(
            tables_of_the_index_are_none_of_the_users)
            TEST(a_table_that_is_missing_refuses_the_start) LOOP(
                what_makes_no_sense_is_refused_in_a_sentence, 0,
                (int)(sizeof refused / sizeof *refused))
                TEST(a_model_has_one_index_and_the_application_a_database)
                    TEST(a_database_without_search_says_so) TEST(
                        a_snippet_is_html_whose_marks_are_balanced_whatever_the_text_holds))
