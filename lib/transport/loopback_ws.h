/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TRANSPORT_LOOPBACK_WS_H
#define HEARTH_TRANSPORT_LOOPBACK_WS_H

/*
 * WebSockets of an application that is called without a server: a reactor that neither
 * listens nor has a thread, and whose connections are pairs of descriptors of this process.
 * All of it belongs to the thread that calls; what callbacks want done on a worker is done
 * there as well.
 */

#include "transport/loopback.h"
#include "ws/socket.h"

typedef struct hearth__loop_ws hearth__loop_ws;

/* NULL with a sentence in *err. */
hearth__loop_ws *hearth__loop_ws_new(hearth_app *app, hearth_error *err);
/* Close what is open.  NULL is allowed. */
void hearth__loop_ws_free(hearth__loop_ws *w);

/* Instead of hearth__loop_end(), when turn() has said true: *fd is the client's end of a
 * connection, or -1 when the answer is another than 101. */
int hearth__loop_upgrade(hearth__loop *l, hearth__loop_ws *w, hearth__loop_answer *out,
                         int *fd);

/* A descriptor that becomes readable when there is something to do. */
int hearth__loop_ws_fd(const hearth__loop_ws *w);
/* In how many milliseconds there is anyway; -1 for never. */
int64_t hearth__loop_ws_timeout(hearth__loop_ws *w);
void hearth__loop_ws_step(hearth__loop_ws *w);
/* The clock goes ahead by so much. */
void hearth__loop_ws_ahead(hearth__loop_ws *w, int64_t ms);
/* Any thread: make the descriptor readable. */
void hearth__loop_ws_wake(void *w);

#endif
