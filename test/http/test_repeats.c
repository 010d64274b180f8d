/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Queries in a loop are warned of in development.
 */

#include "http.h"
#include "suite.h"

#include <stdio.h>

/* n times one statement, each with another value that nobody may read in the log. */
static int loop(hearth_ctx *c)
{
    int64_t n = hearth_param_int(c, "n");
    char sql[100];

    for (int64_t i = 0; i < n; i++) {
        snprintf(sql, sizeof sql, "SELECT count(*) FROM words\n WHERE word = ?");
        hearth_rows *r =
            hearth_select(c, sql, hearth_args(hearth_strf(c, "hush%d", (int)i)));

        while (hearth_rows_next(r))
            ;
        HEARTH_TRY(hearth_rows_error(r));
    }
    return 204;
}

static int two(hearth_ctx *c)
{
    for (int i = 0; i < 20; i++) {
        hearth_rows *r = hearth_select(c, "SELECT ? + 1", hearth_args(i));

        while (hearth_rows_next(r))
            ;
    }
    return loop(c);
}

static int same(hearth_ctx *c)
{
    for (int i = 0; i < 50; i++) {
        hearth_rows *r = hearth_select(c, "SELECT ? + 1", hearth_args(1));

        while (hearth_rows_next(r))
            ;
        HEARTH_TRY(hearth_exec(c, "UPDATE words SET word = ?", hearth_args(i)));
    }
    return 204;
}

static const hearth_route routes[] = {
    HEARTH_GET("/loop/{n:int}", loop),
    HEARTH_GET("/other/{n:int}", loop),
    HEARTH_GET("/two/{n:int}", two),
    HEARTH_GET("/same", same),
    HEARTH_END,
};

static hearth_client *open_client(const hearth_app_opts *o)
{
    hearth_app *app = hearth_app_new(o);
    hearth_db *db = hearth_db_open("sqlite::memory:", NULL);

    ck_assert_int_eq(
        hearth_db_script(db,
                         "CREATE TABLE words(word TEXT); INSERT INTO words VALUES ('a')",
                         NULL),
        0);
    ck_assert_int_eq(hearth_use_db(app, db), 0);
    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    hearth_client *t = hearth_client_new(app);

    ck_assert_ptr_nonnull(t);
    return t;
}

static int warnings(hearth_client *t)
{
    int n = 0;

    for (const char *p = hearth_client_log(t); (p = strstr(p, "N+1")) != NULL; p++)
        n++;
    return n;
}

static const hearth_app_opts debug = {.debug = true};

START_TEST(a_query_in_a_loop_is_told_once_with_its_route_and_what_helps)
{
    hearth_client *t = open_client(&debug);

    ck_assert_int_eq(hearth_call_get(t, "/loop/51")->status, 204);
    ck_assert_int_eq(hearth_call_get(t, "/loop/51")->status, 204);
    ck_assert_int_eq(warnings(t), 1);
    ck_assert_msg(http_logged(t, "WARN") && http_logged(t, "GET /loop/{n:int}") &&
                      http_logged(t, "51 times") && http_logged(t, ".with") &&
                      http_logged(t, "IN: SELECT count(*) FROM words"),
                  "%s", hearth_client_log(t));
    ck_assert(!http_logged(t, "hush"));
    hearth_client_free(t);
}
END_TEST

START_TEST(each_route_and_each_statement_has_its_warning)
{
    hearth_client *t = open_client(&debug);

    hearth_call_get(t, "/loop/11");
    ck_assert_int_eq(warnings(t), 1);
    hearth_call_get(t, "/other/11");
    ck_assert_int_eq(warnings(t), 2);
    hearth_call_get(t, "/two/11");
    ck_assert_int_eq(warnings(t), 4);
    ck_assert(http_logged(t, "SELECT ? + 1"));
    hearth_client_free(t);
}
END_TEST

START_TEST(ten_times_are_no_loop_and_neither_are_the_same_values_or_writes)
{
    hearth_client *t = open_client(&debug);

    hearth_call_get(t, "/loop/10");
    ck_assert_int_eq(hearth_call_get(t, "/same")->status, 204);
    ck_assert_int_eq(warnings(t), 0);
    hearth_call_get(t, "/loop/11");
    ck_assert_int_eq(warnings(t), 1);
    hearth_client_free(t);
}
END_TEST

START_TEST(the_number_is_an_option_and_nobody_counts_outside_development)
{
    static const struct {
        hearth_app_opts o;
        const char *target;
        int warnings;
    } cases[] = {
        {{.debug = false}, "/loop/500", 0},
        {{.debug = true, .max_repeats = HEARTH_UNLIMITED}, "/loop/500", 0},
        {{.max_repeats = 3}, "/loop/3", 0},
        {{.max_repeats = 3}, "/loop/4", 1},
        {{.debug = true, .max_repeats = 20}, "/loop/20", 0},
        {{.debug = true, .max_repeats = 20}, "/loop/21", 1},
    };
    hearth_client *t = open_client(&cases[_i].o);

    ck_assert_int_eq(hearth_call_get(t, cases[_i].target)->status, 204);
    ck_assert_int_eq(warnings(t), cases[_i].warnings);
    hearth_client_free(t);
}
END_TEST

SUITE("http/repeats",
      TEST(a_query_in_a_loop_is_told_once_with_its_route_and_what_helps)
          TEST(each_route_and_each_statement_has_its_warning)
              TEST(ten_times_are_no_loop_and_neither_are_the_same_values_or_writes)
                  LOOP(the_number_is_an_option_and_nobody_counts_outside_development, 0,
                       6))
