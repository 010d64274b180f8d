/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/str.h"
#include "http/csp.h"
#include "suite.h"

#include <string.h>

static const struct {
    const char *policy, *with;
} policies[] = {
    {"default-src 'self'; frame-ancestors 'none'; base-uri 'self'",
     "default-src 'self'; frame-ancestors 'none'; base-uri 'self'; "
     "script-src 'self' 'nonce-N'; style-src 'self' 'nonce-N'"},
    {"default-src 'self'; script-src 'self' https://cdn.example",
     "default-src 'self'; script-src 'self' https://cdn.example 'nonce-N'; "
     "style-src 'self' 'nonce-N'"},
    {"default-src 'none'",
     "default-src 'none'; script-src 'nonce-N'; style-src 'nonce-N'"},
    {"script-src 'none'; style-src", "script-src 'nonce-N'; style-src 'nonce-N'"},
    {"Script-Src 'self'; STYLE-SRC-ELEM 'self'",
     "Script-Src 'self' 'nonce-N'; STYLE-SRC-ELEM 'self' 'nonce-N'"},
    {"frame-ancestors 'none'", "frame-ancestors 'none'"},
    {";; upgrade-insecure-requests ; img-src  * ;",
     "upgrade-insecure-requests; img-src *"},
};
#define POLICIES (int)(sizeof policies / sizeof *policies)

START_TEST(a_nonce_goes_where_scripts_and_styles_are_allowed)
{
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    ck_assert_ptr_null(hearth__csp_objection(hearth__str_of(policies[_i].policy)));
    hearth__csp_with_nonce(&b, hearth__str_of(policies[_i].policy), "N");
    ck_assert(!b.failed);
    ck_assert_str_eq(hearth__buf_view(&b).ptr, policies[_i].with);
    ck_assert_ptr_null(hearth__csp_objection(hearth__buf_view(&b)));
    hearth__buf_clear(&b);
}
END_TEST

static const struct {
    const char *policy, *says;
} wrong[] = {
    {"", "says nothing"},
    {" ; ;", "says nothing"},
    {"default-src 'self', script-src 'none'", "comma"},
    {"default-src 'self'\r\nSet-Cookie: a=b", "control character"},
    {"default-src\t'self'", "tab"},
    {"default-src 'self'; Default-Src *", "twice"},
    {"'self'", "letters"},
    {"default_src 'self'", "letters"},
};
#define WRONG (int)(sizeof wrong / sizeof *wrong)

START_TEST(a_policy_that_browsers_would_read_otherwise_is_refused)
{
    const char *why = hearth__csp_objection(hearth__str_of(wrong[_i].policy));

    ck_assert_ptr_nonnull(why);
    ck_assert_msg(strstr(why, wrong[_i].says) != NULL, "%s: %s", wrong[_i].policy, why);
}
END_TEST

static const struct {
    const char *policy;
    bool lax;
} scripts[] = {
    {"default-src 'self'; frame-ancestors 'none'", false},
    {"default-src *; script-src 'self' 'nonce-a'", false},
    {"script-src 'self' https://cdn.example", false},
    {"default-src 'none'; style-src 'unsafe-inline'", false},
    {"default-src 'self' 'unsafe-inline'", true},
    {"default-src 'self'; script-src 'UNSAFE-EVAL'", true},
    {"script-src https:", true},
    {"script-src  *", true},
    {"style-src 'self'", true},
};
#define SCRIPTS (int)(sizeof scripts / sizeof *scripts)

START_TEST(a_policy_is_lax_when_anybodys_scripts_run)
{
    ck_assert(hearth__csp_is_lax(hearth__str_of(scripts[_i].policy)) == scripts[_i].lax);
}
END_TEST

SUITE("http/csp",
      LOOP(a_policy_is_lax_when_anybodys_scripts_run, 0, SCRIPTS)
          LOOP(a_nonce_goes_where_scripts_and_styles_are_allowed, 0, POLICIES)
              LOOP(a_policy_that_browsers_would_read_otherwise_is_refused, 0, WRONG))
