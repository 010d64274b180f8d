/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* The last bytes of a direction, in a ring that grows until it has the size of the window. */
#include "ws/window.h"

#include "core/str.h"

#include <stdlib.h>

#define FIRST 256u /* bytes; the sizes are powers of two from there on */

void hearth__ws_window_init(hearth__ws_window *w, int bits)
{
    *w = (hearth__ws_window){.size = UINT32_C(1) << bits};
}

void hearth__ws_window_clear(hearth__ws_window *w)
{
    free(w->ptr);
    *w = (hearth__ws_window){.size = w->size};
}

/* It has not come round before it has its full size, so that what is in it stays in place. */
bool hearth__ws_window_reserve(hearth__ws_window *w, size_t n)
{
    size_t want = n >= w->size - w->len ? w->size : w->len + n;
    uint32_t cap = w->cap == 0 && w->size > 0 ? FIRST : w->cap;
    char *grown;

    while (cap < want)
        cap *= 2;
    if (cap > w->size)
        cap = w->size;
    if (cap == w->cap)
        return true;
    grown = realloc(w->ptr, cap);
    if (grown == NULL)
        return false;
    w->ptr = grown;
    w->cap = cap;
    return true;
}

void hearth__ws_window_add(hearth__ws_window *w, hearth_str said)
{
    w->said += said.len;
    if (said.len > w->size)
        said = hearth__str(said.ptr + said.len - w->size, w->size);
    while (said.len > 0) {
        size_t n = w->cap - w->at < said.len ? w->cap - w->at : said.len;

        memcpy(w->ptr + w->at, said.ptr, n);
        said = hearth__str(said.ptr + n, said.len - n);
        w->at += (uint32_t)n;
        if (w->len < w->at)
            w->len = w->at;
        if (w->at == w->size)
            w->at = 0;
    }
}

void hearth__ws_window_view(const hearth__ws_window *w, hearth_str half[2])
{
    bool round = w->at < w->len;

    half[0] = round ? hearth__str(w->ptr + w->at, w->len - w->at) : hearth__str("", 0);
    half[1] = w->at == 0 ? hearth__str("", 0) : hearth__str(w->ptr, w->at);
}

bool hearth__ws_window_copy(hearth__ws_window *to, const hearth__ws_window *w)
{
    *to = *w;
    to->ptr = NULL;
    if (w->cap == 0)
        return true;
    to->ptr = malloc(w->cap);
    if (to->ptr == NULL)
        return false;
    memcpy(to->ptr, w->ptr, w->len);
    return true;
}
