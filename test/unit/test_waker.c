/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "app/waker.h"

#include "ctx.h"
#include "suite.h"

static int roused;

static void count(hearth_waker *w)
{
    (void)w;
    roused++;
}

START_TEST(a_request_has_one_waker)
{
    bare *t = bare_get();
    hearth_waker *w = hearth_waker_new(t->c);

    ck_assert_ptr_nonnull(w);
    ck_assert_ptr_eq(hearth_waker_new(t->c), w);
    hearth_waker_free(w);
    hearth_waker_free(w);
    hearth_waker_free(NULL);
    bare_close(t);
}
END_TEST

START_TEST(a_wake_is_told_once_and_never_lost)
{
    bare *t = bare_get();
    hearth_waker *w = hearth_waker_new(t->c);
    int here;

    roused = 0;
    hearth_waker_wake(w); /* before the source is asked: it will see it */
    hearth__waker_ask(w);
    hearth__waker_park(w, count, &here);
    ck_assert_int_eq(roused, 0);
    hearth_waker_wake(w);
    hearth_waker_wake(w);
    ck_assert_int_eq(roused, 1);
    ck_assert_ptr_eq(hearth__waker_taken(w), &here);

    hearth__waker_unpark(w);
    hearth__waker_ask(w);
    hearth_waker_wake(w); /* while it is asked */
    ck_assert_int_eq(roused, 1);
    hearth__waker_park(w, count, &here);
    ck_assert_int_eq(roused, 2);

    /* asked again for another reason, before that was taken */
    hearth__waker_unpark(w);
    hearth__waker_ask(w);
    hearth__waker_park(w, count, &here);
    hearth_waker_wake(w);
    ck_assert_int_eq(roused, 2);
    ck_assert_ptr_eq(hearth__waker_taken(w), &here);
    hearth_waker_free(w);
    bare_close(t);
}
END_TEST

START_TEST(it_outlives_its_request)
{
    bare *t = bare_get();
    hearth_waker *w = hearth_waker_new(t->c);
    int here;

    roused = 0;
    hearth__waker_ask(w);
    hearth__waker_park(w, count, &here);
    hearth_waker_wake(w);
    bare_close(t);
    ck_assert_int_eq(roused, 1);
    ck_assert_ptr_null(hearth__waker_taken(w));
    hearth_waker_wake(w);
    ck_assert_int_eq(roused, 1);
    hearth_waker_free(w);
}
END_TEST

START_TEST(nobody_asks_for_none)
{
    hearth__waker_ask(NULL);
    hearth__waker_unpark(NULL);
}
END_TEST

SUITE("app/waker", TEST(a_request_has_one_waker) TEST(a_wake_is_told_once_and_never_lost)
                       TEST(it_outlives_its_request) TEST(nobody_asks_for_none))
