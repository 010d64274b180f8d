/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Messages compressed one by one.  Inflation stops at the limit of a message, however much
 * is still to come; deflation takes a window no larger than the message, which keeps its memory
 * small, too.
 */
#include "ws/deflate.h"

#include "core/size.h"
#include "core/str.h"

#include <stdlib.h>
#include <zlib.h>

#define RSV1       0x40
#define LEAST_BITS 9 /* zlib makes no raw stream for 8 */
#define MOST_BITS  15
#define PIECE      16384

static const hearth_str tail = {"\0\0\xFF\xFF", 4}; /* RFC 7692 7.2.1 */

/* ---- offers -------------------------------------------------------------------------- */

typedef struct params {
    bool seen[4]; /* in the order of `names` */
    int bits;     /* server_max_window_bits */
} params;

/* 8 to 15, no leading zero. */
static bool is_bits(hearth_str s, int *out)
{
    int64_t n;

    if (s.len == 0 || s.ptr[0] == '0' || !hearth__str_int(s, &n) || n < 8 || n > 15)
        return false;
    *out = (int)n;
    return true;
}

static hearth_str unquoted(hearth_str s)
{
    if (s.len >= 2 && s.ptr[0] == '"' && s.ptr[s.len - 1] == '"')
        return hearth__str(s.ptr + 1, s.len - 2);
    return s;
}

/* One parameter; false when the offer is none that is known here. */
static bool take_param(params *p, hearth_str one)
{
    static const hearth_str names[] = {
        {"server_no_context_takeover", 26},
        {"client_no_context_takeover", 26},
        {"server_max_window_bits", 22},
        {"client_max_window_bits", 22},
    };
    hearth_str name = hearth__str_trim(hearth__str_cut(&one, '='));
    int i = 0, ignored;

    while (i < 4 && !hearth__str_ieq(name, names[i]))
        i++;
    if (i == 4 || p->seen[i])
        return false;
    p->seen[i] = true;
    if (one.ptr == NULL)
        return i != 2; /* that one needs a value */
    return i >= 2 &&
           is_bits(unquoted(hearth__str_trim(one)), i == 2 ? &p->bits : &ignored);
}

static bool accepts(hearth_str offer, params *p)
{
    *p = (params){.bits = MOST_BITS};
    if (!hearth__str_ieq(hearth__str_trim(hearth__str_cut(&offer, ';')),
                         HEARTH__S("permessage-deflate")))
        return false;
    while (offer.ptr != NULL) {
        if (!take_param(p, hearth__str_trim(hearth__str_cut(&offer, ';'))))
            return false;
    }
    return p->bits >= LEAST_BITS;
}

bool hearth__ws_offer_find(const hearth_ctx *c, int *bits, bool *asked)
{
    params p;

    for (size_t i = 0; i < c->head.nfields; i++) {
        hearth_str rest = c->head.field[i].value;

        if (!hearth__str_ieq(c->head.field[i].name,
                             HEARTH__S("Sec-WebSocket-Extensions")))
            continue;
        while (rest.ptr != NULL) {
            if (accepts(hearth__str_trim(hearth__str_cut(&rest, ',')), &p)) {
                *bits = p.bits;
                *asked = p.seen[2];
                return true;
            }
        }
    }
    return false;
}

/* ---- in ------------------------------------------------------------------------------ */

struct hearth__ws_inflater {
    z_stream z;
};

static hearth__ws_inflater *inflater_new(void)
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

/* Up to the limit, and one byte past it if there is one, which is how it shows. */
static int inflate_piece(z_stream *z, hearth__buf *to)
{
    size_t left = to->max - to->len, room = left < PIECE ? left : PIECE;
    char one, *at = room == 0 ? &one : hearth__buf_room(to, room);
    int rc;

    if (at == NULL)
        return 1011;
    z->next_out = (unsigned char *)at;
    z->avail_out = room == 0 ? 1 : (unsigned)room;
    rc = inflate(z, Z_SYNC_FLUSH);
    if (room == 0 && z->avail_out == 0)
        return 1009;
    if (room > 0)
        hearth__buf_commit(to, room - z->avail_out);
    if (rc == Z_STREAM_END) /* a final block: others may follow it (RFC 7692 7.2.3.4) */
        rc = inflateReset(z);
    return rc == Z_OK || rc == Z_BUF_ERROR ? 0 : rc == Z_MEM_ERROR ? 1011 : 1007;
}

static int inflate_all(z_stream *z, hearth_str from, hearth__buf *to)
{
    bool full = true;

    z->next_in = (unsigned char *)(uintptr_t)from.ptr;
    z->avail_in = (unsigned)from.len;
    while (z->avail_in > 0 || full) {
        size_t before = z->avail_in, len = to->len;
        int code = inflate_piece(z, to);

        if (code != 0)
            return code;
        full = z->avail_out == 0;
        if (!full && z->avail_in == before && to->len == len)
            break;
    }
    return z->avail_in == 0 ? 0 : 1007;
}

int hearth__ws_inflate(hearth__ws_inflater **i, hearth_str from, hearth__buf *to)
{
    int code;

    if (*i == NULL)
        *i = inflater_new();
    if (*i == NULL || from.len > UINT32_MAX)
        return 1011;
    code = inflateReset(&(*i)->z) == Z_OK ? inflate_all(&(*i)->z, from, to) : 1011;
    if (code == 0)
        code = inflate_all(&(*i)->z, tail, to);
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

hearth__ws_frame *hearth__ws_squeeze(int opcode, hearth_str payload, int *bits)
{
    z_stream z = {0};
    hearth__ws_frame *f = NULL;
    char *mem;
    int rc;

    *bits = bits_for(payload.len, *bits);
    if (payload.len < HEARTH__WS_SQUEEZE || payload.len > UINT32_MAX / 2 ||
        (mem = malloc(payload.len)) == NULL)
        return NULL;
    if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -*bits, 8,
                     Z_DEFAULT_STRATEGY) == Z_OK) {
        z.next_in = (unsigned char *)(uintptr_t)payload.ptr;
        z.avail_in = (unsigned)payload.len;
        z.next_out = (unsigned char *)mem;
        z.avail_out = (unsigned)payload.len;
        rc = deflate(&z, Z_SYNC_FLUSH);
        if (rc == Z_OK && z.avail_in == 0 && z.avail_out > 0)
            f = hearth__ws_frame_new(RSV1 | opcode,
                                     hearth__str(mem,
                                                 payload.len - z.avail_out - tail.len));
        (void)deflateEnd(&z);
    }
    free(mem);
    return f;
}
