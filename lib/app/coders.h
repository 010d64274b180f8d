/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_CODERS_H
#define HEARTH_APP_CODERS_H

/*
 * The encoders of an application.  One takes a quarter of a megabyte or more, and making it
 * costs as much as a small body, so they are kept and used again; and only so many are at
 * work for streams, which may last.
 */

#include "http/coding.h"

#include <hearth/compress.h>

#define HEARTH__CODERS_IDLE 8 /* of a kind are kept */

typedef struct hearth__coders hearth__coders;

hearth__coders *hearth__coders_new(void); /* NULL when out of memory */
void hearth__coders_free(hearth__coders *p);
/* Before the application runs.  The options, complete. */
void hearth__coders_set(hearth__coders *p, const hearth_compress_opts *o);
const hearth_compress_opts *hearth__coders_opts(const hearth__coders *p);

/* Any thread.  One that is ready for a body of this size; 0: a stream.  NULL when out of
 * memory, or with as many streams as may be: then the body goes as it is. */
hearth__coder *hearth__coder_take(hearth__coders *p, hearth__coding k, size_t size);
void hearth__coder_give(hearth__coders *p, hearth__coder *z, bool stream);

#endif
