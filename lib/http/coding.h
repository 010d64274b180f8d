/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_HTTP_CODING_H
#define HEARTH_HTTP_CODING_H

/*
 * Content codings (RFC 9110 section 8.4.1, RFC 7932, RFC 8878): zlib, brotli and zstd
 * behind one interface.  The one home of their headers.
 *
 * Windows are small, 32 to 256 KiB: an answer that is made on the fly is seldom larger,
 * and a server makes many at once.
 */

#include "core/buf.h"

/* In the order of preference among those that a client wants equally much. */
typedef enum hearth__coding {
    HEARTH__ZSTD, /* the smallest for its price: less than half of gzip's */
    HEARTH__BR,   /* smaller than gzip, dearer */
    HEARTH__GZIP,
    HEARTH__NCODINGS
} hearth__coding;

/* By instructions and bytes of JSON: what the next level up costs more than it saves. */
#define HEARTH__ZSTD_LEVEL 3 /* of 1 to 19 */
#define HEARTH__BR_LEVEL   5 /* of 1 to 11 */
#define HEARTH__GZIP_LEVEL 4 /* of 1 to 9 */

typedef struct hearth__coder hearth__coder;

hearth_str hearth__coding_name(hearth__coding k); /* as in Content-Encoding */
int hearth__coding_max(hearth__coding k);         /* its highest level */

/* NULL when out of memory. */
hearth__coder *hearth__coder_new(hearth__coding k, int level);
void hearth__coder_free(hearth__coder *z);
hearth__coding hearth__coder_kind(const hearth__coder *z);
/* Begin one body, whatever became of the one before.  size: its bytes, 0 when that is not
 * known.  HEARTH_ENOMEM or 0. */
int hearth__coder_start(hearth__coder *z, size_t size);
/* Append what becomes of the bytes to out: all of it, so that a reader of what came so far
 * has them.  end: these were the last; n may be 0.  HEARTH_ENOMEM or 0; a full out is its
 * own sign. */
int hearth__coder_put(hearth__coder *z, hearth__buf *out, const char *p, size_t n,
                      bool end);

/* Is a body of this Content-Type worth it?  Texts are; pictures, sound, archives are
 * compressed as they are. */
bool hearth__coding_worth(hearth_str content_type);

#endif
