/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_WS_DEAL_H
#define HEARTH_WS_DEAL_H

/* What is agreed on about compression: the parameters of permessage-deflate (RFC 7692 7.1). */

#include "app/ctx.h"

#include <hearth/ws.h>

#define HEARTH__WS_BITS_LEAST 8
#define HEARTH__WS_BITS_MOST  15

/* Of one direction. */
typedef struct hearth__ws_way {
    unsigned char
        bits;   /* the window has 2^bits bytes, 8 to 15; 0: nothing is compressed */
    bool kept;  /* from one message to the next: context takeover */
    bool named; /* the answer says the bits */
} hearth__ws_way;

typedef struct hearth__ws_deal {
    hearth__ws_way out, in;
} hearth__ws_deal;

/* The first of the client's offers that can be kept, by what the route wants; *d is zeroed when
 * there is none, or the route wants none.  False when the field is malformed, and then the
 * connection is to be refused (RFC 6455 9.1). */
bool hearth__ws_deal_find(const hearth_ctx *c, const hearth_ws_ops *ops,
                          hearth__ws_deal *d);
/* Sec-WebSocket-Extensions of the answer, from c's arena; NULL: none, or no memory, which the
 * arena knows. */
const char *hearth__ws_deal_answer(hearth_ctx *c, const hearth__ws_deal *d);

#endif
