/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/str.h"
#include "fault.h"
#include "http/urlenc.h"
#include "suite.h"

START_TEST(a_form_without_memory_is_a_clean_failure)
{
    long n = 0;

    for (;; n++) {
        hearth__arena a;
        hearth__field *field = NULL;
        size_t count = 7;
        int rc;

        hearth__arena_init(&a, 16);
        fault_at(n);
        rc = hearth__urlenc_parse(&a, HEARTH__S("a=b&c=%20d&e"), 10, &field, &count);
        if (!fault_hit()) {
            ck_assert_int_eq(rc, 0);
            ck_assert_uint_eq(count, 3);
            hearth__arena_clear(&a);
            break;
        }
        ck_assert_int_eq(rc, HEARTH_ENOMEM);
        ck_assert(field == NULL && count == 0 && a.failed);
        hearth__arena_clear(&a);
    }
    ck_assert_int_ge(n, 1);
}
END_TEST

/* clang-format off */
SUITE("fault/urlenc",
      TEST(a_form_without_memory_is_a_clean_failure))
