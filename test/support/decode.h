/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TEST_DECODE_H
#define HEARTH_TEST_DECODE_H

/*
 * Content codings backwards, by the decoders of their own libraries.
 *
 *     decoded d = decode("br", bytes, n);
 *     ck_assert(d.whole);
 *     ck_assert_str_eq(d.text, "hello");
 *     free(d.text);
 *
 * What has come so far may be all there is: then text is what a reader has of it, and
 * whole is false.
 */

#include <brotli/decode.h>
#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

typedef struct decoded {
    char *text; /* '\0'-terminated */
    size_t len;
    bool whole; /* the end was there, and nothing behind it */
} decoded;

#define DECODE_MAX ((size_t)64 * 1024 * 1024)

static inline void decode_gzip(decoded *d, const char *p, size_t n)
{
    z_stream z = {.next_in = (unsigned char *)(uintptr_t)p, .avail_in = (unsigned)n};

    ck_assert_int_eq(inflateInit2(&z, 15 + 16), Z_OK);
    z.next_out = (unsigned char *)d->text;
    z.avail_out = (unsigned)DECODE_MAX;
    int rc = inflate(&z, Z_SYNC_FLUSH);

    ck_assert_msg(rc == Z_OK || rc == Z_STREAM_END || rc == Z_BUF_ERROR, "inflate: %d",
                  rc);
    d->len = z.total_out;
    d->whole = rc == Z_STREAM_END && z.avail_in == 0;
    inflateEnd(&z);
}

static inline void decode_br(decoded *d, const char *p, size_t n)
{
    BrotliDecoderState *s = BrotliDecoderCreateInstance(NULL, NULL, NULL);
    const uint8_t *in = (const uint8_t *)p;
    uint8_t *out = (uint8_t *)d->text;
    size_t room = DECODE_MAX;
    BrotliDecoderResult rc = BrotliDecoderDecompressStream(s, &n, &in, &room, &out, NULL);

    ck_assert_int_ne(rc, BROTLI_DECODER_RESULT_ERROR);
    d->len = DECODE_MAX - room;
    d->whole = rc == BROTLI_DECODER_RESULT_SUCCESS && n == 0;
    BrotliDecoderDestroyInstance(s);
}

static inline void decode_zstd(decoded *d, const char *p, size_t n)
{
    ZSTD_DCtx *s = ZSTD_createDCtx();
    ZSTD_inBuffer in = {p, n, 0};
    ZSTD_outBuffer out = {d->text, DECODE_MAX, 0};
    size_t rc = 1;

    while (in.pos < in.size && rc != 0) {
        rc = ZSTD_decompressStream(s, &out, &in);
        ck_assert_msg(!ZSTD_isError(rc), "zstd: %s", ZSTD_getErrorName(rc));
    }
    d->len = out.pos;
    d->whole = rc == 0 && in.pos == in.size;
    ZSTD_freeDCtx(s);
}

static inline decoded decode(const char *coding, const char *p, size_t n)
{
    decoded d = {.text = malloc(DECODE_MAX + 1)};

    ck_assert_ptr_nonnull(d.text);
    if (strcmp(coding, "gzip") == 0)
        decode_gzip(&d, p, n);
    else if (strcmp(coding, "br") == 0)
        decode_br(&d, p, n);
    else if (strcmp(coding, "zstd") == 0)
        decode_zstd(&d, p, n);
    else
        ck_abort_msg("no such coding: %s", coding);
    d.text[d.len] = '\0';
    return d;
}

#endif
