/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TEST_WS_WIRE_H
#define HEARTH_TEST_WS_WIRE_H

/*
 * A WebSocket client that can break every rule: a handshake, frames made bit by bit, and
 * frames that must come.
 */

#include "wire.h"

#include <hearth/ws.h>
#include <stdio.h>
#include <unistd.h>

#define WS_KEY "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define WS_HEAD                                                        \
    "Host: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" \
    "Sec-WebSocket-Version: 13\r\n"

enum {
    WS_FIN = 0x80,
    WS_RSV1 = 0x40,
    WS_MORE = 0,
    WS_TEXT = 1,
    WS_BIN = 2,
    WS_CLOSE = 8,
    WS_PING = 9,
    WS_PONG = 10
};

typedef struct ws_frame {
    int head; /* the first byte */
    char *data;
    size_t len;
} ws_frame;

/* Wait for the head of an answer and take it. */
static inline void ws_head(wire *w, char *head, size_t max)
{
    size_t n = 0;

    for (;;) {
        while (n + 4 <= w->len && memcmp(w->in + n, "\r\n\r\n", 4) != 0)
            n++;
        if (n + 4 <= w->len)
            break;
        ck_assert(wire_more(w));
    }
    n += 4;
    ck_assert_uint_lt(n, max);
    memcpy(head, w->in, n);
    head[n] = '\0';
    w->len -= n;
    memmove(w->in, w->in + n, w->len);
}

/* GET path with more fields, each with its CRLF; the status is returned. */
static inline int ws_ask(wire *w, const char *path, const char *fields)
{
    char head[2048];

    snprintf(head, sizeof head, "GET %s HTTP/1.1\r\n" WS_HEAD WS_KEY "%s\r\n", path,
             fields == NULL ? "" : fields);
    wire_send(w, head);
    ws_head(w, head, sizeof head);
    return atoi(head + 9);
}

static inline wire ws_open(int port, const char *path)
{
    wire w = wire_open(port);

    ck_assert_int_eq(ws_ask(&w, path, NULL), 101);
    return w;
}

/* A frame, masked; head: FIN, reserved bits, opcode. */
static inline void ws_put(wire *w, int head, const void *data, size_t n)
{
    static const unsigned char mask[4] = {0x12, 0xAB, 0x00, 0xFF};
    unsigned char *f = malloc(n + 14), *p = f;

    *p++ = (unsigned char)head;
    if (n < 126) {
        *p++ = (unsigned char)(0x80 | n);
    } else if (n < 65536) {
        *p++ = 0x80 | 126;
        *p++ = (unsigned char)(n >> 8);
        *p++ = (unsigned char)n;
    } else {
        *p++ = 0x80 | 127;
        for (int i = 7; i >= 0; i--)
            *p++ = (unsigned char)((uint64_t)n >> (8 * i));
    }
    memcpy(p, mask, 4);
    p += 4;
    for (size_t i = 0; i < n; i++)
        *p++ = ((const unsigned char *)data)[i] ^ mask[i % 4];
    wire_send_n(w, f, (size_t)(p - f));
    free(f);
}

static inline void ws_say(wire *w, const char *text)
{
    ws_put(w, WS_FIN | WS_TEXT, text, strlen(text));
}

static inline void ws_put_close(wire *w, int code, const char *reason)
{
    char data[125] = {(char)(code >> 8), (char)code};

    memcpy(data + 2, reason, strlen(reason));
    ws_put(w, WS_FIN | WS_CLOSE, data, 2 + strlen(reason));
}

/* The next frame; free(f->data).  False at the end, or in time nothing came. */
static inline bool ws_get(wire *w, ws_frame *f)
{
    size_t head = 2, len;

    for (;;) {
        const unsigned char *p = (const unsigned char *)w->in;

        if (w->len >= 2) {
            int ext = (p[1] & 127) == 126 ? 2 : (p[1] & 127) == 127 ? 8 : 0;

            ck_assert_msg((p[1] & 0x80) == 0, "a server's frame is masked");
            head = 2 + (size_t)ext;
            if (w->len >= head) {
                len = p[1] & 127;
                for (int i = 0; i < ext; i++)
                    len = (i == 0 ? 0 : len << 8) | p[2 + i];
                if (w->len - head >= len)
                    break;
            }
        }
        if (!wire_more(w))
            return false;
    }
    f->head = (unsigned char)w->in[0];
    f->len = len;
    f->data = calloc(1, len + 1);
    memcpy(f->data, w->in + head, len);
    w->len -= head + len;
    memmove(w->in, w->in + head + len, w->len);
    return true;
}

static inline void ws_expect(wire *w, int head, const char *data)
{
    ws_frame f = {0};

    ck_assert_msg(ws_get(w, &f), "nothing came, not \"%s\"", data);
    ck_assert_msg(f.head == head, "%02x came, not %02x: %s", (unsigned)f.head,
                  (unsigned)head, f.data);
    ck_assert_str_eq(f.data, data);
    free(f.data);
}

static inline void ws_expect_text(wire *w, const char *text)
{
    ws_expect(w, WS_FIN | WS_TEXT, text);
}

/* A close frame with that code, whatever comes before it; 1005: without one. */
static inline void ws_expect_close(wire *w, int code)
{
    ws_frame f = {0};

    for (;;) {
        ck_assert_msg(ws_get(w, &f), "it ended without a close frame, not with %d", code);
        if (f.head == (WS_FIN | WS_CLOSE))
            break;
        free(f.data);
    }
    if (code == 1005) {
        ck_assert_uint_eq(f.len, 0);
    } else {
        ck_assert_uint_ge(f.len, 2);
        ck_assert_int_eq((unsigned char)f.data[0] << 8 | (unsigned char)f.data[1], code);
    }
    free(f.data);
}

#endif
