/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_STATIC_H
#define HEARTH_APP_STATIC_H

/* Directories that an application serves: what hearth_static() leaves behind. */

#include "core/root.h"

#include <hearth/file.h>

typedef struct hearth__static {
    struct hearth__static *next; /* of the application */
    hearth__root root;
    hearth_static_opts opts; /* the texts are in `texts` */
    bool top;                /* below "/": ".well-known" is served */
    hearth_str cache;        /* of files without a hash */
    char *texts;
    char *prefix;                  /* "/assets"; "" for the top */
    struct hearth__assets *assets; /* app/asset.h */
} hearth__static;

/* Close and free the whole list. */
void hearth__static_free(hearth__static *first);

#endif
