/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The three engines differ in names only: each gets bytes, a place for its output and a
 * word whether to flush or to end, and is called until it has nothing left to say.
 */
#include "http/coding.h"

#include "core/str.h"
#include "http/accept.h"

#include <brotli/encode.h>
#include <setjmp.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

/* Room that an engine gets at a time. */
#define STEP 4096
/* zlib counts in unsigned. */
#define PIECE (1u << 30)

#define ZLIB_WINDOW   15 /* bits; its largest */
#define ZLIB_GZIP     16 /* added to them: with gzip's head and tail */
#define ZLIB_MEMORY   8  /* its default: 256 KiB in all */
#define ZSTD_WINDOW   17
#define BROTLI_WINDOW 18

typedef struct engine {
    hearth_str name;
    int max_level;
    int (*open)(hearth__coder *z);
    int (*start)(hearth__coder *z, size_t size);
    int (*put)(hearth__coder *z, hearth__buf *out, const char *p, size_t n, bool end);
    void (*close)(hearth__coder *z);
} engine;

typedef struct br {
    BrotliEncoderState *state; /* NULL between bodies: it cannot be used again */
    struct br_block *blocks;   /* its memory, its own included */
    jmp_buf out_of_memory;
} br;

struct hearth__coder {
    const engine *engine;
    hearth__coding kind;
    int level;
    union {
        z_stream gzip;
        br br;
        ZSTD_CCtx *zstd;
    } of;
};

/* ---- gzip ---------------------------------------------------------------------- */

static void *zlib_alloc(void *self, unsigned n, unsigned size)
{
    (void)self;
    return calloc(n, size);
}

static void zlib_free(void *self, void *p)
{
    (void)self;
    free(p);
}

static int gzip_open(hearth__coder *z)
{
    z->of.gzip = (z_stream){.zalloc = zlib_alloc, .zfree = zlib_free};
    return deflateInit2(&z->of.gzip, z->level, Z_DEFLATED, ZLIB_WINDOW + ZLIB_GZIP,
                        ZLIB_MEMORY, Z_DEFAULT_STRATEGY) == Z_OK
               ? 0
               : HEARTH_ENOMEM;
}

static int gzip_start(hearth__coder *z, size_t size)
{
    (void)size;
    return deflateReset(&z->of.gzip) == Z_OK ? 0 : HEARTH_ENOMEM;
}

/* Up to PIECE bytes. */
static int gzip_piece(z_stream *s, hearth__buf *out, int flush)
{
    do {
        char *room = hearth__buf_room(out, STEP);

        if (room == NULL)
            return HEARTH_ENOMEM;
        s->next_out = (unsigned char *)room;
        s->avail_out = STEP;
        if (deflate(s, flush) == Z_STREAM_ERROR)
            return HEARTH_ENOMEM;
        hearth__buf_commit(out, STEP - s->avail_out);
    } while (s->avail_out == 0);
    return 0;
}

static int gzip_put(hearth__coder *z, hearth__buf *out, const char *p, size_t n, bool end)
{
    z_stream *s = &z->of.gzip;
    size_t part;

    do {
        bool last;

        part = n < PIECE ? n : PIECE;
        last = part == n;
        s->next_in = (unsigned char *)(uintptr_t)p;
        s->avail_in = (unsigned)part;
        if (gzip_piece(s, out, !last ? Z_NO_FLUSH : end ? Z_FINISH : Z_SYNC_FLUSH) != 0)
            return HEARTH_ENOMEM;
        p += part;
        n -= part;
    } while (n > 0);
    return 0;
}

static void gzip_close(hearth__coder *z)
{
    (void)deflateEnd(&z->of.gzip);
}

/* ---- br -------------------------------------------------------------------------
 *
 * libbrotlienc may be built, and is by Debian, to end the process when memory runs out.
 * So its allocator never comes back empty-handed but leaves the encoder with a jump, and
 * keeps a list of what the encoder held, to free it all.
 */

struct br_block {
    _Alignas(16) struct br_block *next; /* what malloc() aligns to */
    struct br_block **at;               /* what points here */
};

static void *brotli_alloc(void *self, size_t n)
{
    br *b = self;
    struct br_block *block =
        n < SIZE_MAX - sizeof *block ? malloc(sizeof *block + n) : NULL;

    if (block == NULL)
        longjmp(b->out_of_memory, 1);
    block->next = b->blocks;
    block->at = &b->blocks;
    if (block->next != NULL)
        block->next->at = &block->next;
    b->blocks = block;
    return block + 1;
}

static void brotli_free(void *self, void *p)
{
    struct br_block *block = p;

    (void)self;
    if (p == NULL)
        return;
    block--;
    *block->at = block->next;
    if (block->next != NULL)
        block->next->at = block->at;
    free(block);
}

static void br_close(hearth__coder *z)
{
    z->of.br.state = NULL;
    while (z->of.br.blocks != NULL)
        brotli_free(NULL, z->of.br.blocks + 1);
}

static int br_open(hearth__coder *z)
{
    z->of.br.state = NULL;
    z->of.br.blocks = NULL;
    return 0;
}

/* No larger a window than the body needs. */
static uint32_t br_window(size_t size)
{
    uint32_t bits = BROTLI_MIN_WINDOW_BITS;

    while (bits < BROTLI_WINDOW && (size == 0 || ((size_t)1 << bits) - 16 < size))
        bits++;
    return bits;
}

static int br_start(hearth__coder *z, size_t size)
{
    br *b = &z->of.br;

    br_close(z);
    if (setjmp(b->out_of_memory) != 0) {
        br_close(z);
        return HEARTH_ENOMEM;
    }
    b->state = BrotliEncoderCreateInstance(brotli_alloc, brotli_free, b);
    if (b->state == NULL)
        return HEARTH_ENOMEM;
    BrotliEncoderSetParameter(b->state, BROTLI_PARAM_QUALITY, (uint32_t)z->level);
    BrotliEncoderSetParameter(b->state, BROTLI_PARAM_LGWIN, br_window(size));
    if (size > 0 && size < UINT32_MAX)
        BrotliEncoderSetParameter(b->state, BROTLI_PARAM_SIZE_HINT, (uint32_t)size);
    return 0;
}

static int br_feed(BrotliEncoderState *s, hearth__buf *out, const char *p, size_t n,
                   BrotliEncoderOperation op)
{
    const uint8_t *in = (const uint8_t *)p;

    do {
        size_t left = STEP;
        uint8_t *room = (uint8_t *)hearth__buf_room(out, STEP);

        if (room == NULL ||
            !BrotliEncoderCompressStream(s, op, &n, &in, &left, &room, NULL))
            return HEARTH_ENOMEM;
        hearth__buf_commit(out, STEP - left);
    } while (n > 0 || BrotliEncoderHasMoreOutput(s));
    return 0;
}

static int br_put(hearth__coder *z, hearth__buf *out, const char *p, size_t n, bool end)
{
    if (z->of.br.state == NULL)
        return HEARTH_ENOMEM; /* it ran out before */
    if (setjmp(z->of.br.out_of_memory) != 0) {
        br_close(z);
        return HEARTH_ENOMEM;
    }
    return br_feed(z->of.br.state, out, p, n,
                   end ? BROTLI_OPERATION_FINISH : BROTLI_OPERATION_FLUSH);
}

/* ---- zstd ------------------------------------------------------------------------ */

static int zstd_open(hearth__coder *z)
{
    z->of.zstd = ZSTD_createCCtx();
    if (z->of.zstd == NULL)
        return HEARTH_ENOMEM;
    (void)ZSTD_CCtx_setParameter(z->of.zstd, ZSTD_c_compressionLevel, z->level);
    (void)ZSTD_CCtx_setParameter(z->of.zstd, ZSTD_c_windowLog, ZSTD_WINDOW);
    return 0;
}

static int zstd_start(hearth__coder *z, size_t size)
{
    (void)ZSTD_CCtx_reset(z->of.zstd, ZSTD_reset_session_only);
    if (size > 0)
        (void)ZSTD_CCtx_setPledgedSrcSize(z->of.zstd, size);
    return 0;
}

static int zstd_put(hearth__coder *z, hearth__buf *out, const char *p, size_t n, bool end)
{
    ZSTD_inBuffer in = {p, n, 0};
    size_t left;

    do {
        ZSTD_outBuffer to = {hearth__buf_room(out, STEP), STEP, 0};

        if (to.dst == NULL)
            return HEARTH_ENOMEM;
        left =
            ZSTD_compressStream2(z->of.zstd, &to, &in, end ? ZSTD_e_end : ZSTD_e_flush);
        if (ZSTD_isError(left))
            return HEARTH_ENOMEM;
        hearth__buf_commit(out, to.pos);
    } while (left > 0);
    return 0;
}

static void zstd_close(hearth__coder *z)
{
    (void)ZSTD_freeCCtx(z->of.zstd);
}

/* ---- the interface ----------------------------------------------------------------- */

static const engine engines[HEARTH__NCODINGS] = {
    [HEARTH__ZSTD] = {{"zstd", 4}, 19, zstd_open, zstd_start, zstd_put, zstd_close},
    [HEARTH__BR] = {{"br", 2}, 11, br_open, br_start, br_put, br_close},
    [HEARTH__GZIP] = {{"gzip", 4}, 9, gzip_open, gzip_start, gzip_put, gzip_close},
};

hearth_str hearth__coding_name(hearth__coding k)
{
    return engines[k].name;
}

int hearth__coding_max(hearth__coding k)
{
    return engines[k].max_level;
}

hearth__coder *hearth__coder_new(hearth__coding k, int level)
{
    hearth__coder *z = calloc(1, sizeof *z);

    if (z == NULL)
        return NULL;
    z->engine = &engines[k];
    z->kind = k;
    z->level = level;
    if (z->engine->open(z) == 0)
        return z;
    free(z);
    return NULL;
}

void hearth__coder_free(hearth__coder *z)
{
    if (z == NULL)
        return;
    z->engine->close(z);
    free(z);
}

hearth__coding hearth__coder_kind(const hearth__coder *z)
{
    return z->kind;
}

int hearth__coder_start(hearth__coder *z, size_t size)
{
    return z->engine->start(z, size);
}

int hearth__coder_put(hearth__coder *z, hearth__buf *out, const char *p, size_t n,
                      bool end)
{
    return z->engine->put(z, out, p, n, end);
}

/* ---- what is worth it ---------------------------------------------------------------- */

bool hearth__coding_worth(hearth_str content_type)
{
    static const hearth_str types[] = {
        {"application/json", 16},
        {"application/javascript", 22},
        {"application/xml", 15},
        {"application/x-ndjson", 20},
        {"application/jsonl", 17},
        {"application/json-seq", 20},
        {"application/wasm", 16},
        {"application/rtf", 15},
        {"application/graphql", 19},
        {"application/x-javascript", 24},
        {"application/x-www-form-urlencoded", 33},
        {"application/sql", 15},
        {"application/yaml", 16},
        {"application/toml", 16},
        {"application/vnd.ms-fontobject", 29},
        {"font/otf", 8},
        {"font/ttf", 8},
        {"image/bmp", 9},
        {"image/svg+xml", 13},
        {"image/x-icon", 12},
        {"image/vnd.microsoft.icon", 24},
    };

    if (hearth__str_istarts(content_type, HEARTH__S("text/")))
        return true;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (hearth__media_type_is(content_type, types[i], HEARTH__S("")))
            return true;
    return hearth__media_type_is(content_type, types[0], HEARTH__S("json")) ||
           hearth__media_type_is(content_type, types[2], HEARTH__S("xml")) ||
           hearth__media_type_is(content_type, types[16], HEARTH__S("yaml"));
}
