/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Frames into messages.  wslay checks a frame by itself (lengths in their shortest form,
 * control frames whole and short); the rest is here: masks, reserved bits and opcodes,
 * the order of fragments, lengths of messages, UTF-8, codes of close frames.
 */
#include "ws/reader.h"

#include "core/str.h"
#include "core/utf8.h"
#include "ws/deflate.h"

#include <stdlib.h>
#include <wslay/wslay.h>

#define POOL_MOST 16

struct hearth__ws_codec {
    wslay_frame_context_ptr frame;
    hearth__ws_codec *next;
    hearth_str in;  /* what it may take */
    uint64_t taken; /* bytes, less those of whole frames: 0 at rest */
};

/* ---- codecs -------------------------------------------------------------------------- */

static ssize_t on_recv(uint8_t *buf, size_t len, int flags, void *self)
{
    hearth__ws_codec *k = self;
    size_t n = k->in.len < len ? k->in.len : len;

    (void)flags;
    if (n == 0)
        return -1;
    memcpy(buf, k->in.ptr, n);
    k->in.ptr += n;
    k->in.len -= n;
    k->taken += n;
    return (ssize_t)n;
}

static hearth__ws_codec *codec_new(void)
{
    static const struct wslay_frame_callbacks calls = {.recv_callback = on_recv};
    hearth__ws_codec *k = calloc(1, sizeof *k);

    if (k == NULL || wslay_frame_context_init(&k->frame, &calls, k) != 0) {
        free(k);
        return NULL;
    }
    return k;
}

static void codec_free(hearth__ws_codec *k)
{
    wslay_frame_context_free(k->frame);
    free(k);
}

static hearth__ws_codec *borrow(hearth__ws_pool *p)
{
    hearth__ws_codec *k = p->first;

    if (k == NULL)
        return codec_new();
    p->first = k->next;
    p->n--;
    return k;
}

static void give_back(hearth__ws_reader *r)
{
    hearth__ws_pool *p = r->pool;
    hearth__ws_codec *k = r->codec;

    r->codec = NULL;
    if (p->n == POOL_MOST) {
        codec_free(k);
        return;
    }
    k->next = p->first;
    p->first = k;
    p->n++;
}

void hearth__ws_pool_init(hearth__ws_pool *p)
{
    *p = (hearth__ws_pool){0};
    hearth__buf_init(&p->spare, NULL, 0);
}

void hearth__ws_pool_clear(hearth__ws_pool *p)
{
    while (p->first != NULL)
        codec_free(borrow(p));
    hearth__buf_clear(&p->spare);
    hearth__ws_inflater_free(p->inflater);
    p->inflater = NULL;
}

/* ---- messages ------------------------------------------------------------------------ */

void hearth__ws_reader_init(hearth__ws_reader *r, hearth__ws_pool *pool, size_t max,
                            bool client)
{
    *r = (hearth__ws_reader){.pool = pool, .max = max, .client = client};
    hearth__buf_init(&r->msg, NULL, max);
}

void hearth__ws_reader_clear(hearth__ws_reader *r)
{
    hearth__buf_clear(&r->msg);
    if (r->codec != NULL)
        codec_free(r->codec);
    r->codec = NULL;
    hearth__ws_inflater_free(r->inflater);
    r->inflater = NULL;
    hearth__ws_window_clear(&r->said);
}

void hearth__ws_reader_deflate(hearth__ws_reader *r, int bits)
{
    r->deflate = true;
    r->kept = bits != 0;
    if (r->kept)
        hearth__ws_window_init(&r->said, bits);
}

/* The buffer of the pool serves one message after the other. */
static void begin_message(hearth__ws_reader *r, unsigned char opcode, bool squeezed)
{
    hearth__buf *spare = &r->pool->spare;
    size_t max = r->msg.max;

    r->opcode = opcode;
    r->squeezed = squeezed;
    r->sound = 0;
    if (r->msg.cap == 0 && spare->cap > 0 && spare->cap <= max + 1) {
        r->msg = *spare;
        r->msg.max = max;
        hearth__buf_init(spare, NULL, 0);
    }
    hearth__buf_empty(&r->msg);
}

static void end_message(hearth__ws_reader *r)
{
    size_t max = r->msg.max;

    r->given = false;
    if (r->pool->spare.cap == 0 && r->msg.cap > 0 && r->msg.cap <= HEARTH__WS_KEEP) {
        r->pool->spare = r->msg;
        r->pool->spare.max = SIZE_MAX - 1;
        hearth__buf_init(&r->msg, NULL, max);
    }
    hearth__buf_clear(&r->msg);
}

static hearth__ws_event failed(int code)
{
    return (
        hearth__ws_event){.kind = HEARTH__WS_FAILED, .data = HEARTH__S(""), .code = code};
}

static int borrow_inflater(hearth__ws_reader *r)
{
    hearth__ws_pool *p = r->pool;

    r->inflater = p->inflater != NULL ? p->inflater : hearth__ws_inflater_new();
    p->inflater = NULL;
    if (r->inflater == NULL)
        return WSLAY_CODE_INTERNAL_SERVER_ERROR;
    return hearth__ws_inflate_begin(r->inflater, r->kept ? &r->said : NULL);
}

static void give_back_inflater(hearth__ws_reader *r)
{
    if (r->pool->inflater == NULL)
        r->pool->inflater = r->inflater;
    else
        hearth__ws_inflater_free(r->inflater);
    r->inflater = NULL;
}

/* The message is whole; 0, or the code to fail with. */
static int end_inflate(hearth__ws_reader *r)
{
    int code = hearth__ws_inflate_end(r->inflater, &r->msg);
    hearth_str said = hearth__buf_view(&r->msg);

    if (code != 0)
        return code;
    give_back_inflater(r);
    if (!r->kept)
        return 0;
    if (!hearth__ws_window_reserve(&r->said, said.len))
        return WSLAY_CODE_INTERNAL_SERVER_ERROR;
    hearth__ws_window_add(&r->said, said);
    return 0;
}

/* What has come of a text, so far. */
static bool is_sound(hearth__ws_reader *r)
{
    return r->opcode != WSLAY_TEXT_FRAME ||
           hearth__utf8_so_far(hearth__buf_view(&r->msg), &r->sound);
}

static hearth__ws_event message(hearth__ws_reader *r)
{
    bool text = r->opcode == WSLAY_TEXT_FRAME;
    int code = r->squeezed ? end_inflate(r) : 0;
    hearth_str data = hearth__buf_view(&r->msg);

    if (text && (!is_sound(r) || (code == 0 && r->sound != data.len)))
        code = WSLAY_CODE_INVALID_FRAME_PAYLOAD_DATA;
    r->opcode = 0;
    if (code != 0)
        return failed(code);
    r->given = true;
    return (hearth__ws_event){.kind = text ? HEARTH__WS_TEXT : HEARTH__WS_BINARY,
                              .data = data};
}

/* ---- control frames ------------------------------------------------------------------- */

bool hearth__ws_code_sound(int code)
{
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
           (code >= 3000 && code <= 4999);
}

static hearth__ws_event closed(hearth_str payload)
{
    hearth__ws_event e = {.kind = HEARTH__WS_CLOSE,
                          .data = HEARTH__S(""),
                          .code = WSLAY_CODE_NO_STATUS_RCVD};

    if (payload.len == 0)
        return e;
    if (payload.len == 1)
        return failed(WSLAY_CODE_PROTOCOL_ERROR);
    e.code = (unsigned char)payload.ptr[0] << 8 | (unsigned char)payload.ptr[1];
    e.data = hearth__str(payload.ptr + 2, payload.len - 2);
    if (!hearth__ws_code_sound(e.code))
        return failed(WSLAY_CODE_PROTOCOL_ERROR);
    if (!hearth__utf8_valid(e.data))
        return failed(WSLAY_CODE_INVALID_FRAME_PAYLOAD_DATA);
    return e;
}

static hearth__ws_event control(hearth__ws_reader *r, unsigned char opcode)
{
    hearth_str payload = {r->control, r->ncontrol};

    r->control[r->ncontrol] = '\0';
    r->ncontrol = 0;
    if (opcode == WSLAY_CONNECTION_CLOSE)
        return closed(payload);
    return (hearth__ws_event){.kind = opcode == WSLAY_PING ? HEARTH__WS_PING
                                                           : HEARTH__WS_PONG,
                              .data = payload};
}

/* ---- frames ---------------------------------------------------------------------------- */

/* The first that is seen of a frame: its head, and maybe some of its payload.  0, or the code
 * to fail with. */
static int begin_frame(hearth__ws_reader *r, const struct wslay_frame_iocb *f)
{
    bool goes_on = f->opcode == WSLAY_CONTINUATION_FRAME;
    bool squeezed = f->rsv == WSLAY_RSV1_BIT && r->deflate &&
                    !wslay_is_ctrl_frame(f->opcode) && !goes_on;

    if ((f->rsv != 0 && !squeezed) || (f->mask != 0) == r->client)
        return WSLAY_CODE_PROTOCOL_ERROR;
    if (wslay_is_ctrl_frame(f->opcode))
        return f->opcode > WSLAY_PONG ? WSLAY_CODE_PROTOCOL_ERROR : 0;
    if (f->opcode > WSLAY_BINARY_FRAME || goes_on != (r->opcode != 0))
        return WSLAY_CODE_PROTOCOL_ERROR;
    if (!goes_on)
        begin_message(r, f->opcode, squeezed);
    if (!r->squeezed)
        return f->payload_length > r->max - r->msg.len ? WSLAY_CODE_MESSAGE_TOO_BIG : 0;
    /* How long it becomes shows when it comes. */
    return r->inflater == NULL ? borrow_inflater(r) : 0;
}

static int add_payload(hearth__ws_reader *r, const struct wslay_frame_iocb *f)
{
    int code = 0;

    if (wslay_is_ctrl_frame(f->opcode)) {
        memcpy(r->control + r->ncontrol, f->data, f->data_length);
        r->ncontrol += f->data_length;
        return 0;
    }
    if (r->squeezed)
        code = hearth__ws_inflate(r->inflater,
                                  hearth__str((const char *)f->data, f->data_length),
                                  &r->msg);
    else
        hearth__buf_add(&r->msg, f->data, f->data_length);
    if (r->msg.failed)
        return WSLAY_CODE_INTERNAL_SERVER_ERROR;
    /* What came before the end of the memory, or of the limit, is looked at first. */
    return is_sound(r) ? code : WSLAY_CODE_INVALID_FRAME_PAYLOAD_DATA;
}

static size_t head_size(const struct wslay_frame_iocb *f)
{
    size_t ext = f->payload_length < 126 ? 0 : f->payload_length <= UINT16_MAX ? 2 : 8;

    return 2 + ext + (f->mask != 0 ? 4 : 0);
}

/* All of a frame has been seen. */
static hearth__ws_event end_frame(hearth__ws_reader *r, const struct wslay_frame_iocb *f)
{
    r->got = 0;
    r->codec->taken -= head_size(f) + f->payload_length;
    if (wslay_is_ctrl_frame(f->opcode))
        return control(r, f->opcode);
    return f->fin ? message(r) : (hearth__ws_event){.kind = HEARTH__WS_MORE};
}

/* A piece of a frame.  MORE: go on. */
static hearth__ws_event piece(hearth__ws_reader *r, const struct wslay_frame_iocb *f)
{
    int code = r->got == 0 ? begin_frame(r, f) : 0;

    if (code == 0)
        code = add_payload(r, f);
    if (code != 0)
        return failed(code);
    r->got += f->data_length;
    return r->got == f->payload_length ? end_frame(r, f)
                                       : (hearth__ws_event){.kind = HEARTH__WS_MORE};
}

hearth__ws_event hearth__ws_read(hearth__ws_reader *r, hearth_str *in)
{
    hearth__ws_event e = {.kind = HEARTH__WS_MORE};

    if (r->given)
        end_message(r);
    if (r->codec == NULL && in->len == 0)
        return e;
    if (r->codec == NULL && (r->codec = borrow(r->pool)) == NULL)
        return failed(WSLAY_CODE_INTERNAL_SERVER_ERROR);
    r->codec->in = *in;
    while (e.kind == HEARTH__WS_MORE) {
        struct wslay_frame_iocb f;
        ssize_t n = wslay_frame_recv(r->codec->frame, &f);

        if (n == WSLAY_ERR_WANT_READ)
            break;
        e = n < 0 ? failed(WSLAY_CODE_PROTOCOL_ERROR) : piece(r, &f);
    }
    *in = r->codec->in;
    if (e.kind == HEARTH__WS_FAILED) {
        codec_free(r->codec); /* its state is of no use to another */
        r->codec = NULL;
    } else if (r->codec->taken == 0) {
        give_back(r);
    }
    return e;
}
