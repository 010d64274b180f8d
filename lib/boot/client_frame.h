/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_BOOT_CLIENT_FRAME_H
#define HEARTH_BOOT_CLIENT_FRAME_H

/*
 * The frames of RFC 6455 from a client's side, without anything of lib/ws: a test that
 * asked the server's own code what is right would prove little.
 */

#include "core/buf.h"

#include <hearth/client.h>

#define HEARTH__PEER_CONTROL 125

typedef enum hearth__peer_kind {
    HEARTH__PEER_MORE, /* the bytes are no whole frame, or no whole message */
    HEARTH__PEER_TEXT,
    HEARTH__PEER_BINARY,
    HEARTH__PEER_PING,
    HEARTH__PEER_PONG,
    HEARTH__PEER_CLOSE,
    HEARTH__PEER_BROKEN /* the server broke the protocol */
} hearth__peer_kind;

typedef struct hearth__frames {
    hearth__buf msg; /* of the message that has begun */
    int opcode;      /* its, or 0 */
} hearth__frames;

typedef struct hearth__frame_said {
    hearth__peer_kind kind;
    hearth_str data; /* until the next call */
    int code;        /* of a close */
} hearth__frame_said;

void hearth__frames_init(hearth__frames *f);
void hearth__frames_clear(hearth__frames *f);
/* The next thing that the bytes say; *in loses what was taken.  Again until MORE. */
hearth__frame_said hearth__frames_read(hearth__frames *f, hearth_str *in);
/* A whole message or control frame, masked. */
void hearth__frame_put(hearth__buf *b, int opcode, hearth_str payload);

#endif
