/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_WS_DEFLATE_H
#define HEARTH_WS_DEFLATE_H

/*
 * Messages compressed and decompressed (RFC 7692 7.2).  Streams belong to nobody: each message
 * begins a new one, which is told the window if there is one, so that a socket at rest needs no
 * more memory than its windows.
 */

#include "core/buf.h"
#include "ws/frame.h"
#include "ws/window.h"

typedef struct hearth__ws_inflater hearth__ws_inflater;

/* Shorter messages are sent as they are; with a window, of which they may be repeats, only
 * still shorter ones. */
#define HEARTH__WS_SQUEEZE      512
#define HEARTH__WS_SQUEEZE_KEPT 64

/* For one message after the other; NULL when out of memory. */
hearth__ws_inflater *hearth__ws_inflater_new(void);
void hearth__ws_inflater_free(hearth__ws_inflater *z); /* NULL is allowed */
/* A message begins, after what is in the window, which is not looked at until its end, or after nothing (NULL).  All
 * three: 0, or the code to fail with: 1007, 1009, 1011. */
int hearth__ws_inflate_begin(hearth__ws_inflater *z, const hearth__ws_window *before);
/* Some of its payload, decompressed to the end of *to, which holds the message and whose max
 * holds. */
int hearth__ws_inflate(hearth__ws_inflater *z, hearth_str from, hearth__buf *to);
int hearth__ws_inflate_end(hearth__ws_inflater *z, hearth__buf *to);

/* The message compressed, after what is in the window, or after nothing (NULL), for windows of
 * 2^*bits bytes, which becomes what is needed.  NULL when that is of no use or there is no
 * memory: it can be sent as it is. */
hearth__ws_frame *hearth__ws_squeeze(int opcode, hearth_str payload, int *bits,
                                     const hearth__ws_window *before);

#endif
