/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_WS_FRAME_H
#define HEARTH_WS_FRAME_H

/*
 * A frame on its way out: made once, shared by all who are to get it, never changed.  A
 * server's frames are not masked, so the same bytes go to everybody.
 */

#include <hearth/base.h>
#include <stdatomic.h>

typedef struct hearth__ws_frame {
    atomic_size_t refs;
    size_t len;
    unsigned char data[]; /* head and payload */
} hearth__ws_frame;

enum {
    HEARTH__WS_OP_TEXT = 1,
    HEARTH__WS_OP_BINARY,
    HEARTH__WS_OP_CLOSE = 8,
    HEARTH__WS_OP_PING,
    HEARTH__WS_OP_PONG
};

/* A whole message in one frame; NULL when out of memory. */
hearth__ws_frame *hearth__ws_frame_new(int opcode, hearth_str payload);
/* A close frame; no payload when code is 1005.  The reason is cut to fit. */
hearth__ws_frame *hearth__ws_frame_close(int code, hearth_str reason);
hearth__ws_frame *hearth__ws_frame_ref(hearth__ws_frame *f);
void hearth__ws_frame_unref(hearth__ws_frame *f);

#endif
