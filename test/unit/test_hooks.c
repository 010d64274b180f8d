/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* What runs at the start and at the stop, in which order, and what a failure undoes. */

#include "suite.h"

#include <hearth.h>
#include <hearth/client.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

typedef struct world {
    char trail[128];
    char log[4096];
    const char *fails; /* the start hook that does */
    const char *text;  /* its sentence */
} world;

/* What a hook is given: which it is, and where to say so. */
typedef struct note {
    world *w;
    const char *name;
} note;

static void add(note *n)
{
    strncat(n->w->trail, n->name, sizeof n->w->trail - strlen(n->w->trail) - 1);
}

static int starts(hearth_app *app, void *arg, hearth_error *err)
{
    note *n = arg;

    ck_assert_int_eq(hearth_app_port(app), 0); /* nothing is open yet */
    add(n);
    if (n->w->fails == NULL || strcmp(n->w->fails, n->name) != 0)
        return 0;
    snprintf(err->text, sizeof err->text, "%s", n->w->text);
    return HEARTH_EIO;
}

static void stops(hearth_app *app, void *arg)
{
    ck_assert_int_eq(hearth_app_port(app), 0);
    add(arg);
}

static int task(hearth_ctx *c, void *arg)
{
    (void)c;
    add(arg);
    return 0;
}

static void on_log(void *self, hearth_log_level level, hearth_str lines)
{
    world *w = self;

    (void)level;
    strncat(w->log, lines.ptr, sizeof w->log - strlen(w->log) - 1);
}

static const hearth_log_ops log_ops = {.name = "test", .write = on_log};

static hearth_app *make(world *w, note n[6])
{
    static const char *const names[] = {"1", "a", "2", "b", "3", "t"};
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.log = {.ops = &log_ops, .self = w}});

    *w = (world){.fails = NULL};
    for (int i = 0; i < 6; i++)
        n[i] = (note){w, names[i]};
    ck_assert_int_eq(hearth_on_start(app, starts, &n[0]), 0);
    ck_assert_int_eq(hearth_on_stop(app, stops, &n[1]), 0);
    ck_assert_int_eq(hearth_on_start(app, starts, &n[2]), 0);
    ck_assert_int_eq(hearth_on_stop(app, stops, &n[3]), 0);
    ck_assert_int_eq(hearth_on_start(app, starts, &n[4]), 0);
    ck_assert_int_eq(hearth_once(app, 0, task, &n[5]), 0);
    return app;
}

static const hearth_run_opts any_port = {.port = HEARTH_PORT_ANY, .threads = 1};

START_TEST(starts_come_in_order_and_stops_the_other_way)
{
    world w;
    note n[6];
    hearth_app *app = make(&w, n);

    for (int i = 0; i < 2; i++) { /* it may be started again */
        w.trail[0] = '\0';
        ck_assert_int_eq(hearth_app_start(app, &any_port, NULL), 0);
        ck_assert_int_ne(hearth_app_port(app), 0);
        ck_assert_int_eq(hearth_on_start(app, starts, &n[0]), HEARTH_ESTATE);
        ck_assert_int_eq(hearth_on_stop(app, stops, &n[0]), HEARTH_ESTATE);
        ck_assert_int_eq(hearth_app_stop(app), 0);
        ck_assert_str_eq(w.trail, i == 0 ? "123tba" : "123ba");
    }
    hearth_app_free(app);
}
END_TEST

static const struct {
    const char *fails, *text, *trail, *said;
} failures[] = {
    {"1", "the moon is in the wrong phase", "1", "the moon is in the wrong phase"},
    {"2", "", "12a", "i/o error"},
    {"3", "no mailer", "123ba", "no mailer"},
};

START_TEST(a_failed_start_opens_no_port_and_undoes_what_was_done)
{
    hearth_error err = {0};
    world w;
    note n[6];
    hearth_app *app = make(&w, n);

    w.fails = failures[_i].fails;
    w.text = failures[_i].text;
    ck_assert_int_eq(hearth_app_start(app, &any_port, &err), HEARTH_EIO);
    ck_assert_str_eq(err.text, failures[_i].said);
    ck_assert_ptr_nonnull(strstr(w.log, failures[_i].said));
    ck_assert_ptr_null(strstr(w.log, "listening"));
    ck_assert_int_eq(hearth_app_port(app), 0);
    ck_assert_str_eq(w.trail, failures[_i].trail);

    w.fails = NULL; /* and with the cause gone it starts */
    w.trail[0] = '\0';
    ck_assert_int_eq(hearth_app_start(app, &any_port, &err), 0);
    ck_assert_int_eq(hearth_app_stop(app), 0);
    ck_assert_str_eq(w.trail, "123tba");
    hearth_app_free(app);
}
END_TEST

START_TEST(an_address_that_is_taken_undoes_the_start)
{
    world w, other;
    note n[6], m[6];
    hearth_app *first = make(&other, m), *app = make(&w, n);

    ck_assert_int_eq(hearth_app_start(first, &any_port, NULL), 0);
    ck_assert_int_ne(hearth_app_start(app,
                                      &(hearth_run_opts){.port = hearth_app_port(first)},
                                      NULL),
                     0);
    ck_assert_ptr_nonnull(strstr(w.trail, "123"));
    ck_assert_ptr_nonnull(strstr(w.trail, "ba"));
    hearth_app_free(app);
    hearth_app_free(first);
}
END_TEST

START_TEST(the_exit_code_of_a_program_that_cannot_start_is_1)
{
    static char name[] = "program", option[] = "--port=0";
    char *argv[] = {name, option, NULL};
    world w;
    note n[6];
    hearth_app *app = make(&w, n);

    w.fails = "2";
    w.text = "no";
    ck_assert_int_eq(hearth_app_main(app, 2, argv), 1);
    ck_assert_str_eq(w.trail, "12a");
}
END_TEST

START_TEST(the_client_for_tests_starts_and_stops_too)
{
    world w;
    note n[6];
    hearth_client *t = hearth_client_new(make(&w, n));

    ck_assert_ptr_nonnull(t);
    hearth_client_free(t);
    ck_assert_str_eq(w.trail, "123tba");
    hearth_app *app = make(&w, n);

    w.fails = "3";
    w.text = "no";
    ck_assert_ptr_null(hearth_client_new(app));
    ck_assert_str_eq(w.trail, "123ba");
}
END_TEST

START_TEST(hooks_without_a_function_are_refused)
{
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.log = {.level = HEARTH_LOG_OFF}});

    ck_assert_int_eq(_i == 0 ? hearth_on_start(app, NULL, NULL)
                             : hearth_on_stop(app, NULL, NULL),
                     HEARTH_EINVAL);
    ck_assert_int_eq(hearth_app_start(app, &any_port, NULL), HEARTH_EINVAL);
    hearth_app_free(app);
}
END_TEST

SUITE("app/hooks", TEST(starts_come_in_order_and_stops_the_other_way)
                       LOOP(a_failed_start_opens_no_port_and_undoes_what_was_done, 0, 3)
                           TEST(an_address_that_is_taken_undoes_the_start)
                               TEST(the_exit_code_of_a_program_that_cannot_start_is_1)
                                   TEST(the_client_for_tests_starts_and_stops_too)
                                       LOOP(hooks_without_a_function_are_refused, 0, 2))
