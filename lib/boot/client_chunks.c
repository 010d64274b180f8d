/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "boot/client_chunks.h"

#include "core/enc.h"
#include "core/str.h"

#define MOST_DIGITS 15

static bool hex_size(hearth_str text, uint64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < text.len; i++) {
        int digit = hearth__hex_digit(text.ptr[i]);

        if (digit < 0)
            return false;
        *out = *out * 16 + (unsigned)digit;
    }
    return text.len > 0 && text.len <= MOST_DIGITS;
}

/* 1 and the line without its CRLF; 0 when it is not whole; HEARTH_EINVAL. */
static int cut_line(hearth_str *in, hearth_str *line)
{
    const char *lf = in->len == 0 ? NULL : memchr(in->ptr, '\n', in->len);
    size_t n;

    if (lf == NULL)
        return 0;
    n = (size_t)(lf - in->ptr);
    if (n == 0 || lf[-1] != '\r')
        return HEARTH_EINVAL;
    *line = hearth__str(in->ptr, n - 1);
    *in = hearth__str(lf + 1, in->len - n - 1);
    return 1;
}

static int take_line(hearth__chunks *k, hearth_str line)
{
    switch (k->part) {
    case HEARTH__CHUNK_SIZE:
        if (!hex_size(hearth__str_cut(&line, ';'), &k->left))
            return HEARTH_EINVAL;
        k->part = k->left == 0 ? HEARTH__CHUNK_TAIL : HEARTH__CHUNK_DATA;
        return 0;
    case HEARTH__CHUNK_GAP:
        k->part = HEARTH__CHUNK_SIZE;
        return line.len == 0 ? 0 : HEARTH_EINVAL;
    case HEARTH__CHUNK_TAIL: /* trailers */
        return line.len == 0 ? HEARTH_DECLINED : 0;
    case HEARTH__CHUNK_DATA:
        break;
    }
    return HEARTH_EINVAL;
}

int hearth__chunks_take(hearth__chunks *k, hearth_str *in, hearth__buf *to)
{
    for (int rc = 0; rc == 0;) {
        hearth_str line;
        size_t n = in->len < k->left ? in->len : (size_t)k->left;

        if (k->part == HEARTH__CHUNK_DATA) {
            hearth__buf_add(to, in->ptr, n);
            *in = hearth__str(in->ptr + n, in->len - n);
            k->left -= n;
            if (to->failed || k->left > 0)
                return to->failed ? HEARTH_ENOMEM : 0;
            k->part = HEARTH__CHUNK_GAP;
        }
        rc = cut_line(in, &line);
        if (rc <= 0)
            return rc;
        rc = take_line(k, line);
        if (rc != 0)
            return rc;
    }
    return 0;
}
