/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Any bytes as frames, of a client and of a server, and compressed, with and without context
 * takeover: what is read does not depend on where the bytes are cut; texts are UTF-8, nothing
 * passes the limit, and all is given back.
 */

#include "core/str.h"
#include "core/utf8.h"
#include "ws/reader.h"

#include <assert.h>
#include <string.h>

#define MOST 5000 /* more than wslay's buffer */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const hearth__ws_event *e)
{
    assert(e->data.ptr[e->data.len] == '\0');
    switch (e->kind) {
    case HEARTH__WS_TEXT:
        assert(hearth__utf8_valid(e->data));
        assert(e->data.len <= MOST);
        break;
    case HEARTH__WS_BINARY:
        assert(e->data.len <= MOST);
        break;
    case HEARTH__WS_PING:
    case HEARTH__WS_PONG:
        assert(e->data.len <= HEARTH__WS_CONTROL);
        break;
    case HEARTH__WS_CLOSE:
        assert(e->data.len <= HEARTH__WS_CONTROL - 2 && hearth__utf8_valid(e->data));
        assert(e->code == 1005 || hearth__ws_code_sound(e->code));
        break;
    case HEARTH__WS_FAILED:
        assert(e->code == 1002 || e->code == 1007 || e->code == 1009);
        break;
    case HEARTH__WS_MORE:
        break;
    }
}

/* All that is said, in one text.  False at the end. */
static bool take(hearth__ws_reader *r, hearth_str in, hearth__buf *said)
{
    hearth__ws_event e;

    do {
        e = hearth__ws_read(r, &in);
        if (e.kind == HEARTH__WS_MORE)
            break;
        check(&e);
        hearth__buf_f(said, "%d %d %zu:", (int)e.kind, e.code, e.data.len);
        hearth__buf_str(said, e.data);
    } while (e.kind < HEARTH__WS_CLOSE);
    return e.kind == HEARTH__WS_MORE;
}

static void read_all(hearth_str all, int kind, size_t piece, hearth__buf *said)
{
    hearth__ws_pool pool;
    hearth__ws_reader r;
    bool on = true;

    hearth__ws_pool_init(&pool);
    hearth__ws_reader_init(&r, &pool, MOST, kind == 1);
    if (kind >= 2)
        hearth__ws_reader_deflate(&r, kind == 2 ? 0 : 9);
    for (size_t at = 0; at < all.len && on; at += piece) {
        size_t n = all.len - at < piece ? all.len - at : piece;

        on = take(&r, hearth__str(all.ptr + at, n), said);
    }
    hearth__ws_reader_clear(&r);
    hearth__ws_pool_clear(&pool);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hearth_str all = {(const char *)data, size};
    hearth__buf whole, cut;

    hearth__buf_init(&whole, NULL, 0);
    hearth__buf_init(&cut, NULL, 0);
    for (int kind = 0; kind < 4; kind++) {
        hearth__buf_empty(&whole);
        hearth__buf_empty(&cut);
        read_all(all, kind, size + 1, &whole);
        read_all(all, kind, size % 7 + 1, &cut);
        assert(hearth__str_eq(hearth__buf_view(&whole), hearth__buf_view(&cut)));
    }
    hearth__buf_clear(&whole);
    hearth__buf_clear(&cut);
    return 0;
}
