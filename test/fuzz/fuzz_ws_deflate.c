/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Compression with context takeover.  Any bytes as messages: each comes back, and a peer with one
 * stream of zlib's for all of them, which knows nothing of dictionaries, reads the same.  And any
 * bytes as compressed messages: what comes of them does not depend on how they are cut, and
 * never passes the limit.
 */

#include "core/str.h"
#include "ws/deflate.h"

#include <assert.h>
#include <string.h>
#include <zlib.h>

#define MOST 5000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_have(hearth__ws_window *w, hearth_str said)
{
    bool ok = hearth__ws_window_reserve(w, said.len);

    assert(ok);
    hearth__ws_window_add(w, said);
}

static int inflated(hearth__ws_inflater *z, hearth_str from, size_t piece,
                    const hearth__ws_window *before, hearth__buf *out)
{
    int code = hearth__ws_inflate_begin(z, before);

    hearth__buf_empty(out);
    for (size_t at = 0; code == 0 && at < from.len; at += piece) {
        size_t n = from.len - at < piece ? from.len - at : piece;

        code = hearth__ws_inflate(z, hearth__str(from.ptr + at, n), out);
    }
    return code == 0 ? hearth__ws_inflate_end(z, out) : code;
}

static void peer_reads(z_stream *z, hearth_str payload, hearth_str want)
{
    static const char tail[] = {0, 0, -1, -1};
    static char got[MOST + 1];

    z->next_out = (unsigned char *)got;
    z->avail_out = sizeof got;
    z->next_in = (unsigned char *)(uintptr_t)payload.ptr;
    z->avail_in = (unsigned)payload.len;
    (void)inflate(z, Z_SYNC_FLUSH);
    assert(z->avail_in == 0);
    z->next_in = (unsigned char *)(uintptr_t)tail;
    z->avail_in = sizeof tail;
    (void)inflate(z, Z_SYNC_FLUSH);
    assert(z->avail_in == 0);
    assert(sizeof got - z->avail_out == want.len);
    assert(memcmp(got, want.ptr, want.len) == 0);
}

static hearth_str payload_of(const hearth__ws_frame *f)
{
    size_t head = f->data[1] < 126 ? 2 : f->data[1] == 126 ? 4 : 10;

    return hearth__str((const char *)f->data + head, f->len - head);
}

/* The next message: a byte says how much of what is left, and how often it is repeated. */
static hearth_str next(hearth_str *rest, char mem[MOST])
{
    size_t n = (unsigned char)rest->ptr[0] & 31, times = (unsigned char)rest->ptr[0] >> 5,
           len = 0;

    *rest = hearth__str(rest->ptr + 1, rest->len - 1);
    if (n * 8 > rest->len)
        n = rest->len / 8;
    for (size_t i = 0; i <= times * times && len + n * 8 <= MOST; i++, len += n * 8)
        memcpy(mem + len, rest->ptr, n * 8);
    *rest = hearth__str(rest->ptr + n * 8, rest->len - n * 8);
    return hearth__str(mem, len);
}

static void say_all(hearth_str rest, int bits)
{
    static char mem[MOST];
    hearth__ws_inflater *i = hearth__ws_inflater_new();
    hearth__ws_window w;
    hearth__buf out;
    z_stream peer = {0};

    hearth__buf_init(&out, NULL, MOST);
    hearth__ws_window_init(&w, bits);
    int rc = inflateInit2(&peer, -bits);

    assert(rc == Z_OK && i != NULL);
    for (int k = 0; rest.len > 0; k++) {
        hearth_str msg = next(&rest, mem);
        int needs = bits;
        hearth__ws_frame *f =
            hearth__ws_squeeze(HEARTH__WS_OP_TEXT, msg, &needs, k % 4 == 3 ? NULL : &w);

        if (f == NULL)
            continue;
        assert(needs <= bits && f->len <= msg.len + 10);
        rc = inflated(i, payload_of(f), 1 + (size_t)k % 9, &w, &out);
        assert(rc == 0 && hearth__str_eq(hearth__buf_view(&out), msg));
        peer_reads(&peer, payload_of(f), msg);
        must_have(&w, msg);
        hearth__ws_frame_unref(f);
    }
    (void)inflateEnd(&peer);
    hearth__ws_window_clear(&w);
    hearth__ws_inflater_free(i);
    hearth__buf_clear(&out);
}

static void hear_all(hearth_str rest, int bits)
{
    hearth__ws_inflater *one = hearth__ws_inflater_new(),
                        *two = hearth__ws_inflater_new();
    hearth__ws_window w;
    hearth__buf a, b;
    int code = 0;

    hearth__buf_init(&a, NULL, MOST);
    hearth__buf_init(&b, NULL, MOST);
    hearth__ws_window_init(&w, bits);
    while (code == 0 && rest.len > 0) {
        size_t n = (unsigned char)rest.ptr[0];

        rest = hearth__str(rest.ptr + 1, rest.len - 1);
        if (n > rest.len)
            n = rest.len;
        code = inflated(one, hearth__str(rest.ptr, n), n + 1, &w, &a);
        int cut = inflated(two, hearth__str(rest.ptr, n), n % 5 + 1, &w, &b);

        assert(code == cut);
        assert(code == 0 || code == 1007 || code == 1009);
        assert(hearth__str_eq(hearth__buf_view(&a), hearth__buf_view(&b)));
        must_have(&w, hearth__buf_view(&a));
        rest = hearth__str(rest.ptr + n, rest.len - n);
    }
    hearth__ws_window_clear(&w);
    hearth__ws_inflater_free(one);
    hearth__ws_inflater_free(two);
    hearth__buf_clear(&a);
    hearth__buf_clear(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    hearth_str rest = {(const char *)data + 1, size - 1};
    int bits = 8 + data[0] % 8;

    say_all(rest, bits);
    hear_all(rest, bits);
    return 0;
}
