/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_MODEL_WORDS_H
#define HEARTH_MODEL_WORDS_H

/*
 * What people type into a field for searching: words, "phrases in quotes" and beginnings of
 * words*, all of which have to be found.  There is no other sign, so nothing can be malformed.
 */

#include "db/driver.h"

#include <hearth/base.h>

#define HEARTH__WORDS_MOST  32
#define HEARTH__WORDS_BYTES 1000 /* of a text */

typedef struct hearth__words {
    hearth_db_word word[HEARTH__WORDS_MOST];
    size_t n;
} hearth__words;

/* Add what a text holds, which may be nothing; the words are slices of it.  0, or
 * HEARTH_ETOOBIG when it is longer than that, or there would be more. */
int hearth__words_add(hearth__words *w, hearth_str text);

#endif
