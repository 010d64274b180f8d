/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* The cookie of a remembered browser, below HTTP: its form, and what is none. */

#include "auth/token.h"

#include "auth_bare.h"
#include "suite.h"

#define SELECTOR  "AAAAAAAAAAAAAAAAAAAAAA"                      /* 22 */
#define VALIDATOR "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB" /* 43 */

static int rows(bare *t)
{
    return auth_count(t, "SELECT count(*) FROM hearth_tokens");
}

START_TEST(a_cookie_is_a_selector_and_a_validator)
{
    bare *t = auth_bare("");
    const char *set;

    ck_assert_int_eq(hearth_remember(t->c, "7", 0), 0);
    set = bare_field(t, "Set-Cookie");
    ck_assert_ptr_nonnull(set);
    ck_assert_int_eq(strncmp(set, "remember=", 9), 0);
    ck_assert_uint_eq(strcspn(set + 9, "."), 22);
    ck_assert_uint_eq(strcspn(set + 9 + 23, ";"), 43);
    ck_assert_ptr_nonnull(
        strstr(set, "; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax"));
    ck_assert(t->c->secret);
    ck_assert_int_eq(rows(t), 1);
    bare_close(t);
}
END_TEST

START_TEST(over_https_it_is_of_this_host_alone)
{
    bare *t = auth_bare("");
    const char *set;

    t->c->origin.https = true;
    ck_assert_int_eq(hearth_remember(t->c, "7", 60), 0);
    set = bare_field(t, "Set-Cookie");
    ck_assert_int_eq(strncmp(set, "__Host-remember=", 16), 0);
    ck_assert_ptr_nonnull(strstr(set, "; Path=/; Max-Age=60; Secure; HttpOnly"));
    bare_close(t);
}
END_TEST

static const struct {
    const char *user;
    int64_t ttl_s;
    int rc;
} asked[] = {
    {"7", 1, 0},
    {"7", HEARTH__TOKEN_MOST_S, 0},
    {"7", HEARTH__TOKEN_MOST_S + 1, HEARTH_EINVAL},
    {"7", -1, HEARTH_EINVAL},
    {"", 0, HEARTH_EINVAL},
    {NULL, 0, HEARTH_EINVAL},
};
#define ASKED (int)(sizeof asked / sizeof *asked)

START_TEST(arguments_have_bounds)
{
    bare *t = auth_bare("");

    ck_assert_int_eq(hearth_remember(t->c, asked[_i].user, asked[_i].ttl_s),
                     asked[_i].rc);
    ck_assert_int_eq(rows(t), asked[_i].rc == 0);
    ck_assert((bare_field(t, "Set-Cookie") != NULL) == (asked[_i].rc == 0));
    bare_close(t);
}
END_TEST

/* Nobody, and no answer that tells the browser to forget what may not be ours. */
static const char *const malformed[] = {
    "",
    "Cookie: remember=\r\n",
    "Cookie: remember=-\r\n",
    "Cookie: remember=" SELECTOR "\r\n",
    "Cookie: remember=" SELECTOR "." VALIDATOR "B\r\n",
    "Cookie: remember=" SELECTOR ":" VALIDATOR "\r\n",
    "Cookie: remember=" SELECTOR "A" VALIDATOR "\r\n",
    "Cookie: remember=AAAAAAAAAAAAAAAAAAAAA'." VALIDATOR "\r\n",
    "Cookie: remember=" SELECTOR ".BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB%\r\n",
    "Cookie: __Host-remember=" SELECTOR "." VALIDATOR "\r\n", /* of another way here */
};
#define MALFORMED (int)(sizeof malformed / sizeof *malformed)

START_TEST(what_is_no_such_cookie_is_nobodys)
{
    bare *t = auth_bare(malformed[_i]);
    const char *user = "";

    ck_assert_int_eq(hearth_remembered(t->c, &user), 0);
    ck_assert_ptr_null(user);
    ck_assert_ptr_null(bare_field(t, "Set-Cookie"));
    ck_assert_int_eq(hearth_forget(t->c), 0);
    bare_close(t);
}
END_TEST

START_TEST(a_cookie_that_nobody_knows_is_deleted)
{
    bare *t = auth_bare("Cookie: remember=" SELECTOR "." VALIDATOR "\r\n");
    const char *user = "";

    ck_assert_int_eq(hearth_remembered(t->c, &user), 0);
    ck_assert_ptr_null(user);
    ck_assert_ptr_nonnull(strstr(bare_field(t, "Set-Cookie"), "Max-Age=0"));
    ck_assert(!auth_logged(t, VALIDATOR));
    bare_close(t);
}
END_TEST

START_TEST(who_did_not_ask_for_tokens_remembers_nobody)
{
    bare *t = bare_get();
    const char *user;

    ck_assert_int_eq(hearth_remember(t->c, "7", 0), HEARTH_ESTATE);
    ck_assert_int_eq(hearth_remembered(t->c, &user), HEARTH_ESTATE);
    ck_assert_int_eq(hearth_forget(t->c), HEARTH_ESTATE);
    bare_close(t);
}
END_TEST

SUITE("auth/remember",
      TEST(a_cookie_is_a_selector_and_a_validator)
          TEST(over_https_it_is_of_this_host_alone) LOOP(arguments_have_bounds, 0, ASKED)
              LOOP(what_is_no_such_cookie_is_nobodys, 0, MALFORMED)
                  TEST(a_cookie_that_nobody_knows_is_deleted)
                      TEST(who_did_not_ask_for_tokens_remembers_nobody))
