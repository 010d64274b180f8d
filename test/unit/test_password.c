/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Hashing for handlers: turns, work, and what is asked of set-up. */

#include "auth/password.h"

#include "ctx.h"
#include "suite.h"

#include <hearth/memory.h>

#define CHEAP                                                        \
    &(hearth_password_opts)                                          \
    {                                                                \
        .memory_kib = 7168, .passes = 5, .at_once = 1, .waiting = -1 \
    }

static bare *open_cheap(void)
{
    bare *t = bare_get();

    ck_assert_int_eq(hearth_use_passwords(t->app, CHEAP), 0);
    return t;
}

static const struct {
    hearth_password_opts o;
    int rc;
} options[] = {
    {{0}, 0},
    {{.memory_kib = 7168, .passes = 5}, 0},
    {{.memory_kib = 7167, .passes = 6}, HEARTH_EINVAL},
    {{.memory_kib = 7168, .passes = 4}, HEARTH_EINVAL},
    {{.memory_kib = 1024 * 1024, .passes = 64}, 0},
    {{.memory_kib = 1024 * 1024 + 1}, HEARTH_EINVAL},
    {{.memory_kib = -1}, HEARTH_EINVAL},
    {{.passes = 65}, HEARTH_EINVAL},
    {{.passes = -1}, HEARTH_EINVAL},
    {{.memory_kib = 17920}, 0},
    {{.memory_kib = 17919}, HEARTH_EINVAL},
    {{.at_once = 1024, .waiting = 1024}, 0},
    {{.at_once = 1025}, HEARTH_EINVAL},
    {{.at_once = -1}, HEARTH_EINVAL},
    {{.waiting = -1}, 0},
    {{.waiting = -2}, HEARTH_EINVAL},
    {{.waiting = 1025}, HEARTH_EINVAL},
    {{.least = 64, .most = 64}, 0},
    {{.least = 65}, HEARTH_EINVAL},
    {{.least = -1}, HEARTH_EINVAL},
    {{.most = 63}, HEARTH_EINVAL},
    {{.most = 4096}, 0},
    {{.most = 4097}, HEARTH_EINVAL},
};
#define OPTIONS ((int)(sizeof options / sizeof options[0]))

START_TEST(options_are_within_bounds)
{
    bare *t = bare_get();

    ck_assert_int_eq(hearth_use_passwords(t->app, &options[_i].o), options[_i].rc);
    ck_assert_int_eq(t->app->setup.code, options[_i].rc);
    bare_close(t);
}
END_TEST

START_TEST(a1_the_default_is_argon2id_with_19_mib_and_two_passes)
{
    bare *t = bare_get();
    const char *hash, *again;

    ck_assert_int_eq(hearth_use_passwords(t->app, NULL), 0);
    ck_assert_int_eq(hearth_password_hash(t->c, "correct horse", &hash), 0);
    ck_assert_msg(strncmp(hash, "$argon2id$v=19$m=19456,t=2,p=1$", 31) == 0, "%s", hash);
    ck_assert_int_eq(hearth_password_hash(t->c, "correct horse", &again), 0);
    ck_assert_str_ne(hash, again);
    ck_assert_uint_eq(strcspn(hash + 31, "$"), 22); /* 16 bytes of salt */
    bare_close(t);
}
END_TEST

START_TEST(who_did_not_ask_for_passwords_has_none)
{
    bare *t = bare_get();
    const char *hash;

    ck_assert_int_eq(hearth_password_hash(t->c, "x", &hash), HEARTH_ESTATE);
    ck_assert_ptr_null(hash);
    ck_assert_int_eq(hearth_password_verify(t->c, "x", NULL, NULL), HEARTH_ESTATE);
    ck_assert_int_eq(hearth_password_rules(t->c, "/p", "x", NULL), HEARTH_ESTATE);
    ck_assert_int_eq(hearth_use_passwords(t->app, CHEAP), 0);
    ck_assert_int_eq(hearth_use_passwords(t->app, CHEAP), HEARTH_ESTATE);
    bare_close(t);
}
END_TEST

/* The work, not the time: what is hashed is the same, whoever is asked for. */
START_TEST(a3_an_unknown_user_costs_what_a_wrong_password_costs)
{
    bare *t = open_cheap();
    atomic_ullong *work = &t->app->passwords->work;
    const char *hash, *better;
    static const char *const nobody[] = {NULL, "", "!", "*", "!$argon2id$", "plain text"};

    ck_assert_int_eq(hearth_password_hash(t->c, "correct horse", &hash), 0);
    atomic_store(work, 0);
    ck_assert_int_eq(hearth_password_verify(t->c, "wrong", hash, &better), 401);
    unsigned long long wrong = atomic_exchange(work, 0);

    ck_assert_uint_eq(wrong, 7168 * 5);
    for (size_t i = 0; i < sizeof nobody / sizeof nobody[0]; i++) {
        ck_assert_int_eq(hearth_password_verify(t->c, "wrong", nobody[i], &better), 401);
        ck_assert_ptr_null(better);
        ck_assert_uint_eq(atomic_exchange(work, 0), wrong);
    }
    ck_assert_int_eq(hearth_password_verify(t->c, NULL, hash, NULL), 401);
    ck_assert_uint_eq(atomic_exchange(work, 0), wrong);
    ck_assert_int_eq(hearth_password_verify(t->c, "correct horse", hash, &better), 0);
    ck_assert_uint_eq(atomic_exchange(work, 0), wrong);
    ck_assert_ptr_null(better);
    bare_close(t);
}
END_TEST

START_TEST(a1_a_weaker_hash_is_made_anew_when_its_owner_comes)
{
    static const char weak[] =
        "$2b$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2";
    bare *t = open_cheap();
    const char *better, *none;

    ck_assert_int_eq(hearth_password_verify(t->c, "correct horsf", weak, &better), 401);
    ck_assert_ptr_null(better);
    ck_assert_int_eq(hearth_password_verify(t->c, "correct horse", weak, NULL), 0);
    ck_assert_int_eq(hearth_password_verify(t->c, "correct horse", weak, &better), 0);
    ck_assert_ptr_nonnull(better);
    ck_assert_int_eq(hearth_password_verify(t->c, "correct horse", better, &none), 0);
    ck_assert_ptr_null(none);
    bare_close(t);
}
END_TEST

START_TEST(a1_what_follows_a_nul_counts)
{
    bare *t = open_cheap();
    const char *hash;

    ck_assert_int_eq(hearth_password_hashn(t->c, "a\0b", 3, &hash), 0);
    ck_assert_int_eq(hearth_password_verifyn(t->c, "a\0b", 3, hash, NULL), 0);
    ck_assert_int_eq(hearth_password_verifyn(t->c, "a\0c", 3, hash, NULL), 401);
    ck_assert_int_eq(hearth_password_verify(t->c, "a", hash, NULL), 401);
    ck_assert_int_eq(hearth_password_hash(t->c, NULL, &hash), HEARTH_EINVAL);
    bare_close(t);
}
END_TEST

START_TEST(when_all_turns_are_taken_the_answer_is_busy)
{
    bare *t = open_cheap();
    const char *hash;

    ck_assert(hearth__slots_take(&t->app->passwords->slots, false));
    ck_assert_int_eq(hearth_password_hash(t->c, "x", &hash), HEARTH_EBUSY);
    ck_assert_int_eq(hearth_password_verify(t->c, "x", NULL, NULL), HEARTH_EBUSY);
    ck_assert_int_eq(t->c->error.status, 503);
    hearth__slots_give(&t->app->passwords->slots);
    ck_assert_int_eq(hearth_password_hash(t->c, "x", &hash), 0);
    ck_assert_int_eq(t->app->passwords->slots.taken, 0);
    bare_close(t);
}
END_TEST

START_TEST(a_reactor_is_warned_of)
{
    bare *t = open_cheap();
    const char *hash;

    t->c->is_inline = true;
    ck_assert_int_eq(hearth_password_hash(t->c, "x", &hash), 0);
    ck_assert_ptr_nonnull(strstr(t->log->text, "HEARTH_WORKER"));
    bare_close(t);
}
END_TEST

START_TEST(l2_neither_password_nor_hash_is_logged)
{
    bare *t = open_cheap();

    ck_assert_int_eq(hearth_password_verify(t->c, "hunter2hunter2", "$9$unknown", NULL),
                     401);
    ck_assert_ptr_nonnull(strstr(t->log->text, "of no kind that is known"));
    ck_assert_ptr_null(strstr(t->log->text, "hunter2"));
    ck_assert_ptr_null(strstr(t->log->text, "unknown,"));
    ck_assert_ptr_null(strstr(t->log->text, "$9$"));
    bare_close(t);
}
END_TEST

START_TEST(the_memory_of_such_a_request_is_wiped)
{
    static const char password[] = "correct horse battery staple";
    bare *t = open_cheap();
    hearth__ctx_cache cache = {.max = 1};
    hearth_ctx *c = hearth__ctx_take(&cache, t->app);
    const char *copy = hearth_strdup(c, password); /* stays with the context */

    if (_i == 1)
        ck_assert_int_eq(hearth_password_rules(c, "/p", copy, NULL), 0);
    hearth__ctx_put(&cache, c);
    ck_assert_int_eq(memcmp(copy, password, sizeof password) != 0, _i);
    hearth__ctx_cache_clear(&cache);
    bare_close(t);
}
END_TEST

static const struct {
    const char *password, *code;
} rules[] = {
    {NULL, "required"},
    {"", "required"},
    {"xkcdqpb", "too_short"},
    {"xkcdqpbm", NULL},
    {"\xc3\xbc\xc3\xb6\xc3\xa4\xc3\xbc\xc3\xb6\xc3\xa4\xc3\x9f", "too_short"},
    {"\xc3\xbc\xc3\xb6\xc3\xa4\xc3\xbc\xc3\xb6\xc3\xa4\xc3\x9fx", NULL},
    {"password1", "common"},
    {"margaret99", "personal"},
};
#define RULES ((int)(sizeof rules / sizeof rules[0]))

START_TEST(a_new_password_follows_the_rules)
{
    static const char *const own[] = {"Margaret", "m@example.org", NULL};
    bare *t = open_cheap();
    int rc = hearth_password_rules(t->c, "/password", rules[_i].password, own);

    ck_assert_int_eq(rc, rules[_i].code == NULL ? 0 : HEARTH_EMODEL);
    if (rules[_i].code != NULL) {
        ck_assert_str_eq(t->c->faults->code, rules[_i].code);
        ck_assert_str_eq(t->c->faults->pointer, "/password");
    }
    bare_close(t);
}
END_TEST

START_TEST(a1_long_ones_are_welcome_up_to_256_characters)
{
    bare *t = open_cheap();
    char password[258];

    for (size_t i = 0; i < sizeof password; i++)
        password[i] = (char)('a' + (i * i + i / 7) % 26);
    password[257] = '\0';
    ck_assert_int_eq(hearth_password_rules(t->c, "/p", password, NULL), HEARTH_EMODEL);
    ck_assert_str_eq(t->c->faults->code, "too_long");
    password[256] = '\0';
    ck_assert_int_eq(hearth_password_rules(t->c, "/p", password, NULL), 0);
    password[128] = '\0';
    ck_assert_int_eq(hearth_password_rules(t->c, "/p", password, NULL), 0);
    bare_close(t);
}
END_TEST

START_TEST(common_ones_may_be_allowed)
{
    bare *t = bare_get();

    ck_assert_int_eq(hearth_use_passwords(t->app,
                                          &(hearth_password_opts){.unsafe_common = true}),
                     0);
    ck_assert_int_eq(hearth_password_rules(t->c, "/p", "password1", NULL), 0);
    bare_close(t);
}
END_TEST

SUITE("auth/password",
      LOOP(options_are_within_bounds, 0,
           OPTIONS) TEST(a1_the_default_is_argon2id_with_19_mib_and_two_passes)
          TEST(who_did_not_ask_for_passwords_has_none)
              TEST(a3_an_unknown_user_costs_what_a_wrong_password_costs)
                  TEST(a1_a_weaker_hash_is_made_anew_when_its_owner_comes)
                      TEST(a1_what_follows_a_nul_counts)
                          TEST(when_all_turns_are_taken_the_answer_is_busy)
                              TEST(a_reactor_is_warned_of)
                                  TEST(l2_neither_password_nor_hash_is_logged) LOOP(
                                      the_memory_of_such_a_request_is_wiped, 0,
                                      2) LOOP(a_new_password_follows_the_rules, 0, RULES)
                                      TEST(a1_long_ones_are_welcome_up_to_256_characters)
                                          TEST(common_ones_may_be_allowed))
