/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* The last bytes of a direction: always the last ones, in memory that grows with them. */

#include "core/str.h"
#include "suite.h"
#include "ws/window.h"

#include <stdlib.h>
#include <string.h>

#define ALL 20000

static char all[ALL];

static void expect_last(const hearth__ws_window *w, size_t said)
{
    size_t n = said < w->size ? said : w->size;
    hearth_str half[2];

    hearth__ws_window_view(w, half);
    ck_assert_uint_eq(half[0].len + half[1].len, n);
    ck_assert_int_eq(memcmp(half[0].ptr, all + said - n, half[0].len), 0);
    ck_assert_int_eq(memcmp(half[1].ptr, all + said - half[1].len, half[1].len), 0);
    ck_assert_uint_eq(w->said, said);
    ck_assert_uint_le(w->cap, w->size);
}

START_TEST(the_last_bytes_are_in_the_window)
{
    static const size_t steps[] = {1, 7, 255, 256, 257, 1000, 4096, 9999};
    size_t step = steps[(size_t)_i % 8], at = 0;
    int bits = 8 + _i / 8;
    hearth__ws_window w;

    for (size_t i = 0; i < ALL; i++)
        all[i] = (char)(i * 31 + i / 256);
    hearth__ws_window_init(&w, bits);
    expect_last(&w, 0);
    for (size_t i = 0; at < ALL; i++) {
        size_t n = i % 3 == 2 ? step / 2 : step;

        if (n > ALL - at)
            n = ALL - at;
        ck_assert(hearth__ws_window_reserve(&w, n));
        hearth__ws_window_add(&w, hearth__str(all + at, n));
        at += n;
        expect_last(&w, at);
        if (n == 0)
            break;
    }
    hearth__ws_window_clear(&w);
}
END_TEST

START_TEST(memory_grows_with_what_is_said)
{
    hearth__ws_window w, copy;

    hearth__ws_window_init(&w, 15);
    ck_assert_ptr_null(w.ptr);
    ck_assert(hearth__ws_window_copy(&copy, &w));
    ck_assert_ptr_null(copy.ptr);
    ck_assert(hearth__ws_window_reserve(&w, 10));
    hearth__ws_window_add(&w, HEARTH__S("0123456789"));
    ck_assert_uint_le(w.cap, 256);
    ck_assert(hearth__ws_window_copy(&copy, &w));
    ck_assert(hearth__ws_window_reserve(&w, 1000000));
    hearth__ws_window_add(&w, hearth__str(all, ALL));
    ck_assert_uint_eq(w.cap, 32768);
    ck_assert_uint_eq(copy.said, 10);
    ck_assert_int_eq(memcmp(copy.ptr, "0123456789", 10), 0);
    hearth__ws_window_clear(&copy);
    hearth__ws_window_clear(&w);
    ck_assert_uint_eq(w.len, 0);
    ck_assert_uint_eq(w.size, 32768);
}
END_TEST

START_TEST(none_is_kept_in_a_window_of_no_size)
{
    hearth__ws_window w = {0};

    ck_assert(hearth__ws_window_reserve(&w, 100));
    hearth__ws_window_add(&w, HEARTH__S("nothing"));
    ck_assert_uint_eq(w.len, 0);
    ck_assert_ptr_null(w.ptr);
    hearth__ws_window_clear(&w);
}
END_TEST

SUITE("ws/window",
      LOOP(the_last_bytes_are_in_the_window, 0, 8 * 8)
          TEST(memory_grows_with_what_is_said) TEST(none_is_kept_in_a_window_of_no_size))
