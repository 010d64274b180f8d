/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "app/problem.h"

#include "ctx.h"
#include "suite.h"

#include <hearth/res.h>

#define SCHEMA                                                               \
    "CREATE TABLE todos(id INTEGER PRIMARY KEY, title TEXT NOT NULL UNIQUE," \
    " done INTEGER NOT NULL DEFAULT 0 CHECK (done IN (0, 1))) STRICT"

static bare *with_db(void)
{
    hearth_error err = {0};
    hearth_db *db = hearth_db_open("sqlite::memory:", &err);
    bare *t = bare_get();

    ck_assert_msg(db != NULL, "%s", err.text);
    ck_assert_msg(hearth_db_script(db, SCHEMA, &err) == 0, "%s", err.text);
    ck_assert_int_eq(hearth_use_db(t->app, db), 0);
    t->c->dbs.db = db; /* the context was taken before there was one */
    return t;
}

START_TEST(rows_are_written_and_read)
{
    bare *t = with_db();

    ck_assert_int_eq(hearth_exec(t->c, "INSERT INTO todos(title) VALUES (?), (?)",
                                 hearth_args("a", "b")),
                     0);
    ck_assert_int_eq(hearth_changes(t->c), 2);
    ck_assert_int_eq(hearth_last_id(t->c), 2);
    hearth_rows *r =
        hearth_select(t->c, "SELECT title FROM todos ORDER BY id", HEARTH_NO_ARGS);
    ck_assert(hearth_rows_next(r));
    ck_assert_str_eq(hearth_rows_text(r, 0), "a");
    ck_assert(hearth_rows_next(r));
    ck_assert(!hearth_rows_next(r));
    ck_assert_int_eq(hearth_rows_error(r), 0);
    bare_close(t);
}
END_TEST

START_TEST(rows_are_answered_as_json)
{
    bare *t = with_db();

    ck_assert_int_eq(hearth_exec(t->c, "INSERT INTO todos(title) VALUES (?)",
                                 hearth_args("a")),
                     0);
    ck_assert_int_eq(
        hearth_reply_rows(t->c, 200, "SELECT id, title, done AS \"done:bool\" FROM todos",
                          HEARTH_NO_ARGS),
        0);
    ck_assert_str_eq(bare_body(t), "[{\"id\":1,\"title\":\"a\",\"done\":false}]");
    ck_assert_str_eq(bare_field(t, "Content-Type"), "application/json");
    ck_assert_int_eq(hearth_reply_row(t->c, 201, "SELECT title FROM todos WHERE id = ?",
                                      hearth_args(1)),
                     0);
    ck_assert_str_eq(bare_body(t), "{\"title\":\"a\"}");
    ck_assert_int_eq(hearth_status(t->c), 201);
    bare_close(t);
}
END_TEST

START_TEST(no_row_is_not_found)
{
    bare *t = with_db();
    int rc = hearth_reply_row(t->c, 200, "SELECT title FROM todos WHERE id = ?",
                              hearth_args(7));

    ck_assert_int_eq(rc, HEARTH_ENOTFOUND);
    hearth__result(t->c, rc);
    ck_assert_int_eq(hearth_status(t->c), 404);
    ck_assert_str_eq(t->log->text, "");
    bare_close(t);
}
END_TEST

START_TEST(errors_of_the_data_are_told_to_the_client)
{
    bare *t = with_db();

    ck_assert_int_eq(hearth_exec(t->c, "INSERT INTO todos(title) VALUES (?)",
                                 hearth_args("a")),
                     0);
    ck_assert_int_eq(hearth_exec(t->c, "INSERT INTO todos(title) VALUES (?)",
                                 hearth_args("a")),
                     HEARTH_ECONFLICT);
    ck_assert_int_eq(t->c->error.status, 409);
    ck_assert_ptr_nonnull(strstr(t->c->error.text, "title"));
    ck_assert_int_eq(hearth_exec(t->c, "INSERT INTO todos(title) VALUES (?)",
                                 hearth_args(hearth_val_null())),
                     HEARTH_EMODEL);
    ck_assert_int_eq(t->c->error.status, 422);
    ck_assert_ptr_nonnull(strstr(t->c->error.text, "title"));
    ck_assert_str_eq(t->log->text, "");
    bare_close(t);
}
END_TEST

START_TEST(errors_of_the_program_are_noted_in_the_log)
{
    bare *t = with_db();

    ck_assert_int_eq(hearth_exec(t->c, "INSERT INTO nowhere VALUES (1)", HEARTH_NO_ARGS),
                     HEARTH_EDB);
    ck_assert_int_eq(t->c->error.status, 0);
    ck_assert_ptr_nonnull(strstr(t->log->text, "nowhere"));
    hearth__result(t->c, HEARTH_EDB);
    ck_assert_int_eq(hearth_status(t->c), 500);
    ck_assert_ptr_null(strstr(bare_body(t), "nowhere"));
    bare_close(t);
}
END_TEST

START_TEST(a_failed_query_is_an_empty_result_and_noted)
{
    bare *t = with_db();
    hearth_rows *r = hearth_select(t->c, "SELECT x FROM nowhere", HEARTH_NO_ARGS);

    ck_assert(!hearth_rows_next(r));
    ck_assert_int_eq(hearth_rows_error(r), HEARTH_EDB);
    ck_assert_ptr_nonnull(strstr(t->log->text, "nowhere"));
    bare_close(t);
}
END_TEST

START_TEST(without_a_database_every_call_is_out_of_place)
{
    bare *t = bare_get();

    ck_assert_int_eq(hearth_exec(t->c, "SELECT 1", HEARTH_NO_ARGS), HEARTH_ESTATE);
    ck_assert_int_eq(hearth_begin(t->c), HEARTH_ESTATE);
    ck_assert_int_eq(hearth_reply_rows(t->c, 200, "SELECT 1", HEARTH_NO_ARGS),
                     HEARTH_ESTATE);
    ck_assert_int_eq(hearth_rows_error(hearth_select(t->c, "SELECT 1", HEARTH_NO_ARGS)),
                     HEARTH_ESTATE);
    ck_assert_ptr_nonnull(strstr(t->log->text, "database"));
    bare_close(t);
}
END_TEST

START_TEST(what_was_begun_is_committed_or_not)
{
    bare *t = with_db();

    ck_assert_int_eq(hearth_commit(t->c), HEARTH_ESTATE);
    ck_assert_int_eq(hearth_rollback(t->c), HEARTH_ESTATE);
    ck_assert_int_eq(hearth_begin(t->c), 0);
    ck_assert_int_eq(hearth_exec(t->c, "INSERT INTO todos(title) VALUES ('a')",
                                 HEARTH_NO_ARGS),
                     0);
    ck_assert_int_eq(hearth_rollback(t->c), 0);
    ck_assert_int_eq(hearth_begin(t->c), 0);
    ck_assert_int_eq(hearth_exec(t->c, "INSERT INTO todos(title) VALUES ('b')",
                                 HEARTH_NO_ARGS),
                     0);
    ck_assert_int_eq(hearth_commit(t->c), 0);
    ck_assert_int_eq(hearth_reply_rows(t->c, 200, "SELECT title FROM todos",
                                       HEARTH_NO_ARGS),
                     0);
    ck_assert_str_eq(bare_body(t), "[{\"title\":\"b\"}]");
    bare_close(t);
}
END_TEST

START_TEST(a_bad_status_runs_nothing)
{
    bare *t = with_db();

    ck_assert_int_eq(
        hearth_reply_rows(t->c, 0, "INSERT INTO todos(title) VALUES ('x') RETURNING id",
                          HEARTH_NO_ARGS),
        HEARTH_EINVAL);
    ck_assert_int_eq(hearth_reply_rows(t->c, 200, "SELECT id FROM todos", HEARTH_NO_ARGS),
                     0);
    ck_assert_str_eq(bare_body(t), "[]");
    bare_close(t);
}
END_TEST

/* Adds its letter, and whether the writer was free. */
static void letter(hearth_ctx *c, void *arg)
{
    static char text[20];
    size_t n = strlen(text);

    if (arg == NULL) {
        text[0] = '\0';
        return;
    }
    if (((const char *)arg)[0] == '=') {
        ck_assert_str_eq(text, (const char *)arg + 1);
        return;
    }
    ck_assert_int_eq(hearth_exec(c, "UPDATE todos SET done = 1", HEARTH_NO_ARGS), 0);
    text[n] = ((const char *)arg)[0];
    text[n + 1] = '\0';
}

static void after(bare *t, const char *what)
{
    ck_assert_int_eq(hearth_after_commit(t->c, letter, (void *)(uintptr_t)what), 0);
}

START_TEST(what_waits_for_the_commit_runs_once_after_it)
{
    bare *t = with_db();

    letter(t->c, NULL);
    after(t, "a"); /* nothing is open */
    letter(t->c, (void *)(uintptr_t) "=a");
    ck_assert_int_eq(hearth_begin(t->c), 0);
    after(t, "b");
    ck_assert_int_eq(hearth_begin(t->c), 0);
    after(t, "x");
    ck_assert_int_eq(hearth_rollback(t->c), 0);
    ck_assert_int_eq(hearth_begin(t->c), 0);
    after(t, "c");
    ck_assert_int_eq(hearth_commit(t->c), 0);
    after(t, "d");
    letter(t->c, (void *)(uintptr_t) "=a");
    ck_assert_int_eq(hearth_commit(t->c), 0);
    letter(t->c, (void *)(uintptr_t) "=abcd");
    ck_assert_int_eq(hearth_begin(t->c), 0);
    after(t, "y");
    ck_assert_int_eq(hearth_rollback(t->c), 0);
    ck_assert_int_eq(hearth_begin(t->c), 0);
    after(t, "z");
    hearth__dbs_end(&t->c->dbs);
    ck_assert_int_eq(hearth_begin(t->c), 0);
    ck_assert_int_eq(hearth_commit(t->c), 0);
    letter(t->c, (void *)(uintptr_t) "=abcd");
    bare_close(t);
}
END_TEST

SUITE("app/app_db",
      TEST(rows_are_written_and_read) TEST(rows_are_answered_as_json)
          TEST(no_row_is_not_found) TEST(errors_of_the_data_are_told_to_the_client)
              TEST(errors_of_the_program_are_noted_in_the_log)
                  TEST(a_failed_query_is_an_empty_result_and_noted)
                      TEST(without_a_database_every_call_is_out_of_place)
                          TEST(what_was_begun_is_committed_or_not)
                              TEST(a_bad_status_runs_nothing)
                                  TEST(what_waits_for_the_commit_runs_once_after_it))
