/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * permessage-deflate (RFC 7692): which offers are accepted, messages there and back, what the
 * RFC shows in its examples, bombs, and streams that are broken.
 */

#include "core/str.h"
#include "ctx.h"
#include "suite.h"
#include "ws/deflate.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *offer;
    int bits; /* 0: not accepted */
    bool asked;
} offers[] = {
    {"permessage-deflate", 15, false},
    {"PERMESSAGE-DEFLATE", 15, false},
    {"permessage-deflate; client_max_window_bits", 15, false},
    {"permessage-deflate; client_max_window_bits=10", 15, false},
    {"permessage-deflate ; client_max_window_bits = \"10\"", 15, false},
    {"permessage-deflate; server_no_context_takeover; client_no_context_takeover", 15,
     false},
    {"permessage-deflate; server_max_window_bits=15", 15, true},
    {"permessage-deflate; server_max_window_bits=9", 9, true},
    {"permessage-deflate; server_max_window_bits=\"12\"", 12, true},
    {"permessage-deflate; server_max_window_bits=8", 0, false},
    {"permessage-deflate; server_max_window_bits=16", 0, false},
    {"permessage-deflate; server_max_window_bits=7", 0, false},
    {"permessage-deflate; server_max_window_bits=010", 0, false},
    {"permessage-deflate; server_max_window_bits=+9", 0, false},
    {"permessage-deflate; server_max_window_bits=", 0, false},
    {"permessage-deflate; server_max_window_bits", 0, false},
    {"permessage-deflate; client_max_window_bits=7", 0, false},
    {"permessage-deflate; client_max_window_bits=16", 0, false},
    {"permessage-deflate; client_max_window_bits=x", 0, false},
    {"permessage-deflate; server_no_context_takeover=1", 0, false},
    {"permessage-deflate; client_no_context_takeover=yes", 0, false},
    {"permessage-deflate; client_max_window_bits; client_max_window_bits", 0, false},
    {"permessage-deflate; something", 0, false},
    {"permessage-deflate;", 0, false},
    {"x-webkit-deflate-frame", 0, false},
    {"", 0, false},
    {"permessage-deflate; server_max_window_bits=8, permessage-deflate", 15, false},
    {"foo, permessage-deflate; server_max_window_bits=11", 11, true},
    {"foo\r\nSec-WebSocket-Extensions: permessage-deflate", 15, false},
};

START_TEST(the_first_offer_that_can_be_kept_is_accepted)
{
    char head[512];
    int bits = 0;
    bool asked = false;

    snprintf(head, sizeof head,
             "GET / HTTP/1.1\r\nHost: x\r\nSec-WebSocket-Extensions: %s\r\n\r\n",
             offers[_i].offer);
    bare *t = bare_open(NULL, head);

    ck_assert_int_eq(hearth__ws_offer_find(t->c, &bits, &asked), offers[_i].bits != 0);
    if (offers[_i].bits != 0) {
        ck_assert_int_eq(bits, offers[_i].bits);
        ck_assert_int_eq(asked, offers[_i].asked);
    }
    bare_close(t);
}
END_TEST

/* What inflate says; the text in *out. */
static int inflated(hearth_str from, size_t max, hearth__buf *out)
{
    hearth__ws_inflater *z = NULL;
    int code;

    hearth__buf_init(out, NULL, max);
    code = hearth__ws_inflate(&z, from, out);
    hearth__ws_inflater_free(z);
    return code;
}

#define D(lit)                  \
    {                           \
        "" lit, sizeof(lit) - 1 \
    }

static const struct {
    hearth_str from;
    int code;
    const char *text;
} streams[] = {
    {D("\xF2\x48\xCD\xC9\xC9\x07\x00"), 0, "Hello"},                         /* 7.2.3.1 */
    {D("\x00\x05\x00\xFA\xFF\x48\x65\x6C\x6C\x6F\x00"), 0, "Hello"},         /* 7.2.3.3 */
    {D("\xF3\x48\xCD\xC9\xC9\x07\x00\x00"), 0, "Hello"},                     /* 7.2.3.4 */
    {D("\xF2\x48\x05\x00\x00\x00\xFF\xFF\xCA\xC9\xC9\x07\x00"), 0, "Hello"}, /* 7.2.3.5 */
    {D(""), 0, ""},
    {D("\x00"), 0, ""},
    {D("\x07"), 1007, NULL},                 /* a block of no type */
    {D("\x00\x05\x00\xFA\xFE"), 1007, NULL}, /* a length that contradicts itself */
    {D("\xF2\x00\x11\x00"), 1007, NULL},     /* refers to the message before (7.2.3.2) */
};

START_TEST(streams_become_messages)
{
    hearth__buf out;

    ck_assert_int_eq(inflated(streams[_i].from, 100, &out), streams[_i].code);
    if (streams[_i].code == 0)
        ck_assert_str_eq(out.ptr, streams[_i].text);
    hearth__buf_clear(&out);
}
END_TEST

static char *text_of(size_t n)
{
    char *p = malloc(n + 1);

    for (size_t i = 0; i < n; i++)
        p[i] = (char)('a' + (i * i / 7) % 13);
    p[n] = '\0';
    return p;
}

START_TEST(messages_come_back_as_they_were)
{
    static const size_t sizes[] = {HEARTH__WS_SQUEEZE, 1000, 16384, 16385, 70000, 300000};
    size_t n = sizes[_i % 6];
    char *text = text_of(n);

    for (int most = 9; most <= 15; most++) {
        int bits = most;
        hearth__buf out;
        hearth__ws_frame *f =
            hearth__ws_squeeze(HEARTH__WS_OP_TEXT, hearth__str(text, n), &bits);

        ck_assert_ptr_nonnull(f);
        ck_assert_int_le(bits, most);
        ck_assert_int_eq(f->data[0], 0xC1);
        ck_assert_uint_lt(f->len, n);
        size_t head = f->data[1] < 126 ? 2 : f->data[1] == 126 ? 4 : 10;
        hearth_str payload = {(const char *)f->data + head, f->len - head};

        ck_assert_int_eq(inflated(payload, n, &out), 0);
        ck_assert_uint_eq(out.len, n);
        ck_assert_int_eq(memcmp(out.ptr, text, n), 0);
        hearth__buf_clear(&out);
        /* One byte less is one too few. */
        ck_assert_int_eq(inflated(payload, n - 1, &out), 1009);
        hearth__buf_clear(&out);
        hearth__ws_frame_unref(f);
    }
    free(text);
}
END_TEST

START_TEST(what_does_not_shrink_is_sent_as_it_is)
{
    char noise[2000];
    unsigned x = 12345;
    int bits = 15;

    for (size_t i = 0; i < sizeof noise; i++) {
        x = x * 1103515245u + 12345u;
        noise[i] = (char)(x >> 16);
    }
    ck_assert_ptr_null(hearth__ws_squeeze(HEARTH__WS_OP_BINARY,
                                          hearth__str(noise, sizeof noise), &bits));
    memset(noise, 'a', sizeof noise);
    ck_assert_ptr_null(hearth__ws_squeeze(HEARTH__WS_OP_TEXT,
                                          hearth__str(noise, HEARTH__WS_SQUEEZE - 1),
                                          &bits));
}
END_TEST

START_TEST(a_bomb_is_stopped_at_the_limit)
{
    size_t n = (size_t)64 << 20;
    char *zeros = calloc(1, n);
    int bits = 15;
    hearth__buf out;
    hearth__ws_frame *f =
        hearth__ws_squeeze(HEARTH__WS_OP_BINARY, hearth__str(zeros, n), &bits);

    ck_assert_ptr_nonnull(f);
    free(zeros);
    ck_assert_uint_lt(f->len, 100000);
    size_t head = f->data[1] == 126 ? 4 : 10;

    ck_assert_int_eq(inflated(hearth__str((const char *)f->data + head, f->len - head),
                              1 << 20, &out),
                     1009);
    ck_assert_uint_le(out.cap, (1 << 20) + 1);
    hearth__buf_clear(&out);
    hearth__ws_frame_unref(f);
}
END_TEST

#define COUNT(a) (int)(sizeof(a) / sizeof *(a))

SUITE("ws/deflate", LOOP(the_first_offer_that_can_be_kept_is_accepted, 0, COUNT(offers))
                        LOOP(streams_become_messages, 0, COUNT(streams))
                            LOOP(messages_come_back_as_they_were, 0, 6)
                                TEST(what_does_not_shrink_is_sent_as_it_is)
                                    TEST(a_bomb_is_stopped_at_the_limit))
