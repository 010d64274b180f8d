/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Passwords without memory: right, or no verdict; never right for the wrong one. */

#include "core/pwhash.h"
#include "core/rand.h"
#include "core/str.h"
#include "ctx.h"
#include "fault.h"
#include "suite.h"

#include <hearth/password.h>

#define HASH "$2b$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2"

static const hearth_password_opts cheap = {.memory_kib = 7168, .passes = 5};

START_TEST(set_up_says_that_there_is_no_memory)
{
    bare *t = bare_get();

    fault_at(0);
    ck_assert_int_eq(hearth_use_passwords(t->app, &cheap), HEARTH_ENOMEM);
    ck_assert(fault_hit());
    ck_assert_int_eq(t->app->setup.code, HEARTH_ENOMEM);
    bare_close(t);
}
END_TEST

START_TEST(a_password_is_right_or_there_is_no_verdict)
{
    long n = 0;

    for (bool hit = true; hit; n++) {
        bare *t = bare_get();
        const char *better, *hash;
        int rc;

        ck_assert_int_eq(hearth_use_passwords(t->app, &cheap), 0);
        hearth__arena_clear(&t->c->arena);
        hearth__arena_init(&t->c->arena, 16);
        fault_at(n);
        rc = hearth_password_verify(t->c, "correct horse", HASH, &better);
        if (rc == 0)
            rc = hearth_password_hash(t->c, "correct horse", &hash);
        hit = fault_hit();
        ck_assert_int_eq(rc, hit ? HEARTH_ENOMEM : 0);
        ck_assert_int_eq(hearth_password_verify(t->c, "correct horsf", HASH, NULL), 401);
        bare_close(t);
    }
    ck_assert_int_gt(n, 2);
}
END_TEST

SUITE("fault/password", TEST(set_up_says_that_there_is_no_memory)
                            TEST(a_password_is_right_or_there_is_no_verdict))
