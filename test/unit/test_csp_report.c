/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "ctx.h"
#include "suite.h"

#include <hearth/security.h>

START_TEST(the_policy_says_where_once)
{
    bare *t = bare_get();
    const hearth__field *policy = &t->app->guard.field[HEARTH__GUARD_POLICY];

    ck_assert_int_eq(hearth_use_csp_reports(t->app, "/csp"), 0);
    ck_assert_ptr_nonnull(strstr(policy->value.ptr, "; report-uri /csp"));
    ck_assert_uint_eq(strlen(policy->value.ptr), policy->value.len);
    ck_assert_int_eq(hearth_use_csp_reports(t->app, "/other"), HEARTH_ECONFLICT);
    ck_assert_ptr_null(strstr(policy->value.ptr, "/other"));
    bare_close(t);
}
END_TEST

SUITE("app/csp_report", TEST(the_policy_says_where_once))
