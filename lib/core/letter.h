/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_CORE_LETTER_H
#define HEARTH_CORE_LETTER_H

/*
 * What a code point is and becomes, of all of Unicode and whatever the locale: the C
 * library's towupper() and iswalpha() know only what the process-wide locale says.
 */

#include "core/buf.h"

/* Each puts what cp becomes into out and returns how many code points that are, 1 to 3. */
size_t hearth__letter_upper(uint32_t cp, uint32_t out[3]);
size_t hearth__letter_lower(uint32_t cp, uint32_t out[3]);
size_t hearth__letter_title(uint32_t cp, uint32_t out[3]); /* at the start of a word */

bool hearth__letter_is_alpha(uint32_t cp);
bool hearth__letter_is_word(uint32_t cp); /* a letter, a digit, '_' */
bool hearth__letter_is_space(uint32_t cp);

/* A text in upper or lower case at the end of b; bytes that are not UTF-8 stay. */
void hearth__letter_put_upper(hearth__buf *b, hearth_str s);
void hearth__letter_put_lower(hearth__buf *b, hearth_str s);

#endif
