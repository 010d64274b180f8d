/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_CORE_EXCERPT_H
#define HEARTH_CORE_EXCERPT_H

/* Some lines of a source file, to show where something happened. */

#include "core/arena.h"

#include <hearth/base.h>

#define HEARTH__EXCERPT_FILE (4 << 20) /* bytes of a file that is looked at at most */

typedef struct hearth__excerpt {
    hearth_str text; /* whole lines; bytes as they are */
    int first;       /* the number of the first one */
} hearth__excerpt;

/* Lines line - around to line + around of a regular file, or of a text that is there.  False
 * when the file cannot be read or is too large, or has no such line. */
bool hearth__excerpt_file(hearth__arena *a, const char *path, int line, int around,
                          hearth__excerpt *out);
bool hearth__excerpt_text(hearth_str text, int line, int around, hearth__excerpt *out);

#endif
