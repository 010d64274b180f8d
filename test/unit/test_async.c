/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What a handler may ask for, and what becomes of it when the handler returns: without a
 * transport.
 */

#include "app/async.h"
#include "app/dispatch.h"
#include "ctx.h"
#include "suite.h"

#include <hearth/memory.h>
#include <hearth/res.h>

static int works, cancels;

static void work(void *arg)
{
    (void)arg;
    works++;
}

static void cancel(void *arg)
{
    (void)arg;
    cancels++;
}

static int then(hearth_ctx *c)
{
    return hearth_text(c, 200, "then");
}

static int again(hearth_ctx *c)
{
    return hearth_offload(c, work, NULL, then);
}

static int chained(hearth_ctx *c)
{
    return hearth_offload(c, work, NULL, again);
}

/* The handler is still in control. */
static bare *within_handler(void)
{
    bare *t = bare_get();

    ck_assert_int_eq(hearth__app_freeze(t->app, NULL), 0);
    t->c->goes_on = true;
    works = cancels = 0;
    return t;
}

START_TEST(only_handlers_may_ask)
{
    bare *t = bare_get();

    ck_assert_int_eq(hearth_offload(t->c, work, NULL, then), HEARTH_ESTATE);
    ck_assert_ptr_null(hearth_suspend(t->c, 10));
    t->c->goes_on = true;
    t->c->failing = true; /* the error page */
    ck_assert_int_eq(hearth_offload(t->c, work, NULL, then), HEARTH_ESTATE);
    t->c->failing = false;
    t->c->res.sent = true; /* a hook */
    ck_assert_int_eq(hearth_offload(t->c, work, NULL, then), HEARTH_ESTATE);
    ck_assert_ptr_null(t->c->wait);
    bare_close(t);
}
END_TEST

START_TEST(arguments_are_checked)
{
    bare *t = within_handler();

    ck_assert_int_eq(hearth_offload(t->c, NULL, NULL, then), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_offload(t->c, work, NULL, NULL), HEARTH_EINVAL);
    ck_assert_ptr_null(hearth_suspend(t->c, 0));
    ck_assert_ptr_null(hearth_suspend(t->c, -1));
    ck_assert_ptr_null(hearth_suspend(t->c, HEARTH_SUSPEND_MAX_MS + 1));
    ck_assert_int_eq(hearth_on_cancel(t->c, NULL, NULL), HEARTH_EINVAL);
    ck_assert_ptr_null(t->c->wait);
    bare_close(t);
}
END_TEST

static const int limits[] = {HEARTH_SUSPEND_MIN_MS, HEARTH_SUSPEND_MAX_MS};

START_TEST(the_limits_of_a_timeout_are_allowed)
{
    bare *t = within_handler();
    hearth_later *l = hearth_suspend(t->c, limits[_i]);

    ck_assert_ptr_nonnull(l);
    ck_assert_int_eq(t->c->wait->timeout_ms, limits[_i]);
    ck_assert_int_eq(hearth__wait_settle(t->c, 204), 204);
    ck_assert_ptr_null(t->c->wait);
    ck_assert_int_eq(hearth_resume(l, then, NULL), HEARTH_ESTATE);
    bare_close(t);
}
END_TEST

START_TEST(a_result_other_than_pending_takes_it_back)
{
    bare *t = within_handler();

    ck_assert_int_eq(hearth_offload(t->c, work, NULL, then), HEARTH_PENDING);
    ck_assert_int_eq(hearth_on_cancel(t->c, cancel, NULL), 0);
    ck_assert_int_eq(hearth__wait_settle(t->c, 0), 0);
    ck_assert_ptr_null(t->c->wait);
    ck_assert_ptr_null(t->c->cancels);
    ck_assert_int_eq(hearth__wait_settle(t->c, HEARTH_PENDING), HEARTH_ESTATE);
    ck_assert_int_eq(works, 0);
    bare_close(t);
}
END_TEST

START_TEST(a_request_without_memory_does_not_wait)
{
    bare *t = within_handler();
    hearth_later *l = hearth_suspend(t->c, 10);

    t->c->arena.failed = true;
    ck_assert_int_eq(hearth__wait_settle(t->c, HEARTH_PENDING), HEARTH_ENOMEM);
    ck_assert_int_eq(hearth_resume(l, then, NULL), HEARTH_ESTATE);
    bare_close(t);
}
END_TEST

START_TEST(work_goes_on_as_long_as_it_stays_on_its_thread)
{
    bare *t = within_handler();

    ck_assert_int_eq(hearth_offload(t->c, work, NULL, chained), HEARTH_PENDING);
    hearth__wait_work(t->c);
    ck_assert_int_eq(works, 3);
    ck_assert_ptr_null(t->c->wait);
    ck_assert_int_eq(t->c->res.status, 200);
    ck_assert_str_eq(bare_body(t), "then");
    bare_close(t);
}
END_TEST

START_TEST(who_waits_is_told_when_it_is_over)
{
    bare *t = within_handler();
    hearth_later *l = hearth__suspend(t->c, 10, _i == 0 ? HEARTH_ETIMEOUT : 204);
    static const int status[] = {504, 204, 503};
    int why = _i == 2 ? HEARTH_EUNAVAILABLE : HEARTH_ETIMEOUT;

    ck_assert_ptr_nonnull(l);
    ck_assert_int_eq(hearth_on_cancel(t->c, cancel, NULL), 0);
    ck_assert_int_eq(hearth_on_cancel(t->c, cancel, NULL), 0);
    hearth__wait_park(t->c, NULL, NULL);
    ck_assert(!hearth_cancelled(t->c));
    ck_assert(hearth__wait_over(t->c, why));
    ck_assert_int_eq(cancels, 2);
    ck_assert(hearth_cancelled(t->c));
    hearth__wait_answer(t->c, why);
    ck_assert_int_eq(t->c->res.status, status[_i]);
    ck_assert_int_eq(hearth_resume(l, then, NULL), why);
    bare_close(t);
}
END_TEST

SUITE("app/async", TEST(only_handlers_may_ask) TEST(arguments_are_checked)
                       LOOP(the_limits_of_a_timeout_are_allowed, 0, 2)
                           TEST(a_result_other_than_pending_takes_it_back)
                               TEST(a_request_without_memory_does_not_wait)
                                   TEST(work_goes_on_as_long_as_it_stays_on_its_thread)
                                       LOOP(who_waits_is_told_when_it_is_over, 0, 3))
