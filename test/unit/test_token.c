/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* Tokens that are good once, below HTTP: what may be asked for, and what is kept. */

#include "auth/token.h"

#include "auth_bare.h"
#include "suite.h"

static char long_text[300];

static const char *of_length(size_t n)
{
    memset(long_text, 'x', n);
    long_text[n] = '\0';
    return long_text;
}

static const struct {
    const char *purpose;
    size_t purpose_len; /* when purpose is NULL */
    size_t user_len;
    int64_t ttl_s;
    int rc;
} asked[] = {
    {"p", 0, 1, 1, 0},
    {"p", 0, 255, HEARTH__TOKEN_MOST_S, 0},
    {"p", 0, 0, 1, HEARTH_EINVAL},
    {"p", 0, 256, 1, HEARTH_EINVAL},
    {"p", 0, 1, 0, HEARTH_EINVAL},
    {"p", 0, 1, -1, HEARTH_EINVAL},
    {"p", 0, 1, HEARTH__TOKEN_MOST_S + 1, HEARTH_EINVAL},
    {"", 0, 1, 1, HEARTH_EINVAL},
    {NULL, 100, 1, 1, 0},
    {NULL, 101, 1, 1, HEARTH_EINVAL},
    {HEARTH__REMEMBER, 0, 1, 1, HEARTH_EINVAL}, /* ours */
    {HEARTH__BEARER, 0, 1, 1, HEARTH_EINVAL},
};
#define ASKED (int)(sizeof asked / sizeof *asked)

START_TEST(arguments_have_bounds)
{
    bare *t = auth_bare("");
    char purpose[128];
    const char *text = "";

    memset(purpose, 'p', sizeof purpose);
    purpose[asked[_i].purpose_len] = '\0';
    ck_assert_int_eq(
        hearth_token_make(t->c, asked[_i].purpose == NULL ? purpose : asked[_i].purpose,
                          of_length(asked[_i].user_len), asked[_i].ttl_s, &text),
        asked[_i].rc);
    ck_assert((text != NULL) == (asked[_i].rc == 0));
    ck_assert_int_eq(auth_count(t, "SELECT count(*) FROM hearth_tokens"),
                     asked[_i].rc == 0);
    bare_close(t);
}
END_TEST

START_TEST(a_token_is_taken_once_and_kept_as_a_hash)
{
    bare *t = auth_bare("");
    const char *text, *user;
    char sql[128];

    ck_assert(!t->c->secret);
    ck_assert_int_eq(hearth_token_make(t->c, "p", "7", 60, &text), 0);
    ck_assert(t->c->secret);
    ck_assert_uint_eq(strlen(text), HEARTH__TOKEN_TEXT);
    ck_assert(hearth__token_plausible(text, HEARTH__TOKEN_TEXT));
    snprintf(sql, sizeof sql, "SELECT count(*) FROM hearth_tokens WHERE id = '%s'", text);
    ck_assert_int_eq(auth_count(t, sql), 0);
    ck_assert_int_eq(hearth_token_peek(t->c, "p", text, &user), 0);
    ck_assert_int_eq(hearth_token_peek(t->c, "p", text, &user), 0);
    ck_assert_str_eq(user, "7");
    ck_assert_int_eq(hearth_token_take(t->c, "q", text, &user), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_token_take(t->c, "p", text, &user), 0);
    ck_assert_str_eq(user, "7");
    ck_assert_int_eq(hearth_token_take(t->c, "p", text, &user), HEARTH_EINVAL);
    ck_assert_ptr_null(user);
    ck_assert_int_eq(t->c->error.status, 400);
    ck_assert(!auth_logged(t, text));
    bare_close(t);
}
END_TEST

START_TEST(a_token_ends_with_its_second)
{
    bare *t = auth_bare("");
    const char *text, *user;

    ck_assert_int_eq(hearth_token_make(t->c, "p", "7", 60, &text), 0);
    atomic_fetch_add(&t->app->ahead_us, 57 * INT64_C(1000000));
    ck_assert_int_eq(hearth_token_peek(t->c, "p", text, &user), 0);
    atomic_fetch_add(&t->app->ahead_us, 3 * INT64_C(1000000));
    ck_assert_int_eq(hearth_token_peek(t->c, "p", text, &user), HEARTH_EINVAL);
    bare_close(t);
}
END_TEST

START_TEST(a_hash_tells_purposes_apart)
{
    bare *t = auth_bare("");
    const char *a = hearth__token_hash(t->c, "ab", "c"),
               *b = hearth__token_hash(t->c, "a", "bc"),
               *c = hearth__token_hash(t->c, "ab", "c");

    ck_assert_str_ne(a, b);
    ck_assert_str_eq(a, c);
    ck_assert_uint_eq(strlen(a), HEARTH__TOKEN_TEXT);
    bare_close(t);
}
END_TEST

static const struct {
    const char *text;
    bool could;
} texts[] = {
    {"AZaz09-_", true},        {"AZaz09-", false},  {"AZaz09-_A", false},
    {"AZaz09-+", false},       {"AZaz09-=", false}, {"AZaz09- ", false},
    {"AZaz\xc3\xa4..", false}, {"", false},         {NULL, false},
};
#define TEXTS (int)(sizeof texts / sizeof *texts)

START_TEST(only_what_could_be_ours_is_looked_up)
{
    ck_assert(hearth__token_plausible(texts[_i].text, 8) == texts[_i].could);
}
END_TEST

START_TEST(tokens_are_revoked_by_purpose_or_all)
{
    bare *t = auth_bare("");
    const char *p, *q, *other, *user;

    ck_assert_int_eq(hearth_token_make(t->c, "p", "7", 60, &p), 0);
    ck_assert_int_eq(hearth_token_make(t->c, "q", "7", 60, &q), 0);
    ck_assert_int_eq(hearth_token_make(t->c, "p", "8", 60, &other), 0);
    ck_assert_int_eq(hearth_tokens_revoke(t->c, "p", "7"), 0);
    ck_assert_int_eq(hearth_token_peek(t->c, "p", p, &user), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_token_peek(t->c, "q", q, &user), 0);
    ck_assert_int_eq(hearth_tokens_revoke(t->c, NULL, "7"), 0);
    ck_assert_int_eq(hearth_token_peek(t->c, "q", q, &user), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_token_peek(t->c, "p", other, &user), 0);
    ck_assert_int_eq(hearth_tokens_revoke(t->c, "p", NULL), HEARTH_EINVAL);
    bare_close(t);
}
END_TEST

START_TEST(who_did_not_ask_for_tokens_has_none)
{
    bare *t = bare_get();
    const char *text;

    ck_assert_int_eq(hearth_token_make(t->c, "p", "7", 60, &text), HEARTH_ESTATE);
    ck_assert(auth_logged(t, "hearth_use_tokens()"));
    ck_assert_int_eq(hearth_use_tokens(t->app), HEARTH_ESTATE); /* no database */
    bare_close(t);
}
END_TEST

SUITE("auth/token",
      LOOP(arguments_have_bounds, 0, ASKED) TEST(a_token_is_taken_once_and_kept_as_a_hash)
          TEST(a_token_ends_with_its_second) TEST(a_hash_tells_purposes_apart)
              LOOP(only_what_could_be_ours_is_looked_up, 0, TEXTS)
                  TEST(tokens_are_revoked_by_purpose_or_all)
                      TEST(who_did_not_ask_for_tokens_has_none))
