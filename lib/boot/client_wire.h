/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_BOOT_CLIENT_WIRE_H
#define HEARTH_BOOT_CLIENT_WIRE_H

/*
 * The test client's connection: blocking HTTP/1.1 over TCP to this machine, kept alive
 * between calls, one deadline for a whole call.
 */

#include "boot/client_chunks.h"
#include "transport/loopback.h"

typedef struct hearth__client_wire {
    int fd; /* -1: not connected */
    int port;
    bool head;      /* the answer has no body, whatever it says */
    bool unsent;    /* the answer came before the whole request was sent */
    hearth__buf in; /* received and not taken from `at` on */
    size_t at;
    int64_t until_us;
    const char *why;       /* what went wrong, a constant sentence */
    hearth__chunks chunks; /* of a body that is taken as it comes */
} hearth__client_wire;

void hearth__client_wire_init(hearth__client_wire *w, int port);
void hearth__client_wire_close(hearth__client_wire *w);
/* As hearth__loopback_call(); HEARTH_EIO with the reason in w->why when the connection
 * broke, the answer was malformed or did not come in time. */
/* The same in two steps. */
int hearth__client_wire_send(hearth__client_wire *w, hearth__arena *a,
                             const hearth__loop_call *call);
int hearth__client_wire_take(hearth__client_wire *w, hearth__arena *a,
                             hearth__loop_answer *out);
int hearth__client_wire_call(hearth__client_wire *w, hearth__arena *a,
                             const hearth__loop_call *call, hearth__loop_answer *out);

/* As take, but the body of a stream stays: *open says whether there is one. */
int hearth__client_wire_open(hearth__client_wire *w, hearth__arena *a,
                             hearth__loop_answer *out, bool *open);
/* What has come of it, without waiting: 1 when something was appended to *to, 0 when nothing
 * is there, HEARTH_DECLINED behind its end (which may come with its last bytes), HEARTH_EIO
 * when it is cut. */
int hearth__client_wire_more(hearth__client_wire *w, hearth__buf *to);
/* After 101: the connection, and what has come behind the answer. */
int hearth__client_wire_give(hearth__client_wire *w, hearth__buf *rest);

#endif
