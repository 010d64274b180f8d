/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_WS_HANDSHAKE_H
#define HEARTH_WS_HANDSHAKE_H

/* The opening handshake of RFC 6455 section 4.2, as far as a request's head goes. */

#include "app/ctx.h"
#include "ws/deal.h"

#include <hearth/ws.h>

#define HEARTH__WS_ACCEPT 28 /* characters of Sec-WebSocket-Accept */

typedef struct hearth__ws_offer {
    char accept[HEARTH__WS_ACCEPT + 1];
    const char *protocol; /* of ops->protocols, or NULL */
    hearth__ws_deal deal;
} hearth__ws_offer;

/* 0, and *out says what to answer; else the result for a handler: 400, 426 or 403 is told, and
 * the fields that such an answer needs are set. */
int hearth__ws_handshake(hearth_ctx *c, const hearth_ws_ops *ops, hearth__ws_offer *out);
/* base64(SHA-1(key GUID)). */
void hearth__ws_accept_key(char out[HEARTH__WS_ACCEPT + 1], hearth_str key);

#endif
