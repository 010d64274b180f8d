/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* A PROXY header in any number of pieces: the states never go back, and what is done
 * once is done the same way whatever follows. */

#include "http/proxy_header.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hearth__proxy_header whole, part;
    size_t most = size < 600 ? size : 600;
    char *copy = calloc(1, most + 1);

    if (copy == NULL)
        return 0;
    if (most > 0)
        memcpy(copy, data, most);
    hearth__proxy_state end = hearth__proxy_parse(&whole, copy, most);

    if (end == HEARTH__PROXY_MORE)
        assert(most < HEARTH__PROXY_MOST);
    if (end == HEARTH__PROXY_DONE)
        assert(whole.len > 0 && whole.len <= most && whole.len <= HEARTH__PROXY_MOST &&
               whole.at_len <= sizeof whole.at && whole.has_peer == (whole.at_len > 0));
    for (size_t n = 0; n < most; n++) {
        char *cut = calloc(1, n + 1);

        if (cut == NULL)
            break;
        memcpy(cut, copy, n);
        hearth__proxy_state s = hearth__proxy_parse(&part, cut, n);

        if (s == HEARTH__PROXY_BAD)
            assert(end == HEARTH__PROXY_BAD);
        if (s == HEARTH__PROXY_DONE)
            assert(end == HEARTH__PROXY_DONE && n >= whole.len &&
                   memcmp(&part, &whole, sizeof part) == 0);
        if (end == HEARTH__PROXY_DONE && n < whole.len)
            assert(s == HEARTH__PROXY_MORE);
        free(cut);
    }
    free(copy);
    return 0;
}
