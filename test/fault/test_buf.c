/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* Builders without memory: empty and poisoned, never half a text; the encoders as well.
 * */
#include "fault.h"
#include "suite.h"

#include "core/clock.h"
#include "core/enc.h"
#include "core/str.h"

#include <string.h>

/* False when a decoder says no and the buffer does not.  Check itself allocates, so
 * nothing is asserted while faults are on. */
static bool build(hearth__buf *b)
{
    bool ok = true;

    for (int i = 0; i < 40; i++) {
        char *p;

        hearth__buf_text(b, "text ");
        hearth__buf_char(b, 'c');
        hearth__buf_int(b, -1234567);
        hearth__buf_uint(b, 1234567);
        hearth__buf_hex(b, 0xabcdef, 12);
        hearth__buf_pad(b, 5, 9);
        hearth__buf_f(b, "%s %d", "formatted", i);
        p = hearth__buf_room(b, 30);
        if (p != NULL)
            memset(p, 'r', 30);
        hearth__buf_commit(b, p == NULL ? 0 : 30);
        hearth__clock_text(b, 0);
        hearth__enc_url(b, HEARTH__S("a b"));
        hearth__enc_html(b, HEARTH__S("<b>"));
        hearth__enc_base64(b, HEARTH__S("some bytes"), false);
        hearth__enc_hex(b, HEARTH__S("some bytes"));
        hearth__enc_json(b, HEARTH__S("\"\xff\x01"));
        hearth__enc_line(b, HEARTH__S("\x1b\\"));
        ok = ok && hearth__dec_base64(b, HEARTH__S("Zm9v"), false) == !b->failed;
        ok = ok && hearth__dec_hex(b, HEARTH__S("666f6f")) == !b->failed;
    }
    return ok;
}

/* On the heap for _i = 0, in an arena for 1. */
START_TEST(a_failed_allocation_poisons)
{
    hearth__arena a;
    hearth__buf b, good;
    long n = 0;

    hearth__buf_init(&good, NULL, 0);
    ck_assert(build(&good));
    ck_assert(!good.failed);
    for (;; n++) {
        bool ok, hit;

        hearth__arena_init(&a, 64);
        hearth__buf_init(&b, _i == 0 ? NULL : &a, 0);
        fault_at(n);
        ok = build(&b);
        hit = fault_hit();
        ck_assert(ok);
        if (!hit)
            break;
        ck_assert(b.failed);
        ck_assert_uint_eq(b.len, 0);
        ck_assert_str_eq(b.ptr, "");
        ck_assert_int_eq(a.failed, _i == 1);
        hearth__buf_empty(&b); /* memory is back */
        ck_assert(build(&b));
        ck_assert(!b.failed);
        ck_assert_uint_eq(b.len, good.len);
        ck_assert_mem_eq(b.ptr, good.ptr, good.len);
        hearth__buf_clear(&b);
        hearth__arena_clear(&a);
    }
    ck_assert_int_gt(n, 4);
    ck_assert(!b.failed);
    ck_assert_mem_eq(b.ptr, good.ptr, good.len + 1);
    hearth__buf_clear(&b);
    hearth__buf_clear(&good);
    hearth__arena_clear(&a);
}
END_TEST

START_TEST(memory_of_the_caller_needs_no_malloc)
{
    static char mem[32768];
    hearth__buf b;
    bool ok;

    hearth__buf_over(&b, mem, sizeof mem);
    fault_from(0);
    ok = build(&b);
    ck_assert(!fault_hit());
    ck_assert(ok);
    ck_assert(!b.failed);
    hearth__buf_clear(&b);
}
END_TEST

SUITE("fault/buf",
      LOOP(a_failed_allocation_poisons, 0, 2) TEST(memory_of_the_caller_needs_no_malloc))
