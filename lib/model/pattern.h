/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_MODEL_PATTERN_H
#define HEARTH_MODEL_PATTERN_H

/*
 * Regular expressions in time linear in the text, whatever the text: the common subset of POSIX
 * extended and ECMAScript expressions, over code points, the same in every locale.
 *
 * Alternation, groups "(...)" and "(?:...)", the repetitions * + ? {n} {n,} {n,m} (at most 1000),
 * bracket expressions with ranges and the POSIX classes in ASCII, '.', the escapes \d \D \w \W
 * \s \S, a backslash before any other ASCII sign, ^ and $.  Back references and look-around are
 * refused.
 */

#include "model/regex.h"

/* In memory of a; NULL with a sentence in *err (HEARTH_EINVAL, HEARTH_ENOMEM). */
hearth__regex *hearth__regex_new(hearth__arena *a, const char *pattern,
                                 hearth_error *err);

#endif
