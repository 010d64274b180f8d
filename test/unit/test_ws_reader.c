/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Bytes into messages, cut in every way; what a reader borrows, and when it gives it back.
 * The rules of frames are in test/wire/test_ws.c.
 */

#include "core/str.h"
#include "suite.h"
#include "ws/reader.h"

#include <string.h>

#define S(lit) HEARTH__S(lit)
#define C(lit)                  \
    {                           \
        "" lit, sizeof(lit) - 1 \
    }

static hearth__ws_pool pool;
static hearth__ws_reader reader;

static void begin(size_t max, bool client)
{
    hearth__ws_pool_init(&pool);
    hearth__ws_reader_init(&reader, &pool, max, client);
}

static void end(void)
{
    hearth__ws_reader_clear(&reader);
    hearth__ws_pool_clear(&pool);
}

/* What comes of the bytes, as letters: T(text) B() P(ing) O(pong) C(code) F(code). */
static void read_all(hearth_str in, hearth__buf *out)
{
    static const char letters[] = "?TBPOCF";
    hearth__ws_event e;

    do {
        e = hearth__ws_read(&reader, &in);
        if (e.kind == HEARTH__WS_MORE)
            break;
        hearth__buf_f(out, "%c(", letters[e.kind]);
        if (e.kind >= HEARTH__WS_CLOSE)
            hearth__buf_f(out, "%d ", e.code);
        hearth__buf_str(out, e.data);
        ck_assert_int_eq(e.data.ptr[e.data.len], '\0');
        hearth__buf_char(out, ')');
    } while (e.kind < HEARTH__WS_CLOSE);
    if (e.kind == HEARTH__WS_MORE)
        ck_assert_uint_eq(in.len, 0);
}

static const struct {
    hearth_str in;
    const char *out;
} streams[] = {
    {C("\x81\x85\x01\x02\x03\x04\x69\x67\x6f\x68\x6e"), "T(hello)"},
    {C("\x82\x81\0\0\0\0a\x82\x80\0\0\0\0"), "B(a)B()"},
    {C("\x01\x81\0\0\0\0a\x89\x81\0\0\0\0p\x80\x81\0\0\0\0b"), "P(p)T(ab)"},
    {C("\x8A\x80\0\0\0\0\x88\x82\0\0\0\0\x03\xE8"), "O()C(1000 )"},
    {C("\x88\x80\0\0\0\0"), "C(1005 )"},
    {C("\x88\x85\0\0\0\0\x0F\xA0why"), "C(4000 why)"},
    {C("\x81\x81\0\0\0\0a\x81\x81\0\0\0\0\xFF"), "T(a)F(1007 )"},
    {C("\x81\x81\0\0\0\0a\x80\x80\0\0\0\0"), "T(a)F(1002 )"},
};

START_TEST(bytes_become_messages_however_they_are_cut)
{
    hearth_str in = streams[_i].in;

    for (size_t cut = 1; cut <= in.len; cut++) {
        hearth__buf out;

        begin(100, false);
        hearth__buf_init(&out, NULL, 0);
        for (size_t at = 0; at < in.len; at += cut) {
            size_t n = in.len - at < cut ? in.len - at : cut;

            read_all(hearth__str(in.ptr + at, n), &out);
        }
        ck_assert_str_eq(out.ptr, streams[_i].out);
        hearth__buf_clear(&out);
        end();
    }
}
END_TEST

START_TEST(nothing_is_kept_between_frames)
{
    hearth__buf out;

    begin(100, false);
    hearth__buf_init(&out, NULL, 0);
    read_all(S("\x81\x81\0\0"), &out);
    ck_assert_ptr_nonnull(reader.codec);
    read_all(S("\0\0x"), &out);
    ck_assert_str_eq(out.ptr, "T(x)");
    ck_assert_ptr_null(reader.codec);
    ck_assert_uint_eq(reader.msg.cap, 0);
    ck_assert_uint_eq(pool.n, 1);
    ck_assert_uint_gt(pool.spare.cap, 0);
    /* The next message is read into the same memory. */
    read_all(S("\x01\x81\0\0\0\0y"), &out);
    ck_assert_uint_eq(pool.spare.cap, 0);
    ck_assert_ptr_null(reader.codec);
    hearth__buf_clear(&out);
    end();
}
END_TEST

START_TEST(a_message_may_be_as_long_as_the_limit)
{
    hearth__buf out;

    begin(3, false);
    hearth__buf_init(&out, NULL, 0);
    read_all(S("\x81\x83\0\0\0\0abc\x01\x82\0\0\0\0ab\x80\x81\0\0\0\0c"), &out);
    ck_assert_str_eq(out.ptr, "T(abc)T(abc)");
    read_all(_i == 0 ? S("\x81\x84\0\0\0\0a") : S("\x01\x82\0\0\0\0ab\x80\x82\0\0\0\0c"),
             &out);
    ck_assert_str_eq(out.ptr, "T(abc)T(abc)F(1009 )");
    hearth__buf_clear(&out);
    end();
}
END_TEST

START_TEST(a_server_must_not_mask)
{
    hearth__buf out;

    begin(100, true);
    hearth__buf_init(&out, NULL, 0);
    read_all(S("\x81\x02hi\x81\x82\0\0\0\0hi"), &out);
    ck_assert_str_eq(out.ptr, "T(hi)F(1002 )");
    hearth__buf_clear(&out);
    end();
}
END_TEST

START_TEST(codes_are_those_of_the_standard)
{
    static const int good[] = {1000, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 4999};
    static const int bad[] = {0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65535};

    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        ck_assert(hearth__ws_code_sound(good[i]));
        ck_assert(!hearth__ws_code_sound(bad[i]));
    }
}
END_TEST

SUITE("ws/reader",
      LOOP(bytes_become_messages_however_they_are_cut, 0,
           (int)(sizeof streams / sizeof *streams)) TEST(nothing_is_kept_between_frames)
          LOOP(a_message_may_be_as_long_as_the_limit, 0, 2) TEST(a_server_must_not_mask)
              TEST(codes_are_those_of_the_standard))
