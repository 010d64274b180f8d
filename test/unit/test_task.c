/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Tasks of a stopping application, and of a request whose server is gone. */

#include "app/task.h"
#include "ctx.h"
#include "gate.h"
#include "suite.h"

#include <hearth/async.h>
#include <hearth/memory.h>

static int ran;

static int count(hearth_ctx *c, void *arg)
{
    (void)c;
    (void)arg;
    ran++;
    return 0;
}

static int pass(hearth_ctx *c, void *arg)
{
    (void)c;
    gate_pass(arg);
    return 0;
}

static int then(hearth_ctx *c)
{
    (void)c;
    return 204;
}

static void deferred(void *arg)
{
    ++*(int *)arg;
}

static bare *begun(int threads)
{
    bare *t = bare_get();

    ran = 0;
    ck_assert_int_eq(hearth__app_freeze(t->app, NULL), 0);
    ck_assert_int_eq(hearth__app_begin(t->app, threads, NULL), 0);
    return t;
}

START_TEST(a_request_stays_until_its_tasks_have_run)
{
    bare *t = begun(0);
    hearth_ctx *c = hearth__ctx_take(NULL, t->app);
    int gone = 0;

    c->head.method = HEARTH__S("GET");
    ck_assert_int_eq(hearth_defer(c, deferred, &gone), 0);
    ck_assert_int_eq(hearth_after(c, count, NULL), 0);
    ck_assert_int_eq(hearth_after(c, count, NULL), 0);
    hearth__ctx_put(NULL, c);
    ck_assert_int_eq(gone, 0);
    (void)hearth__crew_run(t->app->crew, hearth__app_now(t->app));
    ck_assert_int_eq(ran, 2);
    ck_assert_int_eq(gone, 1);
    ck_assert_int_eq(hearth__app_end(t->app, 0), 0);
    bare_close(t);
}
END_TEST

START_TEST(tasks_that_are_dropped_are_counted)
{
    bare *t = begun(0);
    hearth_ctx *c = hearth__ctx_take(NULL, t->app);
    int gone = 0;

    c->head.method = HEARTH__S("GET");
    ck_assert_int_eq(hearth_defer(c, deferred, &gone), 0);
    ck_assert_int_eq(hearth_after(c, count, NULL), 0);
    ck_assert_int_eq(hearth_after(c, count, NULL), 0);
    hearth__ctx_put(NULL, c);
    ck_assert_int_eq(hearth_once(t->app, 1000, count, NULL), 0);
    ck_assert_int_eq(hearth__app_end(t->app, 0), 0);
    ck_assert_int_eq(gone, 1);
    ck_assert_int_eq(ran, 0);
    ck_assert_ptr_nonnull(strstr(t->log->text, "3 tasks are dropped"));
    ck_assert_int_eq(hearth_once(t->app, 1000, count, NULL), HEARTH_EUNAVAILABLE);
    bare_close(t);
}
END_TEST

START_TEST(a_task_that_does_not_end_is_told_of)
{
    gate g = GATE_INIT;
    bare *t = begun(1);

    ck_assert_int_eq(hearth_once(t->app, 0, pass, &g), 0);
    gate_await(&g, 1);
    ck_assert_int_eq(hearth__app_end(t->app, 1), HEARTH_ETIMEOUT);
    gate_open(&g);
    ck_assert_int_eq(hearth__app_end(t->app, 60000), 0);
    bare_close(t);
}
END_TEST

START_TEST(tasks_of_a_request_that_outlives_its_application_do_not_run)
{
    bare *t = begun(0);
    hearth_ctx *c = hearth__ctx_take(NULL, t->app);
    int gone = 0;

    c->head.method = HEARTH__S("GET");
    c->goes_on = true;
    hearth_later *l = hearth_suspend(c, 1000);

    ck_assert_int_eq(hearth_defer(c, deferred, &gone), 0);
    ck_assert_int_eq(hearth_after(c, count, NULL), 0);
    hearth__ctx_put(NULL, c);
    ck_assert_int_eq(hearth__app_end(t->app, 0), 0);
    bare_close(t);
    ck_assert_int_eq(hearth_resume(l, then, NULL), HEARTH_ECANCELED);
    ck_assert_int_eq(gone, 1);
    ck_assert_int_eq(ran, 0);
}
END_TEST

SUITE("app/task",
      TEST(a_request_stays_until_its_tasks_have_run)
          TEST(tasks_that_are_dropped_are_counted)
              TEST(a_task_that_does_not_end_is_told_of)
                  TEST(tasks_of_a_request_that_outlives_its_application_do_not_run))
