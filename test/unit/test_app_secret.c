/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Signing and sealing as handlers have it. */

#include "ctx.h"
#include "suite.h"

#include <hearth/secret.h>

static const char *const secrets[] = {"0123456789abcdef0123456789abcdef", NULL};

static bare *open_with_secrets(void)
{
    return bare_open(&(hearth_app_opts){.secrets = secrets,
                                        .log = {.level = HEARTH_LOG_DEBUG}},
                     "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
}

static bool logged(const bare *t, const char *text)
{
    return strstr(t->log->text, text) != NULL;
}

START_TEST(a_text_comes_back)
{
    bare *t = open_with_secrets();
    hearth_str got;

    ck_assert_int_eq(hearth_unsign(t->c, "p", hearth_sign(t->c, "p", "a text", 60), &got),
                     0);
    ck_assert_str_eq(got.ptr, "a text");
    ck_assert_int_eq(hearth_unseal(t->c, "p",
                                   hearth_seal(t->c, "p", "a text", HEARTH_NO_EXPIRY),
                                   &got),
                     0);
    ck_assert_str_eq(got.ptr, "a text");
    ck_assert_int_eq(hearth_unsign(t->c, "p", hearth_signn(t->c, "p", "\0b", 2, 60),
                                   &got),
                     0);
    ck_assert_uint_eq(got.len, 2);
    ck_assert_int_eq(hearth_unseal(t->c, "p",
                                   hearth_sealn(t->c, "p", "\0b", 2, INT32_MAX), &got),
                     0);
    ck_assert_int_eq(memcmp(got.ptr, "\0b", 2), 0);
    bare_close(t);
}
END_TEST

START_TEST(what_is_wrong_is_for_the_log_alone)
{
    bare *t = open_with_secrets();
    hearth_str got;

    ck_assert_int_eq(hearth_unsign(t->c, "q", hearth_sign(t->c, "p", "x", 60), &got),
                     HEARTH_EINVAL);
    ck_assert(logged(t,
                     "a value for \"q\" is refused: it was changed, or made for another "
                     "purpose"));
    ck_assert_int_eq(hearth_unseal(t->c, "p", NULL, &got), HEARTH_EINVAL);
    ck_assert(logged(t, "hearth_unseal: a value for \"p\" is refused: it is truncated"));
    ck_assert_str_eq(t->c->error.text, "");
    bare_close(t);
}
END_TEST

START_TEST(what_makes_no_sense_is_refused)
{
    bare *t = open_with_secrets();
    hearth_str got;

    ck_assert_ptr_null(hearth_sign(t->c, "p", NULL, 60));
    ck_assert_ptr_null(hearth_sign(t->c, "p", "x", 0));
    ck_assert_ptr_null(hearth_seal(t->c, "p", "x", -2));
    ck_assert_ptr_null(hearth_seal(t->c, "p", "x", INT64_MIN));
    ck_assert_ptr_null(hearth_seal(t->c, "p", "x", INT64_MAX));
    ck_assert(logged(t, "at least 1 second or HEARTH_NO_EXPIRY"));
    ck_assert_ptr_null(hearth_sign(t->c, "", "x", 60));
    ck_assert_ptr_null(hearth_sign(t->c, NULL, "x", 60));
    ck_assert_int_eq(hearth_unsign(t->c, "", "x", &got), HEARTH_ESTATE);
    ck_assert(logged(t, "the purpose is empty"));
    bare_close(t);
}
END_TEST

START_TEST(an_application_has_to_ask_for_secrets)
{
    bare *t = bare_get();
    hearth_str got;

    ck_assert_ptr_null(hearth_sign(t->c, "p", "x", 60));
    ck_assert_int_eq(hearth_unseal(t->c, "p", "x", &got), HEARTH_ESTATE);
    ck_assert(logged(t, "call hearth_use_secrets() before it starts"));
    ck_assert_int_eq(hearth_use_secrets(t->app), 0);
    t->app->frozen = true;
    ck_assert_int_eq(hearth_use_secrets(t->app), HEARTH_ESTATE);
    bare_close(t);
}
END_TEST

START_TEST(a_short_secret_refuses_the_start)
{
    static const char *const wrong[] = {"too short", NULL};
    bare *t = bare_open(&(hearth_app_opts){.secrets = wrong},
                        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    hearth_error err;

    ck_assert_int_eq(hearth__app_freeze(t->app, &err), HEARTH_EINVAL);
    ck_assert_ptr_nonnull(
        strstr(err.text, "a secret in the option secrets is too short"));
    ck_assert(!logged(t, wrong[0]) || strstr(err.text, wrong[0]) != NULL);
    bare_close(t);
}
END_TEST

START_TEST(a_made_secret_is_one_and_equal_to_itself)
{
    char a[HEARTH_SECRET_SIZE], b[HEARTH_SECRET_SIZE];

    ck_assert_int_eq(hearth_secret_make(a), 0);
    ck_assert_int_eq(hearth_secret_make(b), 0);
    ck_assert(hearth_secret_equal(a, a));
    ck_assert(!hearth_secret_equal(a, b));
    ck_assert(!hearth_secret_equal(a, NULL));
    ck_assert(!hearth_secret_equal(NULL, NULL));
}
END_TEST

SUITE("app/secret",
      TEST(a_text_comes_back) TEST(what_is_wrong_is_for_the_log_alone)
          TEST(what_makes_no_sense_is_refused) TEST(an_application_has_to_ask_for_secrets)
              TEST(a_short_secret_refuses_the_start)
                  TEST(a_made_secret_is_one_and_equal_to_itself))
