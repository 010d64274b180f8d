/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_COMPRESS_H
#define HEARTH_COMPRESS_H

/**
 * @file hearth/compress.h
 * Compressing answers on the fly: zstd, br or gzip, as the client wants.
 *
 *     hearth_use(app, hearth_compress);
 *
 * or for some routes only, `.use = (hearth_handler *const[]){hearth_compress, NULL}`.
 *
 * Compressed is what is worth it: texts, JSON, XML and the like (by Content-Type), from
 * `min_bytes` on, where it makes the answer smaller.  Streams are compressed block by
 * block, each flushed, so that they stay prompt.  Never: an answer that has a
 * Content-Encoding, 204, 205, 206 and 304, one with `Cache-Control: no-transform`, and
 * files, which hearth_static() has compressed ahead of time.  Vary says that it depends on
 * Accept-Encoding, also when it was not compressed, and a strong ETag becomes a weak one.
 *
 * **Secrets.**  Compression lets the size of an answer tell what is in it.  Where a page
 * holds a secret (a CSRF token, a private message) and also repeats something that the
 * request said, an attacker who can make a victim's browser send requests, and sees how
 * long the encrypted answers are, guesses the secret letter by letter: a guess that is
 * right compresses better (the BREACH attack).  TLS does not help against it, nor do
 * random bytes in the answer, for long.  That is why compression is not on by itself, and
 * why it leaves alone every answer that sets a cookie, that says `Cache-Control: no-store`
 * (as error pages do), and that hearth_secret() was called for.  If a page shows a user's
 * own data next to what the request said, call hearth_secret(), or say no-store, which
 * such a page should anyway.
 */

#include <hearth/base.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HEARTH_COMPRESS_MIN_BYTES   1024
#define HEARTH_COMPRESS_MAX_STREAMS 256

/** Options of compression; zero of every field is the default. */
typedef struct hearth_compress_opts {
    size_t min_bytes; /* a shorter body is sent as it is, default 1024; streams are not
                         measured */
    int max_streams; /* compressed at the same time, default 256; further ones are sent as
                         they are.  Each takes half a megabyte to two */
    int zstd_level;  /* 1 to 19, default 3 */
    int br_level;    /* 1 to 11, default 5 */
    int gzip_level;  /* 1 to 9, default 4 */
    bool no_zstd;    /* leave out a coding */
    bool no_br;
    bool no_gzip;
} hearth_compress_opts;

/**
 * The middleware: compresses the answer of what it wraps, at the very end, after all hooks.
 *
 * Returns: what it wraps returned.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_compress(hearth_ctx *c);

/**
 * hearth_use(app, hearth_compress) with options, which hold for the whole application: for
 * the routes too that use hearth_compress by themselves.
 *
 * @param o  NULL = defaults; copied
 * Returns: 0, HEARTH_EINVAL (a level or max_streams is out of range, or every coding is
 *          left out), HEARTH_ESTATE (the application runs), HEARTH_ENOMEM.
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_use_compress_sized(hearth_app *app, const hearth_compress_opts *o,
                                         size_t size);
static inline int hearth_use_compress(hearth_app *app, const hearth_compress_opts *o)
{
    return hearth_use_compress_sized(app, o, sizeof *o);
}

/**
 * This answer holds a secret: it is never compressed.
 *
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API void hearth_secret(hearth_ctx *c);

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_COMPRESS_H */
