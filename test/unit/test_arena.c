/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* The arena: blocks are aligned, apart from each other, and die together. */
#include "suite.h"

#include "core/arena.h"

#include <stdint.h>
#include <string.h>

#define BLOCKS 3000

START_TEST(a_block_is_aligned_and_zeroed)
{
    hearth__arena a;

    hearth__arena_init(&a, 64);
    for (int round = 0; round < 2; round++) {
        unsigned char *p = hearth__arena_raw(&a, (size_t)_i);

        ck_assert_ptr_nonnull(p);
        ck_assert_uint_eq((uintptr_t)p % 16, 0);
        memset(p, 0xff, (size_t)_i);
        hearth__arena_reset(&a); /* so that the next one gets used memory */
        p = hearth__arena_alloc(&a, (size_t)_i);
        ck_assert_ptr_nonnull(p);
        ck_assert_uint_eq((uintptr_t)p % 16, 0);
        for (int i = 0; i < _i; i++)
            ck_assert_uint_eq(p[i], 0);
        memset(p, 0xff, (size_t)_i);
    }
    hearth__arena_clear(&a);
}
END_TEST

START_TEST(init_allocates_nothing)
{
    hearth__arena a;

    hearth__arena_init(&a, 0);
    ck_assert_ptr_null(a.chunk);
    ck_assert_ptr_null(a.big);
    ck_assert_uint_eq(a.first_size, 4096);
    ck_assert_uint_eq(a.used, 0);
    ck_assert(!a.failed);
    hearth__arena_reset(&a);
    hearth__arena_clear(&a);
    hearth__arena_clear(&a);
}
END_TEST

START_TEST(clearing_a_zeroed_arena_is_harmless)
{
    hearth__arena a = {0};

    hearth__arena_clear(&a);
    ck_assert_ptr_nonnull(hearth__arena_raw(&a, 1));
    hearth__arena_clear(&a);
}
END_TEST

START_TEST(empty_blocks_are_valid_and_apart)
{
    hearth__arena a;
    char *p, *q;

    hearth__arena_init(&a, 32);
    p = hearth__arena_raw(&a, 0);
    q = hearth__arena_alloc(&a, 0);
    ck_assert_ptr_nonnull(p);
    ck_assert_ptr_nonnull(q);
    ck_assert_ptr_ne(p, q);
    ck_assert_ptr_nonnull(hearth__arena_raw(&a, 0)); /* the chunk was just full */
    ck_assert_ptr_nonnull(hearth__arena_array(&a, 0, 8));
    ck_assert_ptr_nonnull(hearth__arena_array(&a, SIZE_MAX, 0));
    ck_assert(!a.failed);
    hearth__arena_clear(&a);
}
END_TEST

/* Sizes from 0 to some 40 KiB, mostly small, the same in each run. */
static size_t size_of(unsigned i)
{
    unsigned x = i * 2654435761u;

    return i % 97 == 0 ? x % 40000 : x % 200;
}

START_TEST(blocks_do_not_overlap)
{
    static unsigned char *blocks[BLOCKS];
    hearth__arena a;
    size_t sum = 0;

    hearth__arena_init(&a, 128);
    for (unsigned i = 0; i < BLOCKS; i++) {
        blocks[i] = hearth__arena_raw(&a, size_of(i));
        ck_assert_ptr_nonnull(blocks[i]);
        memset(blocks[i], (int)(i & 0xff), size_of(i));
        sum += size_of(i);
    }
    for (unsigned i = 0; i < BLOCKS; i++)
        for (size_t k = 0; k < size_of(i); k++)
            if (blocks[i][k] != (i & 0xff))
                ck_abort_msg("block %u was overwritten", i);
    ck_assert_uint_ge(a.used, sum);
    ck_assert_uint_le(a.used, sum + BLOCKS * (size_t)16);
    hearth__arena_clear(&a);
}
END_TEST

START_TEST(reset_keeps_the_first_chunk_only)
{
    hearth__arena a;
    char *first;

    hearth__arena_init(&a, 256);
    first = hearth__arena_raw(&a, 1);
    for (int i = 0; i < 1000; i++)
        ck_assert_ptr_nonnull(hearth__arena_raw(&a, (size_t)i));
    for (int round = 0; round < 3; round++) {
        hearth__arena_reset(&a);
        ck_assert_uint_eq(a.used, 0);
        ck_assert_ptr_null(a.big);
        ck_assert_ptr_eq(hearth__arena_raw(&a, 256), first);
        ck_assert_ptr_eq(a.at, a.end);
        ck_assert_ptr_nonnull(hearth__arena_raw(&a, 1));
    }
    hearth__arena_clear(&a);
    ck_assert_ptr_null(a.chunk);
    ck_assert_uint_eq(a.first_size, 256);
}
END_TEST

START_TEST(one_large_request_is_not_kept_for_ever)
{
    hearth__arena a;

    hearth__arena_init(&a, 512);
    ck_assert_ptr_nonnull(hearth__arena_raw(&a, 1000000)); /* the very first one */
    hearth__arena_reset(&a);
    ck_assert_int_eq(a.end - a.at, 512);
    hearth__arena_clear(&a);
}
END_TEST

START_TEST(a_large_block_leaves_the_chunk_in_use)
{
    hearth__arena a;
    char *p, *q;

    hearth__arena_init(&a, 4096);
    p = hearth__arena_raw(&a, 16);
    ck_assert_ptr_nonnull(hearth__arena_raw(&a, 200000));
    q = hearth__arena_raw(&a, 16);
    ck_assert_ptr_eq(q, p + 16);
    hearth__arena_clear(&a);
}
END_TEST

START_TEST(chunks_double_up_to_64_kib)
{
    hearth__arena a;
    size_t largest = 0;
    int chunks = 0;
    const char *end = NULL;

    hearth__arena_init(&a, 1024);
    for (int i = 0; i < 4096; i++) {
        ck_assert_ptr_nonnull(hearth__arena_raw(&a, 256));
        if (a.end != end) {
            size_t size = (size_t)(a.end - a.at) + 256;

            chunks++;
            ck_assert_uint_le(size, 65536);
            ck_assert_uint_ge(size, largest);
            largest = size;
            end = a.end;
        }
    }
    ck_assert_uint_eq(largest, 65536);
    ck_assert_int_le(chunks, 6 + 16); /* 1 MiB */
    hearth__arena_clear(&a);
}
END_TEST

START_TEST(sizes_that_wrap_round_fail)
{
    static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 15, SIZE_MAX - 16,
                                   SIZE_MAX - 40};
    hearth__arena a;

    hearth__arena_init(&a, 64);
    ck_assert_ptr_null(hearth__arena_raw(&a, sizes[_i]));
    ck_assert(a.failed);
    hearth__arena_reset(&a);
    ck_assert(!a.failed);
    ck_assert_ptr_nonnull(hearth__arena_raw(&a, 8));
    ck_assert_ptr_null(hearth__arena_alloc(&a, sizes[_i]));
    ck_assert_ptr_null(hearth__arena_copy(&a, "x", sizes[_i]));
    ck_assert_ptr_null(hearth__arena_array(&a, 1, sizes[_i]));
    ck_assert_ptr_null(hearth__arena_array(&a, sizes[_i] / 2 + 1, 2));
    ck_assert(a.failed);
    hearth__arena_clear(&a);
}
END_TEST

START_TEST(failure_sticks_until_reset)
{
    hearth__arena a;

    hearth__arena_init(&a, 64);
    ck_assert_ptr_null(hearth__arena_array(&a, SIZE_MAX, 2));
    ck_assert_ptr_nonnull(hearth__arena_raw(&a, 8));
    ck_assert(a.failed);
    hearth__arena_reset(&a);
    ck_assert(!a.failed);
    ck_assert_ptr_null(hearth__arena_array(&a, SIZE_MAX, 2));
    hearth__arena_clear(&a);
    ck_assert(!a.failed);
}
END_TEST

START_TEST(the_newest_block_grows_where_it_is)
{
    hearth__arena a;
    char *p;

    hearth__arena_init(&a, 4096);
    p = hearth__arena_grow(&a, NULL, 0, 10);
    memcpy(p, "0123456789", 10);
    ck_assert_ptr_eq(hearth__arena_grow(&a, p, 10, 100), p);
    ck_assert_ptr_eq(hearth__arena_grow(&a, p, 100, 4096), p);
    ck_assert_uint_eq(a.used, 4096);
    ck_assert_ptr_eq(hearth__arena_grow(&a, p, 4096, 20), p); /* and shrinks */
    ck_assert_uint_eq(a.used, 32);
    ck_assert_ptr_eq(hearth__arena_raw(&a, 1), p + 32);
    ck_assert_mem_eq(p, "0123456789", 10);
    hearth__arena_clear(&a);
}
END_TEST

START_TEST(an_older_block_moves_to_grow)
{
    hearth__arena a;
    char *p, *q;

    hearth__arena_init(&a, 4096);
    p = hearth__arena_raw(&a, 20);
    memset(p, 'p', 20);
    memset(hearth__arena_raw(&a, 1), 'x', 1);
    ck_assert_ptr_eq(hearth__arena_grow(&a, p, 20, 20), p);
    ck_assert_ptr_eq(hearth__arena_grow(&a, p, 20, 3), p);
    q = hearth__arena_grow(&a, p, 20, 33);
    ck_assert_ptr_ne(q, p);
    for (int i = 0; i < 20; i++)
        ck_assert_int_eq(q[i], 'p');
    ck_assert_ptr_null(hearth__arena_grow(&a, q, 33, SIZE_MAX));
    ck_assert(a.failed);
    hearth__arena_clear(&a);
}
END_TEST

/* Through the end of a chunk, into blocks of their own and on. */
START_TEST(a_block_keeps_its_bytes_while_it_grows)
{
    hearth__arena a;
    unsigned char *p = NULL;
    size_t n = 0;

    hearth__arena_init(&a, 64);
    while (n < 300000) {
        size_t more = n + 1 + n / 3;

        p = hearth__arena_grow(&a, p, n, more);
        ck_assert_ptr_nonnull(p);
        for (size_t i = n; i < more; i++)
            p[i] = (unsigned char)(i % 251);
        n = more;
    }
    for (size_t i = 0; i < n; i++)
        if (p[i] != i % 251)
            ck_abort_msg("byte %zu is lost", i);
    hearth__arena_clear(&a);
}
END_TEST

START_TEST(a_copy_ends_with_nul)
{
    hearth__arena a;
    const char *p;

    hearth__arena_init(&a, 64);
    p = hearth__arena_copy(&a, "a\0bcd", 4);
    ck_assert_mem_eq(p, "a\0bc", 5);
    ck_assert_str_eq(hearth__arena_copy(&a, "", 0), "");
    ck_assert_str_eq(hearth__arena_copy(&a, NULL, 0), "");
    hearth__arena_clear(&a);
}
END_TEST

SUITE("core/arena",
      LOOP(a_block_is_aligned_and_zeroed, 0, 200) TEST(init_allocates_nothing)
          TEST(clearing_a_zeroed_arena_is_harmless) TEST(empty_blocks_are_valid_and_apart)
              TEST(blocks_do_not_overlap) TEST(reset_keeps_the_first_chunk_only)
                  TEST(one_large_request_is_not_kept_for_ever)
                      TEST(a_large_block_leaves_the_chunk_in_use)
                          TEST(chunks_double_up_to_64_kib)
                              LOOP(sizes_that_wrap_round_fail, 0, 5)
                                  TEST(failure_sticks_until_reset)
                                      TEST(the_newest_block_grows_where_it_is)
                                          TEST(an_older_block_moves_to_grow)
                                              TEST(a_block_keeps_its_bytes_while_it_grows)
                                                  TEST(a_copy_ends_with_nul))
