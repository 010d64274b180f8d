/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_ASSET_H
#define HEARTH_APP_ASSET_H

/*
 * Files of hearth_static() under names that change with their contents: "app.css" is asked for
 * as "app.0123456789abcdef.css", and may then be kept for ever.
 *
 * The name is made up when a page links to it, and taken apart again when it is asked for;
 * on the disk there is only "app.css".
 */

#include "app/static.h"
#include "core/buf.h"

#define HEARTH__ASSET_HASH 16         /* hexadecimal digits */
#define HEARTH__ASSET_FILE (16 << 20) /* bytes; larger files have no hash */
#define HEARTH__ASSET_MOST 4096       /* hashes of one directory that are remembered */

typedef struct hearth__assets hearth__assets;

hearth__assets *hearth__assets_new(void);     /* NULL when out of memory */
void hearth__assets_free(hearth__assets *as); /* NULL allowed */
/* The hash of a file; false when it is too large or cannot be read.  It is made once for each
 * state of the file that stat(2) tells apart. */
bool hearth__assets_hash(hearth__assets *as, hearth_str path, const hearth__opened *o,
                         char out[HEARTH__ASSET_HASH + 1]);

/* "css/app.0123456789abcdef.css" is "css/app.css" and a hash; false for other paths.  An
 * empty *plain: out of memory. */
bool hearth__asset_split(hearth__arena *a, hearth_str path, hearth_str *plain,
                         hearth_str *hash);
/* The other way round, into out. */
void hearth__asset_join(hearth__buf *out, hearth_str path, hearth_str hash);

#endif
