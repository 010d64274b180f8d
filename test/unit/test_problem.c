/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "app/problem.h"

#include "ctx.h"
#include "suite.h"

#include <hearth/res.h>

START_TEST(what_is_told_is_for_clients)
{
    bare *t = bare_get();

    ck_assert_int_eq(hearth__tell(t->c, HEARTH_EINVAL, 400, "bad %d", 7), HEARTH_EINVAL);
    ck_assert_int_eq(t->c->error.code, HEARTH_EINVAL);
    ck_assert_int_eq(t->c->error.status, 400);
    ck_assert_str_eq(t->c->error.text, "bad 7");
    ck_assert_int_eq(hearth__tell(t->c, 0, 404, "again: %s", t->c->error.text), 404);
    ck_assert_str_eq(t->c->error.text, "again: bad 7");
    ck_assert_str_eq(t->log->text, "");
    bare_close(t);
}
END_TEST

START_TEST(what_is_noted_is_for_the_log)
{
    bare *t = bare_open(NULL, "PUT /x HTTP/1.1\r\nHost: a\r\n\r\n");
    hearth__route route = {.pattern = "/{id}"};

    ck_assert_int_eq(hearth__note(t->c, HEARTH_EDB, "no table %s", "t"), HEARTH_EDB);
    ck_assert_int_eq(t->c->error.status, 0);
    ck_assert_ptr_nonnull(strstr(t->log->text, "PUT (no route): no table t"));
    ck_assert_ptr_nonnull(strstr(t->log->text, "ERROR"));
    ck_assert_ptr_nonnull(strstr(t->log->text, hearth_request_id(t->c)));
    t->c->match.route = &route;
    hearth__note(t->c, HEARTH_EDB, "more");
    ck_assert_ptr_nonnull(strstr(t->log->text, "PUT /{id}: more"));
    bare_close(t);
}
END_TEST

START_TEST(a_long_text_is_cut_at_a_character)
{
    bare *t = bare_get();
    char *s = hearth__arena_alloc(&t->c->arena, 1001);

    for (int i = 0; i < 1000; i += 2)
        memcpy(s + i, "\xC3\xA9", 2);
    hearth__tell(t->c, 0, 400, "%s", s);
    ck_assert_uint_eq(strlen(t->c->error.text), 478);
    bare_close(t);
}
END_TEST

START_TEST(fail_returns_its_status)
{
    bare *t = bare_get();

    ck_assert_int_eq(hearth_fail(t->c, 409, "the title '%s' is taken", "x"), 409);
    ck_assert_str_eq(t->c->error.text, "the title 'x' is taken");
    ck_assert_int_eq(hearth_fail(t->c, 200, "no"), 500);
    ck_assert_int_eq(hearth_fail(t->c, 600, "no"), 500);
    ck_assert_int_eq(hearth_fail(t->c, 399, "no"), 500);
    ck_assert_int_eq(hearth_fail(t->c, 599, "yes"), 599);
    ck_assert_ptr_nonnull(strstr(t->log->text, "not in 400 to 599"));
    bare_close(t);
}
END_TEST

START_TEST(faults_are_kept_in_order)
{
    bare *t = bare_get();
    char pointer[] = "/title";

    ck_assert_int_eq(hearth_faults(t->c), 0);
    ck_assert_int_eq(hearth_fault(t->c, pointer, "required", "%s is required", "title"),
                     HEARTH_EMODEL);
    pointer[1] = '!';
    hearth_fault(t->c, NULL, NULL, "no");
    ck_assert_int_eq(hearth_faults(t->c), HEARTH_EMODEL);
    ck_assert_str_eq(t->c->faults->pointer, "/title");
    ck_assert_str_eq(t->c->faults->code, "required");
    ck_assert_str_eq(t->c->faults->text, "title is required");
    ck_assert_str_eq(t->c->faults->next->pointer, "");
    ck_assert_str_eq(t->c->faults->next->code, "invalid");
    ck_assert_ptr_null(t->c->faults->next->next);
    bare_close(t);
}
END_TEST

START_TEST(past_a_hundred_faults_are_only_counted)
{
    bare *t = bare_get();
    size_t listed = 0;

    for (int i = 0; i < 5000; i++)
        hearth_fault(t->c, "/a", "b", "%d", i);
    for (const hearth__fault *f = t->c->faults; f != NULL; f = f->next)
        listed++;
    ck_assert_uint_eq(listed, HEARTH__MAX_FAULTS);
    ck_assert_uint_eq(t->c->nfaults, 5000);
    bare_close(t);
}
END_TEST

SUITE("app/problem",
      TEST(what_is_told_is_for_clients) TEST(what_is_noted_is_for_the_log)
          TEST(a_long_text_is_cut_at_a_character) TEST(fail_returns_its_status)
              TEST(faults_are_kept_in_order) TEST(past_a_hundred_faults_are_only_counted))
