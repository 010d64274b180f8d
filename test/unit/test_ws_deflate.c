/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Messages compressed and back (RFC 7692 7.2): what the RFC shows in its examples, windows of all
 * sizes against zlib with a stream for all messages, bombs, and streams that are broken.
 */

#include "core/str.h"
#include "suite.h"
#include "ws/deflate.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* What inflate says, given `piece` bytes at a time; the text in *out. */
static int inflated_after(hearth_str from, size_t piece, const hearth__ws_window *before,
                          size_t max, hearth__buf *out)
{
    hearth__ws_inflater *z = hearth__ws_inflater_new();
    int code = hearth__ws_inflate_begin(z, before);

    hearth__buf_init(out, NULL, max);
    for (size_t at = 0; code == 0 && at < from.len; at += piece) {
        size_t n = from.len - at < piece ? from.len - at : piece;

        code = hearth__ws_inflate(z, hearth__str(from.ptr + at, n), out);
    }
    if (code == 0)
        code = hearth__ws_inflate_end(z, out);
    hearth__ws_inflater_free(z);
    return code;
}

static int inflated(hearth_str from, size_t max, hearth__buf *out)
{
    return inflated_after(from, SIZE_MAX / 2, NULL, max, out);
}

static hearth_str payload_of(const hearth__ws_frame *f)
{
    size_t head = f->data[1] < 126 ? 2 : f->data[1] == 126 ? 4 : 10;

    return hearth__str((const char *)f->data + head, f->len - head);
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
    {D("\xF2\x48\xCD"), 1007, NULL},         /* it stops within a block */
    {D("\x00\x06\x00\xF9\xFF\x48"), 1007, NULL},
    {D("\xF3\x48\xCD\xC9\xC9\x07\x00"), 0, "Hello"}, /* nothing after a final block */
    {D("\xF3\x48\xCD\xC9\xC9\x07\x00\xF3\x48\xCD\xC9\xC9\x07\x00\x00"), 0, "HelloHello"},
    /* After a final block, "Hello" again by referring back to it. */
    {D("\xF3\x48\xCD\xC9\xC9\x07\x00\x02\x13\x00\x00"), 0, "HelloHello"},
};

START_TEST(streams_become_messages)
{
    for (size_t piece = 1; piece <= streams[_i].from.len + 1; piece++) {
        hearth__buf out;

        ck_assert_int_eq(inflated_after(streams[_i].from, piece, NULL, 100, &out),
                         streams[_i].code);
        if (streams[_i].code == 0)
            ck_assert_str_eq(out.ptr, streams[_i].text);
        hearth__buf_clear(&out);
    }
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

    for (int most = 8; most <= 15; most++) {
        int bits = most;
        hearth__buf out;
        hearth__ws_frame *f =
            hearth__ws_squeeze(HEARTH__WS_OP_TEXT, hearth__str(text, n), &bits, NULL);

        ck_assert_ptr_nonnull(f);
        ck_assert_int_le(bits, most);
        ck_assert_int_eq(f->data[0], 0xC1);
        ck_assert_uint_lt(f->len, n);
        hearth_str payload = payload_of(f);

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
                                          hearth__str(noise, sizeof noise), &bits, NULL));
    memset(noise, 'a', sizeof noise);
    ck_assert_ptr_null(hearth__ws_squeeze(HEARTH__WS_OP_TEXT,
                                          hearth__str(noise, HEARTH__WS_SQUEEZE - 1),
                                          &bits, NULL));
}
END_TEST

START_TEST(a_bomb_is_stopped_at_the_limit)
{
    size_t n = (size_t)64 << 20;
    char *zeros = calloc(1, n);
    int bits = 15;
    hearth__buf out;
    hearth__ws_frame *f =
        hearth__ws_squeeze(HEARTH__WS_OP_BINARY, hearth__str(zeros, n), &bits, NULL);

    ck_assert_ptr_nonnull(f);
    free(zeros);
    ck_assert_uint_lt(f->len, 100000);

    ck_assert_int_eq(inflated(payload_of(f), 1 << 20, &out), 1009);
    ck_assert_uint_le(out.cap, (1 << 20) + 1);
    hearth__buf_clear(&out);
    hearth__ws_frame_unref(f);
}
END_TEST

/* A peer that knows nothing of us: one stream of zlib's for all messages, with the window that was
 * agreed on, and a byte of room at a time, so that a reference past the window fails. */
typedef struct peer {
    z_stream z;
} peer;

static void peer_hears(peer *p, hearth_str payload, hearth_str want)
{
    static const hearth_str tail = {"\0\0\xFF\xFF", 4};
    hearth_str parts[] = {payload, tail};
    size_t n = 0;
    char got;

    for (size_t i = 0; i < 2; i++) {
        int rc = Z_OK;

        p->z.next_in = (unsigned char *)(uintptr_t)parts[i].ptr;
        p->z.avail_in = (unsigned)parts[i].len;
        do {
            p->z.next_out = (unsigned char *)&got;
            p->z.avail_out = 1;
            rc = inflate(&p->z, Z_SYNC_FLUSH);
            ck_assert_msg(rc == Z_OK || rc == Z_BUF_ERROR, "%s", p->z.msg);
            if (p->z.avail_out == 0) {
                ck_assert_uint_lt(n, want.len);
                ck_assert_int_eq(got, want.ptr[n++]);
            }
        } while (rc == Z_OK && (p->z.avail_in > 0 || p->z.avail_out == 0));
    }
    ck_assert_uint_eq(n, want.len);
}

/* Messages that resemble each other, of all sizes, with noise between them. */
static hearth_str nth_message(char *mem, int i, unsigned *x)
{
    size_t n = (size_t[]){70, 100, 300, 2000, 130, 40000, 64, 600}[i % 8];

    for (size_t k = 0; k < n; k++) {
        *x = *x * 1103515245u + 12345u;
        mem[k] = i % 5 == 3 ? (char)(*x >> 16) : (char)('a' + (k * k / 7 + k % 3) % 13);
        if (*x >> 25 == 0)
            mem[k] = '!';
    }
    return hearth__str(mem, n);
}

START_TEST(a_peer_with_one_stream_for_all_messages_understands_us)
{
    static char mem[40000];
    int bits = 8 + _i;
    hearth__ws_window w;
    unsigned x = 99;
    peer p = {0};
    size_t plain = 0, sent = 0;

    ck_assert_int_eq(inflateInit2(&p.z, -bits), Z_OK);
    hearth__ws_window_init(&w, bits);
    for (int i = 0; i < 64; i++) {
        hearth_str msg = nth_message(mem, i, &x);
        int needs = bits;
        /* Some are for all: they refer to nothing before them. */
        hearth__ws_frame *f =
            hearth__ws_squeeze(HEARTH__WS_OP_BINARY, msg, &needs, i % 7 == 6 ? NULL : &w);

        if (f == NULL)
            continue;
        ck_assert_int_le(needs, bits);
        peer_hears(&p, payload_of(f), msg);
        ck_assert(hearth__ws_window_reserve(&w, msg.len));
        hearth__ws_window_add(&w, msg);
        plain += msg.len;
        sent += f->len;
        hearth__ws_frame_unref(f);
    }
    ck_assert_uint_gt(plain, 100000);
    ck_assert_uint_lt(sent, plain * 2 / 3);
    hearth__ws_window_clear(&w);
    (void)inflateEnd(&p.z);
}
END_TEST

START_TEST(we_understand_a_peer_with_one_stream_for_all_messages)
{
    static char mem[40000], packed[50000];
    int bits = 9 + _i % 7;
    size_t piece = _i < 7 ? 1 : _i < 14 ? 7 : 100000;
    hearth__ws_window w;
    unsigned x = 7;
    z_stream z = {0};

    ck_assert_int_eq(deflateInit2(&z, 6, Z_DEFLATED, -bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
    hearth__ws_window_init(&w, bits);
    for (int i = 0; i < 40; i++) {
        hearth_str msg = nth_message(mem, i, &x);
        hearth__buf out;

        z.next_in = (unsigned char *)mem;
        z.avail_in = (unsigned)msg.len;
        z.next_out = (unsigned char *)packed;
        z.avail_out = sizeof packed;
        ck_assert_int_eq(deflate(&z, Z_SYNC_FLUSH), Z_OK);
        ck_assert_int_eq(inflated_after(hearth__str(packed,
                                                    sizeof packed - z.avail_out - 4),
                                        piece, &w, msg.len, &out),
                         0);
        ck_assert_uint_eq(out.len, msg.len);
        ck_assert_int_eq(memcmp(out.ptr, mem, msg.len), 0);
        ck_assert(hearth__ws_window_reserve(&w, msg.len));
        hearth__ws_window_add(&w, msg);
        hearth__buf_clear(&out);
    }
    hearth__ws_window_clear(&w);
    (void)deflateEnd(&z);
}
END_TEST

START_TEST(a_repeated_message_is_short)
{
    char text[129];
    hearth__ws_window w;
    int bits = 12;

    for (int i = 0; i < 128; i++)
        text[i] = (char)('a' + i * i % 26);
    hearth__ws_window_init(&w, bits);
    ck_assert_ptr_null(
        hearth__ws_squeeze(HEARTH__WS_OP_TEXT, hearth__str(text, 128), &bits, &w));
    ck_assert(hearth__ws_window_reserve(&w, 128));
    hearth__ws_window_add(&w, hearth__str(text, 128));
    hearth__ws_frame *f =
        hearth__ws_squeeze(HEARTH__WS_OP_TEXT, hearth__str(text, 128), &bits, &w);

    ck_assert_ptr_nonnull(f);
    ck_assert_uint_lt(f->len, 12);
    hearth__ws_frame_unref(f);
    hearth__ws_window_clear(&w);
}
END_TEST

#define COUNT(a) (int)(sizeof(a) / sizeof *(a))

SUITE("ws/deflate",
      LOOP(streams_become_messages, 0,
           COUNT(streams)) LOOP(messages_come_back_as_they_were, 0, 6)
          TEST(what_does_not_shrink_is_sent_as_it_is) TEST(a_bomb_is_stopped_at_the_limit)
              LOOP(a_peer_with_one_stream_for_all_messages_understands_us, 0, 8)
                  LOOP(we_understand_a_peer_with_one_stream_for_all_messages, 0, 21)
                      TEST(a_repeated_message_is_short))
