/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/hash.h"

#include "suite.h"

/* The same in every process and on every machine: tags that were given out depend on it. */
START_TEST(the_hash_is_what_it_was)
{
    ck_assert_uint_eq(hearth__hash64("", 0), UINT64_C(0x7ee454c83bd76612));
    ck_assert_uint_eq(hearth__hash64("hearth", 6), UINT64_C(0x8c4f20fa830d3629));
}
END_TEST

START_TEST(every_byte_counts)
{
    char text[100] = "";
    uint64_t before = hearth__hash64(text, sizeof text);

    for (size_t i = 0; i < sizeof text; i++) {
        text[i] ^= 1;
        ck_assert_uint_ne(hearth__hash64(text, sizeof text), before);
        text[i] ^= 1;
        ck_assert_uint_ne(hearth__hash64(text, i), before);
    }
    ck_assert_uint_eq(hearth__hash64(text, sizeof text), before);
}
END_TEST

SUITE("core/hash", TEST(the_hash_is_what_it_was) TEST(every_byte_counts))
