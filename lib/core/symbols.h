/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_CORE_SYMBOLS_H
#define HEARTH_CORE_SYMBOLS_H

/*
 * What addresses of this program are called: function, file and line, for the error page of
 * development.  It is slow, some hundredths of a second, since it reads the debugging
 * information anew each time.
 */

#include "core/arena.h"

#include <hearth/base.h>

typedef struct hearth__frame {
    const char *function; /* NULL: not known */
    const char *file;   /* as the compiler was told, from the root where possible; NULL */
    const char *module; /* the program or library; NULL */
    int line;           /* 0: not known */
    bool inlined;       /* into the next frame */
    bool ours;          /* code of this library */
} hearth__frame;

#define HEARTH__FRAMES_MAX 96

/* The frames of n addresses, innermost first; an address in a function that was inlined gives
 * several.  Returns how many; *missing is NULL, or a sentence that says why names or lines
 * are not known and what to do about it. */
size_t hearth__symbols_find(hearth__arena *a, const uintptr_t *pc, size_t n,
                            hearth__frame **out, const char **missing);

#endif
