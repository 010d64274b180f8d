/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_WS_WINDOW_H
#define HEARTH_WS_WINDOW_H

/*
 * What has been said last in one direction of a socket: all that context takeover (RFC 7692
 * 7.1.1) has to keep between messages.  A stream of zlib's is lent for a message and told
 * the window first; one of a socket's own would take 40 KiB to inflate and 256 KiB to deflate.
 * The memory grows with what is said, up to the size of the window.
 */

#include <hearth/base.h>

typedef struct hearth__ws_window {
    char *ptr;          /* a ring: the next byte goes to `at` */
    uint32_t size, cap; /* 0 to 32 KiB; size 0: nothing is kept */
    uint32_t at, len;   /* len is cap once it has come round */
    uint64_t said;      /* bytes in all: another number, another window */
} hearth__ws_window;

/* Of 2^bits bytes. */
void hearth__ws_window_init(hearth__ws_window *w, int bits);
void hearth__ws_window_clear(hearth__ws_window *w); /* a zeroed one is allowed */
/* Memory for n bytes more; false: there is none, and nothing has changed. */
bool hearth__ws_window_reserve(hearth__ws_window *w, size_t n);
/* For which there is memory. */
void hearth__ws_window_add(hearth__ws_window *w, hearth_str said);
/* What is in it, the older half first; either may be empty. */
void hearth__ws_window_view(const hearth__ws_window *w, hearth_str half[2]);
/* A copy, released likewise; false when there is no memory. */
bool hearth__ws_window_copy(hearth__ws_window *to, const hearth__ws_window *w);

#endif
