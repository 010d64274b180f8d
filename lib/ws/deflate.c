/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * What a compressor keeps from one message to the next is its window and nothing else: each
 * message ends at the end of a block and of a byte, and blocks bring their own codes.  So
 * a stream begun anew and given the window as its dictionary goes on where another has
 * stopped.
 *
 * Inflation stops at the limit of a message, however much is still to come; deflation takes a
 * window no larger than the message and what came before it, which keeps its memory small, too.
 */
#include "ws/deflate.h"

#include "core/size.h"
#include "core/str.h"

#include <stdlib.h>
#include <zlib.h>

#define RSV1       0x40
#define LEAST_BITS 8
#define MOST_BITS  15
#define PIECE      16384
#define LOOKAHEAD  262 /* bytes of a window that zlib does not refer back to */
#define AT_BLOCK   128 /* of data_type: between two blocks */

static const hearth_str tail = {"\0\0\xFF\xFF", 4}; /* RFC 7692 7.2.1 */

/* ---- in ------------------------------------------------------------------------------ */

struct hearth__ws_inflater {
    z_stream z;
    const hearth__ws_window *before; /* of the present message, or NULL */
    bool fresh;                      /* nothing has come since a stream began */
};

hearth__ws_inflater *hearth__ws_inflater_new(void)
{
    hearth__ws_inflater *i = calloc(1, sizeof *i);

    if (i != NULL && inflateInit2(&i->z, -MOST_BITS) == Z_OK)
        return i;
    free(i);
    return NULL;
}

void hearth__ws_inflater_free(hearth__ws_inflater *i)
{
    if (i == NULL)
        return;
    (void)inflateEnd(&i->z);
    free(i);
}

static unsigned char *bytes_of(hearth_str s)
{
    return (unsigned char *)(uintptr_t)s.ptr;
}

static int recall(hearth__ws_inflater *i, hearth_str said)
{
    if (said.len > ((size_t)1 << MOST_BITS))
        said = hearth__str(said.ptr + said.len - ((size_t)1 << MOST_BITS),
                           (size_t)1 << MOST_BITS);
    return said.len == 0 ||
                   inflateSetDictionary(&i->z, bytes_of(said), (unsigned)said.len) == Z_OK
               ? 0
               : 1011;
}

/* A stream begins, after the window and what the message says so far. */
static int begin_stream(hearth__ws_inflater *i, hearth_str so_far)
{
    hearth_str half[2] = {{"", 0}, {"", 0}};
    int code = inflateReset(&i->z) == Z_OK ? 0 : 1011;

    if (i->before != NULL)
        hearth__ws_window_view(i->before, half);
    if (code == 0)
        code = recall(i, half[0]);
    if (code == 0)
        code = recall(i, half[1]);
    i->fresh = true;
    return code == 0 ? recall(i, so_far) : code;
}

int hearth__ws_inflate_begin(hearth__ws_inflater *i, const hearth__ws_window *before)
{
    i->before = before;
    return begin_stream(i, HEARTH__S(""));
}

static int code_of(int rc)
{
    return rc == Z_OK || rc == Z_BUF_ERROR ? 0 : rc == Z_MEM_ERROR ? 1011 : 1007;
}

/* Up to the limit, and one byte past it if there is one, which is how it shows. */
static int inflate_piece(hearth__ws_inflater *i, hearth__buf *to)
{
    size_t left = to->max - to->len, room = left < PIECE ? left : PIECE;
    char one, *at = room == 0 ? &one : hearth__buf_room(to, room);
    int rc;

    if (at == NULL)
        return 1011;
    i->z.next_out = (unsigned char *)at;
    i->z.avail_out = room == 0 ? 1 : (unsigned)room;
    i->fresh = false;
    rc = inflate(&i->z, Z_SYNC_FLUSH);
    if (room == 0 && i->z.avail_out == 0)
        return 1009;
    if (room > 0)
        hearth__buf_commit(to, room - i->z.avail_out);
    if (rc == Z_STREAM_END) /* a final block: others may follow it (RFC 7692 7.2.3.4) */
        return begin_stream(i, hearth__buf_view(to));
    return code_of(rc);
}

int hearth__ws_inflate(hearth__ws_inflater *i, hearth_str from, hearth__buf *to)
{
    bool full = true;

    if (from.len > UINT32_MAX)
        return 1011;
    i->z.next_in = bytes_of(from);
    i->z.avail_in = (unsigned)from.len;
    while (i->z.avail_in > 0 || (full && !i->fresh)) {
        size_t before = i->z.avail_in, len = to->len;
        int code = inflate_piece(i, to);

        if (code != 0)
            return code;
        full = i->z.avail_out == 0;
        if (!full && i->z.avail_in == before && to->len == len)
            break;
    }
    return i->z.avail_in == 0 ? 0 : 1007;
}

/* Nothing at all, and what ends with a final block, are taken for whole as well. */
int hearth__ws_inflate_end(hearth__ws_inflater *i, hearth__buf *to)
{
    int code = i->fresh ? 0 : hearth__ws_inflate(i, tail, to);

    i->before = NULL;
    if (code == 0 && !i->fresh && (i->z.data_type & AT_BLOCK) == 0)
        code = 1007;
    return code;
}

/* ---- out ------------------------------------------------------------------------------- */

static int bits_for(size_t len, int most)
{
    int bits = LEAST_BITS;

    while (bits < most && ((size_t)1 << bits) < len)
        bits++;
    return bits;
}

/* zlib makes no raw stream for 8 bits.  One for 9 refers back 250 bytes at most, so that it is
 * good for both. */
static int begin_deflate(z_stream *z, int bits)
{
    int level =
        bits < LEAST_BITS + 1 ? 1 : bits - 7; /* of memory: in step with the window */

    return deflateInit2(z, Z_DEFAULT_COMPRESSION, Z_DEFLATED,
                        bits == LEAST_BITS ? -(LEAST_BITS + 1) : -bits, level,
                        Z_DEFAULT_STRATEGY);
}

static bool tell(z_stream *z, const hearth__ws_window *before)
{
    hearth_str half[2];

    if (before == NULL)
        return true;
    hearth__ws_window_view(before, half);
    for (int i = 0; i < 2; i++) {
        if (half[i].len > 0 &&
            deflateSetDictionary(z, bytes_of(half[i]), (unsigned)half[i].len) != Z_OK)
            return false;
    }
    return true;
}

/* Into memory of the size of the message; the bytes that it takes, 0 if it takes more. */
static size_t squeeze(z_stream *z, hearth_str from, char *to)
{
    z->next_in = bytes_of(from);
    z->avail_in = (unsigned)from.len;
    z->next_out = (unsigned char *)to;
    z->avail_out = (unsigned)from.len;
    if (deflate(z, Z_SYNC_FLUSH) != Z_OK || z->avail_in > 0 || z->avail_out == 0)
        return 0;
    return from.len - z->avail_out - tail.len;
}

hearth__ws_frame *hearth__ws_squeeze(int opcode, hearth_str payload, int *bits,
                                     const hearth__ws_window *before)
{
    size_t known = before == NULL ? 0 : before->len, n = 0;
    z_stream z = {0};
    char *mem;

    if (payload.len < (known > 0 ? HEARTH__WS_SQUEEZE_KEPT : HEARTH__WS_SQUEEZE) ||
        payload.len > UINT32_MAX / 2 || (mem = malloc(payload.len)) == NULL)
        return NULL;
    *bits = bits_for(known + payload.len + LOOKAHEAD, *bits);
    if (begin_deflate(&z, *bits) == Z_OK) {
        if (tell(&z, before))
            n = squeeze(&z, payload, mem);
        (void)deflateEnd(&z);
    }
    hearth__ws_frame *f =
        n == 0 ? NULL : hearth__ws_frame_new(RSV1 | opcode, hearth__str(mem, n));

    free(mem);
    return f;
}
