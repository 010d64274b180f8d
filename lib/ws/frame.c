/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Frames of RFC 6455 section 5.2, unmasked. */
#include "ws/frame.h"

#include "core/size.h"
#include "core/str.h"
#include "core/utf8.h"

#include <stdlib.h>

#define HEAD_MOST 10
#define FIN       0x80
#define REASON    123

static size_t put_head(unsigned char *p, int opcode, size_t len)
{
    size_t bytes = len < 126 ? 0 : len <= UINT16_MAX ? 2 : 8;

    p[0] = (unsigned char)(FIN | opcode);
    p[1] = (unsigned char)(bytes == 0 ? len : bytes == 2 ? 126 : 127);
    for (size_t i = 0; i < bytes; i++)
        p[2 + i] = (unsigned char)((uint64_t)len >> (8 * (bytes - 1 - i)));
    return 2 + bytes;
}

hearth__ws_frame *hearth__ws_frame_new(int opcode, hearth_str payload)
{
    hearth__ws_frame *f;
    size_t size;

    if (!hearth__size_add(sizeof *f + HEAD_MOST, payload.len, &size))
        return NULL;
    f = malloc(size);
    if (f == NULL)
        return NULL;
    atomic_init(&f->refs, 1);
    f->len = put_head(f->data, opcode, payload.len);
    if (payload.len > 0)
        memcpy(f->data + f->len, payload.ptr, payload.len);
    f->len += payload.len;
    return f;
}

hearth__ws_frame *hearth__ws_frame_close(int code, hearth_str reason)
{
    char text[2 + REASON] = {(char)(code >> 8), (char)code};

    if (code == 1005)
        return hearth__ws_frame_new(HEARTH__WS_OP_CLOSE, HEARTH__S(""));
    if (reason.len > REASON)
        reason = hearth__utf8_trim(hearth__str(reason.ptr, REASON));
    memcpy(text + 2, reason.ptr, reason.len);
    return hearth__ws_frame_new(HEARTH__WS_OP_CLOSE, hearth__str(text, 2 + reason.len));
}

hearth__ws_frame *hearth__ws_frame_ref(hearth__ws_frame *f)
{
    atomic_fetch_add_explicit(&f->refs, 1, memory_order_relaxed);
    return f;
}

void hearth__ws_frame_unref(hearth__ws_frame *f)
{
    if (f != NULL && atomic_fetch_sub_explicit(&f->refs, 1, memory_order_acq_rel) == 1)
        free(f);
}
