/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_WS_READER_H
#define HEARTH_WS_READER_H

/*
 * Bytes of one peer into messages (RFC 6455 sections 5 and 8).  wslay takes the frames apart; what a
 * sequence of them may be, and what it means, is decided here.
 *
 * wslay's context of a connection, which has a buffer of 4 KiB, is needed within a frame only. So
 * a reader borrows one from a pool of its reactor's when bytes come, and gives it back with the last
 * byte of a frame; a socket at rest has none.  Nor has it an inflater, which is borrowed for a
 * message.
 *
 * A message is looked at as it comes: the first byte that makes it too long, no UTF-8, or no
 * compressed text, fails it.
 */

#include "core/buf.h"
#include "ws/window.h"

#define HEARTH__WS_CONTROL 125 /* bytes of a control frame's payload, at most */
/* A buffer for messages that is larger than this is not kept. */
#define HEARTH__WS_KEEP 65536

typedef struct hearth__ws_codec hearth__ws_codec;

/* Of one thread at a time. */
typedef struct hearth__ws_pool {
    hearth__ws_codec *first;
    size_t n;
    hearth__buf spare;                    /* for the next message */
    struct hearth__ws_inflater *inflater; /* for the next compressed one, or NULL */
} hearth__ws_pool;

typedef enum hearth__ws_kind {
    HEARTH__WS_MORE, /* all bytes are taken, and more are needed */
    HEARTH__WS_TEXT,
    HEARTH__WS_BINARY,
    HEARTH__WS_PING,
    HEARTH__WS_PONG,
    HEARTH__WS_CLOSE,
    HEARTH__WS_FAILED /* the connection is to be failed with `code` (RFC 6455 7.1.7) */
} hearth__ws_kind;

typedef struct hearth__ws_event {
    hearth__ws_kind kind;
    hearth_str
        data; /* a message, a ping's payload, a close's reason; until the next call */
    int code; /* of a close, 1005 when there was none; of a failure */
} hearth__ws_event;

typedef struct hearth__ws_reader {
    hearth__ws_pool *pool;
    hearth__ws_codec *codec; /* NULL at rest */
    size_t max;              /* bytes of a message */
    bool deflate;            /* messages may be compressed: ws/deflate.h */
    bool squeezed;           /* the present one is */
    bool kept;               /* with context takeover: `said` is the window */
    bool client;             /* the peer is a server: its frames are not masked */
    hearth__buf msg;         /* has memory only while a message is read or looked at */
    struct hearth__ws_inflater *inflater; /* while a compressed message is read */
    hearth__ws_window said;
    size_t sound;         /* bytes of a text that are UTF-8 for sure */
    bool given;           /* msg is what the last event pointed to */
    unsigned char opcode; /* of the message that has begun, 0 for none */
    uint64_t got;         /* bytes of the present frame's payload */
    size_t ncontrol;
    char control[HEARTH__WS_CONTROL + 1];
} hearth__ws_reader;

void hearth__ws_pool_init(hearth__ws_pool *p);
void hearth__ws_pool_clear(hearth__ws_pool *p);

void hearth__ws_reader_init(hearth__ws_reader *r, hearth__ws_pool *pool, size_t max,
                            bool client);
/* Messages may be compressed (RFC 7692); bits is the window's with context takeover, else 0. */
void hearth__ws_reader_deflate(hearth__ws_reader *r, int bits);
void hearth__ws_reader_clear(hearth__ws_reader *r);
/* What the bytes say next; *in loses what was taken.  Call again until it says MORE: then
 * *in is empty, and the message that was seen last is forgotten.  After CLOSE or FAILED
 * only clear() makes sense. */
hearth__ws_event hearth__ws_read(hearth__ws_reader *r, hearth_str *in);

/* May a close frame say this (RFC 6455 7.4)? */
bool hearth__ws_code_sound(int code);

#endif
