/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* The test client's frames: what a server may say, and what it takes offence at. */

#include "boot/client_frame.h"
#include "core/str.h"
#include "suite.h"

#include <stdio.h>

#define B(text) text, sizeof(text) - 1

/* The last thing that is said, and how many frames of data or control were seen before it. */
static const struct {
    const char *in;
    size_t n;
    hearth__peer_kind kind;
    const char *data; /* NULL: any */
    int code;
} inputs[] = {
    {B(""), HEARTH__PEER_MORE, "", 0},
    {B("\x81"), HEARTH__PEER_MORE, "", 0},
    {B("\x81\x02x"), HEARTH__PEER_MORE, "", 0},
    {B("\x81\x01x"), HEARTH__PEER_TEXT, "x", 0},
    {B("\x82\x01\xFF"), HEARTH__PEER_BINARY, "\xFF", 0},
    {B("\x01\x01"
       "a\x80\x01"
       "b"),
     HEARTH__PEER_TEXT, "ab", 0},
    {B("\x01\x01"
       "a\x00\x00\x80\x01"
       "b"),
     HEARTH__PEER_TEXT, "ab", 0},
    {B("\x89\x02hi"), HEARTH__PEER_PING, "hi", 0},
    {B("\x8A\x00"), HEARTH__PEER_PONG, "", 0},
    {B("\x88\x00"), HEARTH__PEER_CLOSE, "", 1005},
    {B("\x88\x02\x03\xE8"), HEARTH__PEER_CLOSE, "", 1000},
    {B("\x88\x04\x0F\xA0ok"), HEARTH__PEER_CLOSE, "ok", 4000},
    {B("\x88\x01\x03"), HEARTH__PEER_BROKEN, NULL, 0},
    {B("\x88\x02\x03\xED"), HEARTH__PEER_BROKEN, NULL, 0}, /* 1005 */
    {B("\x88\x02\x03\xE7"), HEARTH__PEER_BROKEN, NULL, 0}, /* 999 */
    {B("\x88\x03\x03\xE8\xFF"), HEARTH__PEER_BROKEN, NULL, 0},
    {B("\x81\x81mask"
       "x"),
     HEARTH__PEER_BROKEN, NULL, 0},
    {B("\xC1\x01x"), HEARTH__PEER_BROKEN, NULL, 0},
    {B("\x83\x00"), HEARTH__PEER_BROKEN, NULL, 0},
    {B("\x8B\x00"), HEARTH__PEER_BROKEN, NULL, 0},
    {B("\x09\x00"), HEARTH__PEER_BROKEN, NULL, 0}, /* a ping in fragments */
    {B("\x80\x00"), HEARTH__PEER_BROKEN, NULL, 0},
    {B("\x01\x00\x81\x00"), HEARTH__PEER_BROKEN, NULL, 0},
    {B("\x81\x01\xFF"), HEARTH__PEER_BROKEN, NULL, 0},
    {B("\x81\x7E\x00\x01x"), HEARTH__PEER_BROKEN, NULL, 0},
    {B("\x81\x7F\0\0\0\0\0\0\0\x01x"), HEARTH__PEER_BROKEN, NULL, 0},
    {B("\x81\x7F\xFF\0\0\0\0\0\0\x01x"), HEARTH__PEER_BROKEN, NULL, 0},
};

START_TEST(frames_say_what_they_say_or_are_broken)
{
    hearth_str in = hearth__str(inputs[_i].in, inputs[_i].n);
    hearth__frames f;

    hearth__frames_init(&f);
    hearth__frame_said s = hearth__frames_read(&f, &in);

    ck_assert_int_eq(s.kind, inputs[_i].kind);
    if (inputs[_i].data != NULL)
        ck_assert(hearth__str_eq(s.data, hearth__str_of(inputs[_i].data)));
    if (s.kind == HEARTH__PEER_CLOSE)
        ck_assert_int_eq(s.code, inputs[_i].code);
    hearth__frames_clear(&f);
}
END_TEST

START_TEST(a_control_frame_may_come_between_fragments)
{
    hearth_str in = HEARTH__S("\x01\x01"
                              "a\x89\x01"
                              "p\x80\x01"
                              "b\x81\x01"
                              "c");
    static const char *const says[] = {"p", "ab", "c"};
    hearth__frames f;

    hearth__frames_init(&f);
    for (int i = 0; i < 3; i++)
        ck_assert(
            hearth__str_eq(hearth__frames_read(&f, &in).data, hearth__str_of(says[i])));
    ck_assert_uint_eq(in.len, 0);
    ck_assert_int_eq(hearth__frames_read(&f, &in).kind, HEARTH__PEER_MORE);
    hearth__frames_clear(&f);
}
END_TEST

static const size_t sizes[] = {0, 1, 125, 126, 65535, 65536};

START_TEST(what_is_sent_is_masked_with_the_shortest_length)
{
    size_t n = sizes[_i], ext = n < 126 ? 0 : n < 65536 ? 2 : 8;
    char *data = malloc(n + 1);
    hearth__buf b;

    memset(data, 'x', n);
    hearth__buf_init(&b, NULL, 0);
    hearth__frame_put(&b, 2, hearth__str(data, n));
    ck_assert_uint_eq(b.len, 2 + ext + 4 + n);
    ck_assert_int_eq((unsigned char)b.ptr[0], 0x82);
    ck_assert_int_eq((unsigned char)b.ptr[1], 0x80 | (ext == 0   ? (int)n
                                                      : ext == 2 ? 126
                                                                 : 127));
    for (size_t i = 0; i < n; i++)
        ck_assert_int_eq(b.ptr[2 + ext + 4 + i] ^ b.ptr[2 + ext + i % 4], 'x');
    hearth__buf_clear(&b);
    free(data);
}
END_TEST

SUITE("boot/client_frame",
      LOOP(frames_say_what_they_say_or_are_broken, 0,
           (int)(sizeof inputs / sizeof *inputs))
          TEST(a_control_frame_may_come_between_fragments)
              LOOP(what_is_sent_is_masked_with_the_shortest_length, 0, 6))
