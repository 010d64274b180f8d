/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_HTTP_STATUS_H
#define HEARTH_HTTP_STATUS_H

/* Status codes (RFC 9110 section 15, IANA registry). */

#include <stdbool.h>

/* "Not Found"; "" for a number without a registered name. */
const char *hearth__status_reason(int status);
/* A sentence for people who meet it in an error page: what happened, what they can do.
 * NULL when there is none; then the reason has to do. */
const char *hearth__status_sentence(int status);
bool hearth__status_has_body(int status); /* false for 1xx, 204, 304 */

#endif
