/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* RFC 6455 sections 5.2 to 5.5, for a client: what it reads is not masked, what it sends is. */
#include "boot/client_frame.h"

#include "core/str.h"
#include "core/utf8.h"

enum {
    MORE = 0,
    TEXT = 1,
    BINARY = 2,
    CLOSE = 8,
    PING = 9,
    PONG = 10,
    FIN = 0x80,
    RESERVED = 0x70,
    MASKED = 0x80
};

void hearth__frames_init(hearth__frames *f)
{
    *f = (hearth__frames){.opcode = 0};
    hearth__buf_init(&f->msg, NULL, 0);
}

void hearth__frames_clear(hearth__frames *f)
{
    hearth__buf_clear(&f->msg);
    f->opcode = 0;
}

static hearth__frame_said said(hearth__peer_kind kind, hearth_str data)
{
    return (hearth__frame_said){.kind = kind, .data = data};
}

static hearth__frame_said broken(const char *why)
{
    return said(HEARTH__PEER_BROKEN, hearth__str_of(why));
}

/* ---- reading ------------------------------------------------------------------------- */

typedef struct head {
    bool fin;
    int opcode;
    size_t size, len;
} head;

/* 1, 0 when it is not whole, -1 when it is no head. */
static int read_head(head *h, hearth_str in)
{
    const unsigned char *p = (const unsigned char *)in.ptr;
    size_t more;
    uint64_t len;

    if (in.len < 2)
        return 0;
    if ((p[0] & RESERVED) != 0 || (p[1] & MASKED) != 0)
        return -1;
    more = p[1] == 126 ? 2 : p[1] == 127 ? 8 : 0;
    if (in.len < 2 + more)
        return 0;
    len = more == 0 ? p[1] : 0;
    for (size_t i = 0; i < more; i++)
        len = len << 8 | p[2 + i];
    if ((more == 2 && len < 126) || (more == 8 && len <= UINT16_MAX) ||
        len > SIZE_MAX / 2)
        return -1;
    *h = (head){.fin = (p[0] & FIN) != 0,
                .opcode = p[0] & 15,
                .size = 2 + more,
                .len = (size_t)len};
    return 1;
}

static bool may_be_told(int code)
{
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
           (code >= 3000 && code <= 4999);
}

static hearth__frame_said read_close(hearth_str payload)
{
    hearth__frame_said s = said(HEARTH__PEER_CLOSE, HEARTH__S(""));

    s.code = 1005;
    if (payload.len == 0)
        return s;
    if (payload.len == 1)
        return broken("a close frame holds half a code");
    s.code = (unsigned char)payload.ptr[0] << 8 | (unsigned char)payload.ptr[1];
    s.data = hearth__str(payload.ptr + 2, payload.len - 2);
    if (!may_be_told(s.code))
        return broken("a close frame holds a code that may not be sent");
    return hearth__utf8_valid(s.data) ? s : broken("the reason of a close is not UTF-8");
}

static hearth__frame_said read_control(const head *h, hearth_str payload)
{
    if (!h->fin || h->len > HEARTH__PEER_CONTROL)
        return broken("a control frame is fragmented, or too long");
    if (h->opcode == CLOSE)
        return read_close(payload);
    if (h->opcode != PING && h->opcode != PONG)
        return broken("a frame has a reserved opcode");
    return said(h->opcode == PING ? HEARTH__PEER_PING : HEARTH__PEER_PONG, payload);
}

static hearth__frame_said read_data(hearth__frames *f, const head *h, hearth_str payload)
{
    bool text;

    if (h->opcode > BINARY || (h->opcode == MORE) != (f->opcode != 0))
        return broken("a fragment comes where none belongs, or none where one does");
    if (h->opcode != MORE) {
        f->opcode = h->opcode;
        hearth__buf_empty(&f->msg);
    }
    hearth__buf_str(&f->msg, payload);
    if (f->msg.failed)
        return broken("the message does not fit in memory");
    if (!h->fin)
        return said(HEARTH__PEER_MORE, payload);
    text = f->opcode == TEXT;
    f->opcode = 0;
    if (text && !hearth__utf8_valid(hearth__buf_view(&f->msg)))
        return broken("a text is not UTF-8");
    return said(text ? HEARTH__PEER_TEXT : HEARTH__PEER_BINARY,
                hearth__buf_view(&f->msg));
}

hearth__frame_said hearth__frames_read(hearth__frames *f, hearth_str *in)
{
    hearth__frame_said s = said(HEARTH__PEER_MORE, HEARTH__S(""));
    head h;

    while (s.kind == HEARTH__PEER_MORE) {
        int rc = read_head(&h, *in);

        if (rc < 0)
            return broken("a frame is masked, has reserved bits, or a length that is not "
                          "in its shortest form");
        if (rc == 0 || in->len - h.size < h.len)
            return said(HEARTH__PEER_MORE, HEARTH__S(""));
        hearth_str payload = hearth__str(in->ptr + h.size, h.len);

        *in = hearth__str(in->ptr + h.size + h.len, in->len - h.size - h.len);
        s = h.opcode >= CLOSE ? read_control(&h, payload) : read_data(f, &h, payload);
    }
    return s;
}

/* ---- writing ------------------------------------------------------------------------- */

/* Any mask will do where there is no proxy to be fooled (section 10.3). */
void hearth__frame_put(hearth__buf *b, int opcode, hearth_str payload)
{
    static const unsigned char mask[4] = {0x48, 0x65, 0x61, 0x72};
    size_t more = payload.len < 126 ? 0 : payload.len <= UINT16_MAX ? 2 : 8;
    char *p;

    hearth__buf_char(b, (char)(FIN | opcode));
    hearth__buf_char(b, (char)(MASKED | (more == 0   ? (int)payload.len
                                         : more == 2 ? 126
                                                     : 127)));
    for (size_t i = more; i > 0; i--)
        hearth__buf_char(b, (char)((uint64_t)payload.len >> (8 * (i - 1))));
    hearth__buf_add(b, mask, sizeof mask);
    p = hearth__buf_room(b, payload.len);
    if (p == NULL)
        return;
    for (size_t i = 0; i < payload.len; i++)
        p[i] = (char)((unsigned char)payload.ptr[i] ^ mask[i % 4]);
    hearth__buf_commit(b, payload.len);
}
