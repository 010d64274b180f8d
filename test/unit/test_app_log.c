/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include <hearth/log.h>

#include "ctx.h"
#include "suite.h"

START_TEST(a_line_of_a_request_carries_its_id)
{
    bare *t = bare_get();

    hearth_logf(t->c, HEARTH_LOG_WARN, "order %d\nforged", 7);
    ck_assert_ptr_nonnull(strstr(t->log->text, "order 7"));
    ck_assert_ptr_nonnull(strstr(t->log->text, hearth_request_id(t->c)));
    ck_assert_ptr_null(strstr(t->log->text, "\nforged"));
    bare_close(t);
}
END_TEST

START_TEST(a_line_of_the_application_has_none)
{
    bare *t = bare_get();

    hearth_app_logf(t->app, HEARTH_LOG_INFO, "it is %s", "late");
    ck_assert_ptr_nonnull(strstr(t->log->text, "it is late"));
    ck_assert_ptr_null(strstr(t->log->text, "id="));
    bare_close(t);
}
END_TEST

START_TEST(levels_are_kept)
{
    bare *t = bare_open(&(hearth_app_opts){.log.level = HEARTH_LOG_INFO},
                        "GET / HTTP/1.1\r\nHost: a\r\n\r\n");

    hearth_logf(t->c, HEARTH_LOG_DEBUG, "hidden");
    hearth_logf(t->c, HEARTH_LOG_OFF, "hidden");
    hearth_app_logf(t->app, HEARTH_LOG_OFF, "hidden");
    ck_assert_str_eq(t->log->text, "");
    hearth_logf(t->c, HEARTH_LOG_DEFAULT, "shown");
    hearth_app_logf(t->app, HEARTH_LOG_DEFAULT, "also");
    ck_assert_ptr_nonnull(strstr(t->log->text, "INFO"));
    ck_assert_ptr_nonnull(strstr(t->log->text, "shown"));
    ck_assert_ptr_nonnull(strstr(t->log->text, "also"));
    bare_close(t);
}
END_TEST

SUITE("app/log", TEST(a_line_of_a_request_carries_its_id)
                     TEST(a_line_of_the_application_has_none) TEST(levels_are_kept))
