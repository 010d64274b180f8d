/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/str.h"
#include "fault.h"
#include "http/target.h"
#include "suite.h"

START_TEST(a_target_without_memory_is_503)
{
    static const char *const raws[] = {"/a/b%20c?d=e", "/plaintext", "//a//b\\c?d"};
    long n = 0;

    for (;; n++) {
        hearth__arena a;
        hearth__target t;
        hearth__verdict v;
        hearth_str canonical = {"", 0};

        hearth__arena_init(&a, 16); /* so that every need is a malloc */
        fault_at(n);
        v = hearth__target_parse(&t, &a, hearth__str_of(raws[_i]), HEARTH__GET);
        if (v.status == 0)
            canonical = hearth__target_canonical(&t, &a);
        if (!fault_hit()) {
            ck_assert_int_eq(v.status, 0);
            ck_assert_uint_gt(canonical.len, 0);
            hearth__arena_clear(&a);
            break;
        }
        ck_assert(v.status == 503 || (v.status == 0 && canonical.len == 0));
        ck_assert_int_eq(canonical.ptr[0], '\0');
        ck_assert(a.failed);
        hearth__arena_clear(&a);
    }
    ck_assert_int_ge(n, 1);
}
END_TEST

/* clang-format off */
SUITE("fault/target",
      LOOP(a_target_without_memory_is_503, 0, 3))
