/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_WS_DEFLATE_H
#define HEARTH_WS_DEFLATE_H

/*
 * permessage-deflate (RFC 7692) without context takeover on either side: each message is
 * compressed by itself, so that a socket at rest needs no memory for it, and one
 * compressed frame goes to all receivers of a broadcast.
 */

#include "app/ctx.h"
#include "ws/frame.h"

#include <hearth/ws.h>

typedef struct hearth__ws_inflater hearth__ws_inflater;

/* Shorter messages are sent as they are. */
#define HEARTH__WS_SQUEEZE 512

/* Is there an offer among the client's that can be accepted?  The window of what is sent to
 * it then has *bits, 9 to 15, and the answer is to say so if it is *asked for. */
bool hearth__ws_offer_find(const hearth_ctx *c, int *bits, bool *asked);

/* *from, the payload of a whole message, decompressed to *to, which is empty and whose max holds.
 * *z is made when there is none.  0, or the code to fail with: 1007, 1009, 1011. */
int hearth__ws_inflate(hearth__ws_inflater **z, hearth_str from, hearth__buf *to);
void hearth__ws_inflater_free(hearth__ws_inflater *z);

/* The message compressed, for windows of *bits, which becomes what is needed.  NULL when that
 * is of no use or there is no memory: it can be sent as it is. */
hearth__ws_frame *hearth__ws_squeeze(int opcode, hearth_str payload, int *bits);

#endif
