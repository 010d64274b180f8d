/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_HTTP_DATE_H
#define HEARTH_HTTP_DATE_H

/* HTTP dates (RFC 9110 section 5.6.7). */

#include "core/clock.h"

#define HEARTH__DATE_LEN 29 /* "Sun, 06 Nov 1994 08:49:37 GMT" */

/* IMF-fixdate and a '\0'.  Seconds outside the years 1 to 9999 are clamped. */
void hearth__date_write(char out[HEARTH__DATE_LEN + 1], int64_t seconds);
/* All three forms (IMF-fixdate, RFC 850, asctime).  now_s decides the century of a
 * two-digit year. False when malformed, which a day name that contradicts a four-digit
 * year is as well. */
bool hearth__date_parse(hearth_str s, int64_t now_s, int64_t *seconds);

#endif
