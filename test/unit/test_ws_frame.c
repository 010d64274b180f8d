/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Frames as RFC 6455 5.2 has them: the three forms of a length, close frames, sharing. */

#include "core/str.h"
#include "suite.h"
#include "ws/frame.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    size_t len, head;
    unsigned char bytes[10];
} lengths[] = {
    {0, 2, {0x82, 0}},
    {125, 2, {0x82, 125}},
    {126, 4, {0x82, 126, 0, 126}},
    {65535, 4, {0x82, 126, 0xFF, 0xFF}},
    {65536, 10, {0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0}},
};

START_TEST(a_length_takes_as_few_bytes_as_it_can)
{
    char *data = calloc(1, lengths[_i].len + 1);
    hearth__ws_frame *f =
        hearth__ws_frame_new(HEARTH__WS_OP_BINARY, hearth__str(data, lengths[_i].len));

    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(f->len, lengths[_i].head + lengths[_i].len);
    ck_assert_int_eq(memcmp(f->data, lengths[_i].bytes, lengths[_i].head), 0);
    hearth__ws_frame_unref(f);
    free(data);
}
END_TEST

START_TEST(a_close_frame_has_its_code_and_reason)
{
    hearth__ws_frame *f = hearth__ws_frame_close(1001, HEARTH__S("bye"));

    ck_assert_uint_eq(f->len, 7);
    ck_assert_int_eq(memcmp(f->data,
                            "\x88\x05\x03\xE9"
                            "bye",
                            7),
                     0);
    hearth__ws_frame_unref(f);
    f = hearth__ws_frame_close(1005, HEARTH__S("bye"));
    ck_assert_uint_eq(f->len, 2);
    ck_assert_int_eq(memcmp(f->data, "\x88\x00", 2), 0);
    hearth__ws_frame_unref(f);
}
END_TEST

START_TEST(a_long_reason_is_cut_between_characters)
{
    char text[201];

    for (int i = 0; i < 200; i += 2)
        memcpy(text + i, "\xC3\xA9", 2);
    hearth__ws_frame *f = hearth__ws_frame_close(1000, hearth__str(text, 200));

    ck_assert_uint_eq(f->len, 2 + 2 + 122);
    hearth__ws_frame_unref(f);
}
END_TEST

START_TEST(a_shared_frame_goes_with_the_last_share)
{
    hearth__ws_frame *f = hearth__ws_frame_new(HEARTH__WS_OP_TEXT, HEARTH__S("x"));

    ck_assert_ptr_eq(hearth__ws_frame_ref(f), f);
    hearth__ws_frame_unref(f);
    ck_assert_uint_eq(f->len, 3);
    hearth__ws_frame_unref(f);
    hearth__ws_frame_unref(NULL);
}
END_TEST

SUITE("ws/frame", LOOP(a_length_takes_as_few_bytes_as_it_can, 0, 5)
                      TEST(a_close_frame_has_its_code_and_reason)
                          TEST(a_long_reason_is_cut_between_characters)
                              TEST(a_shared_frame_goes_with_the_last_share))
