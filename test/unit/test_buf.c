/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* The string builder: what it holds, where it stops, how it fails. */
#include "suite.h"

#include "core/buf.h"
#include "core/str.h"

#include <limits.h>
#include <stdint.h>

static void holds(const hearth__buf *b, const char *text)
{
    hearth_str s = hearth__buf_view(b);

    ck_assert(!b->failed);
    ck_assert_uint_eq(s.len, strlen(text));
    ck_assert_str_eq(s.ptr, text);
}

static void is_poisoned(const hearth__buf *b)
{
    ck_assert(b->failed);
    ck_assert_uint_eq(b->len, 0);
    ck_assert_ptr_nonnull(b->ptr);
    ck_assert_str_eq(b->ptr, "");
}

START_TEST(a_new_buffer_is_the_empty_string)
{
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    holds(&b, "");
    hearth__buf_add(&b, NULL, 0);
    hearth__buf_text(&b, "");
    hearth__buf_empty(&b);
    hearth__buf_commit(&b, 0);
    ck_assert_uint_eq(b.cap, 0); /* nothing was allocated */
    holds(&b, "");
    hearth__buf_clear(&b);
    hearth__buf_clear(&b);
    holds(&b, "");
}
END_TEST

START_TEST(all_the_adders_append)
{
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    hearth__buf_add(&b, "ab", 1);
    hearth__buf_str(&b, HEARTH__S("bc"));
    hearth__buf_text(&b, "d");
    hearth__buf_char(&b, 'e');
    hearth__buf_int(&b, -12);
    hearth__buf_uint(&b, 34);
    hearth__buf_hex(&b, 0xabc, 5);
    hearth__buf_pad(&b, 7, 3);
    hearth__buf_f(&b, "<%d %s>", 5, "six");
    holds(&b, "abcde-123400abc007<5 six>");
    hearth__buf_clear(&b);
    holds(&b, "");
}
END_TEST

START_TEST(a_nul_inside_is_a_byte)
{
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    hearth__buf_char(&b, '\0');
    hearth__buf_add(&b, "x\0", 2);
    ck_assert_uint_eq(b.len, 3);
    ck_assert_mem_eq(b.ptr, "\0x\0", 4);
    hearth__buf_clear(&b);
}
END_TEST

static const struct {
    long long v;
    const char *text;
} ints[] = {
    {0, "0"},
    {9, "9"},
    {10, "10"},
    {-1, "-1"},
    {-10, "-10"},
    {INT64_MAX, "9223372036854775807"},
    {INT64_MIN, "-9223372036854775808"},
};

START_TEST(a_signed_number_has_all_its_digits)
{
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    hearth__buf_int(&b, ints[_i].v);
    holds(&b, ints[_i].text);
    hearth__buf_clear(&b);
}
END_TEST

START_TEST(an_unsigned_number_has_all_its_digits)
{
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    hearth__buf_uint(&b, 0);
    hearth__buf_char(&b, ' ');
    hearth__buf_uint(&b, UINT64_MAX);
    holds(&b, "0 18446744073709551615");
    hearth__buf_clear(&b);
}
END_TEST

static const struct {
    unsigned long long v;
    int width;
    const char *hex, *pad;
} widths[] = {
    {0, 0, "0", "0"},
    {0, -5, "0", "0"},
    {0, 1, "0", "0"},
    {0, 4, "0000", "0000"},
    {255, 1, "ff", "255"},
    {255, 4, "00ff", "0255"},
    {UINT_MAX, 0, "ffffffff", "4294967295"},
    {1, INT_MAX, "0000000000000000000000000000001", "0000000000000000000000000000001"},
};

START_TEST(a_width_is_a_minimum)
{
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    hearth__buf_hex(&b, widths[_i].v, widths[_i].width);
    holds(&b, widths[_i].hex);
    hearth__buf_empty(&b);
    hearth__buf_pad(&b, (unsigned)widths[_i].v, widths[_i].width);
    holds(&b, widths[_i].pad);
    hearth__buf_empty(&b);
    hearth__buf_hex(&b, UINT64_MAX, widths[_i].width > 16 ? 16 : widths[_i].width);
    holds(&b, "ffffffffffffffff");
    hearth__buf_clear(&b);
}
END_TEST

/* _i bytes in front, so that the text meets every distance from the end of the memory. */
START_TEST(formatting_works_at_every_fill)
{
    hearth__arena a;
    hearth__buf b[2];

    hearth__arena_init(&a, 64);
    hearth__buf_init(&b[0], NULL, 0);
    hearth__buf_init(&b[1], &a, 0);
    for (int k = 0; k < 2; k++) {
        for (int i = 0; i < _i; i++)
            hearth__buf_char(&b[k], 'x');
        hearth__buf_f(&b[k], "%s-%d-%c", "formatted", 42, 'z');
        ck_assert(!b[k].failed);
        ck_assert_uint_eq(b[k].len, (size_t)_i + 14);
        ck_assert_str_eq(b[k].ptr + _i, "formatted-42-z");
        for (int i = 0; i < _i; i++)
            ck_assert_int_eq(b[k].ptr[i], 'x');
        hearth__buf_f(&b[k], "%s", "");
        ck_assert_uint_eq(b[k].len, (size_t)_i + 14);
        hearth__buf_clear(&b[k]);
    }
    hearth__arena_clear(&a);
}
END_TEST

START_TEST(a_long_text_is_formatted_whole)
{
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    hearth__buf_f(&b, "%5000d|", 1);
    hearth__buf_f(&b, "%100000d|", 2);
    ck_assert_uint_eq(b.len, 105002);
    ck_assert_int_eq(b.ptr[4999], '1');
    ck_assert_str_eq(b.ptr + 105000, "2|");
    hearth__buf_clear(&b);
}
END_TEST

START_TEST(bytes_survive_growing)
{
    hearth__arena a;
    hearth__buf b[2];

    hearth__arena_init(&a, 64);
    hearth__buf_init(&b[0], NULL, 0);
    hearth__buf_init(&b[1], &a, 0);
    for (unsigned i = 0; i < 100000; i++)
        for (int k = 0; k < 2;
             k++) /* side by side, so that neither is the newest block */
            hearth__buf_char(&b[k], (char)(i % 251));
    for (int k = 0; k < 2; k++) {
        ck_assert_uint_eq(b[k].len, 100000);
        for (unsigned i = 0; i < 100000; i++)
            if (b[k].ptr[i] != (char)(i % 251))
                ck_abort_msg("byte %u is lost", i);
        hearth__buf_clear(&b[k]);
    }
    hearth__arena_clear(&a);
}
END_TEST

START_TEST(room_is_written_and_committed)
{
    hearth__buf b;
    char *p;

    hearth__buf_init(&b, NULL, 0);
    ck_assert_ptr_nonnull(hearth__buf_room(&b, 0));
    p = hearth__buf_room(&b, 1000);
    memset(p, 'r', 1000);
    ck_assert_uint_eq(b.len, 0); /* nothing counts before it is committed */
    p = hearth__buf_room(&b, 1000);
    memcpy(p, "room", 4);
    hearth__buf_commit(&b, 4);
    holds(&b, "room");
    hearth__buf_clear(&b);
}
END_TEST

/* Exactly max bytes fit, one more poisons; with the heap and with an arena. */
START_TEST(max_is_exact)
{
    hearth__arena a;
    hearth__buf b;

    hearth__arena_init(&a, 0);
    for (int k = 0; k < 2; k++) {
        hearth__buf_init(&b, k == 0 ? NULL : &a, (size_t)_i);
        for (int i = 0; i < _i; i++)
            hearth__buf_char(&b, 'm');
        ck_assert(!b.failed);
        ck_assert_uint_eq(b.len, (size_t)_i);
        hearth__buf_add(&b, NULL, 0);
        hearth__buf_f(&b, "%s", "");
        ck_assert_ptr_nonnull(hearth__buf_room(&b, 0));
        ck_assert(!b.failed);
        hearth__buf_char(&b, 'm');
        is_poisoned(&b);
        hearth__buf_clear(&b);
        ck_assert(!b.failed);
        hearth__buf_f(&b, "%*d", _i, 1);
        ck_assert_uint_eq(b.len, (size_t)_i);
        hearth__buf_f(&b, "%d", 1);
        is_poisoned(&b);
        hearth__buf_clear(&b);
        ck_assert_ptr_null(hearth__buf_room(&b, (size_t)_i + 1));
        is_poisoned(&b);
        hearth__buf_clear(&b);
    }
    ck_assert(!a.failed); /* too long is not out of memory */
    hearth__arena_clear(&a);
}
END_TEST

START_TEST(a_poisoned_buffer_takes_nothing_more)
{
    hearth__buf b;

    hearth__buf_init(&b, NULL, 3);
    hearth__buf_text(&b, "four");
    is_poisoned(&b);
    hearth__buf_add(&b, "x", 1);
    hearth__buf_str(&b, HEARTH__S("x"));
    hearth__buf_text(&b, "x");
    hearth__buf_char(&b, 'x');
    hearth__buf_int(&b, 1);
    hearth__buf_uint(&b, 1);
    hearth__buf_hex(&b, 1, 1);
    hearth__buf_pad(&b, 1, 1);
    hearth__buf_f(&b, "%d", 1);
    ck_assert_ptr_null(hearth__buf_room(&b, 1));
    hearth__buf_commit(&b, 1);
    is_poisoned(&b);
    hearth__buf_empty(&b);
    hearth__buf_text(&b, "yes");
    holds(&b, "yes");
    hearth__buf_clear(&b);
}
END_TEST

START_TEST(sizes_that_wrap_round_poison)
{
    hearth__buf b;

    hearth__buf_init(&b, NULL, _i == 0 ? 0 : SIZE_MAX);
    hearth__buf_text(&b, "some");
    ck_assert_ptr_null(hearth__buf_room(&b, SIZE_MAX - 2));
    is_poisoned(&b);
    hearth__buf_clear(&b);
    ck_assert_ptr_null(hearth__buf_room(&b, SIZE_MAX));
    is_poisoned(&b);
    hearth__buf_clear(&b);
}
END_TEST

START_TEST(emptying_keeps_the_memory)
{
    hearth__buf b;
    const char *p;

    hearth__buf_init(&b, NULL, 0);
    hearth__buf_f(&b, "%1000d", 1);
    p = b.ptr;
    hearth__buf_empty(&b);
    holds(&b, "");
    hearth__buf_text(&b, "again");
    ck_assert_ptr_eq(b.ptr, p);
    holds(&b, "again");
    hearth__buf_clear(&b);
}
END_TEST

START_TEST(memory_of_the_caller_is_filled_and_never_freed)
{
    char mem[9];
    hearth__buf b;

    memset(mem, '#', sizeof mem);
    hearth__buf_over(&b, mem, 8);
    holds(&b, "");
    hearth__buf_text(&b, "1234");
    hearth__buf_f(&b, "%d", 567);
    holds(&b, "1234567");
    ck_assert_ptr_eq(b.ptr, mem);
    hearth__buf_char(&b, '8');
    is_poisoned(&b);
    hearth__buf_text(&b, "x");
    is_poisoned(&b);
    hearth__buf_clear(&b);
    hearth__buf_text(&b, "x"); /* of no use any more */
    is_poisoned(&b);
    ck_assert_int_eq(mem[8], '#');
    hearth__buf_over(&b, mem, 1);
    hearth__buf_text(&b, "");
    holds(&b, "");
    hearth__buf_char(&b, 'x');
    is_poisoned(&b);
}
END_TEST

SUITE("core/buf",
      TEST(a_new_buffer_is_the_empty_string) TEST(all_the_adders_append)
          TEST(a_nul_inside_is_a_byte) LOOP(a_signed_number_has_all_its_digits, 0, 7)
              TEST(an_unsigned_number_has_all_its_digits) LOOP(a_width_is_a_minimum, 0, 8)
                  LOOP(formatting_works_at_every_fill, 0, 140)
                      TEST(a_long_text_is_formatted_whole) TEST(bytes_survive_growing)
                          TEST(room_is_written_and_committed) LOOP(max_is_exact, 1, 140)
                              TEST(a_poisoned_buffer_takes_nothing_more)
                                  LOOP(sizes_that_wrap_round_poison, 0, 2)
                                      TEST(emptying_keeps_the_memory) TEST(
                                          memory_of_the_caller_is_filled_and_never_freed))
