/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Signing without memory: a value, or a clean failure; never a sound value that is wrong. */

#include "core/rand.h"
#include "core/secret.h"
#include "core/str.h"
#include "fault.h"
#include "suite.h"

#define TEXT 5000

START_TEST(out_of_memory_is_no_verdict)
{
    hearth__keyring ring = {.n = 0};
    static char text[TEXT];
    long n = 0;

    ck_assert_int_eq(hearth__rand_init(), 0);
    memset(text, 'x', sizeof text);
    ck_assert_int_eq(hearth__keyring_add(&ring,
                                         HEARTH__S("0123456789abcdef0123456789abcdef"),
                                         "a test", NULL),
                     0);
    for (bool hit = true; hit; n++) {
        hearth__arena a;
        hearth__buf b;
        hearth_str got = {NULL, 0};
        hearth__secret_fault fault = HEARTH__SECRET_NO_MEMORY;

        hearth__arena_init(&a, 64);
        fault_at(n);
        hearth__buf_init(&b, &a, 0);
        (_i ? hearth__secret_seal : hearth__secret_sign)(&ring, HEARTH__S("p"), 0,
                                                         hearth__str(text, sizeof text),
                                                         &a, &b);
        if (!b.failed)
            fault = (_i ? hearth__secret_unseal
                        : hearth__secret_unsign)(&ring, HEARTH__S("p"), 1,
                                                 hearth__buf_view(&b), &a, &got);
        hit = fault_hit();
        ck_assert_int_eq(fault, hit ? HEARTH__SECRET_NO_MEMORY : HEARTH__SECRET_SOUND);
        if (!hit)
            ck_assert(hearth__str_eq(got, hearth__str(text, sizeof text)));
        hearth__arena_clear(&a);
    }
    ck_assert_int_gt(n, 3);
}
END_TEST

SUITE("fault/secret", LOOP(out_of_memory_is_no_verdict, 0, 2))
