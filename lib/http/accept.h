/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_HTTP_ACCEPT_H
#define HEARTH_HTTP_ACCEPT_H

/* Content negotiation (RFC 9110 section 12.5): Accept and its relatives. */

#include <hearth/base.h>

/* How much an Accept value wants a media type ("text/html"): 0 (not acceptable) to 1000,
 * the most specific matching range deciding, of equals the first.  An empty value accepts
 * everything (1000); malformed elements are skipped, and a value of nothing else counts
 * as empty; q-values with more than three digits or above 1 are malformed.  type may have
 * parameters, and a range with parameters matches only a type that has them, "charset"
 * excepted. */
int hearth__accept_quality(hearth_str accept, hearth_str type);
/* Is the media type named by a range of its own, not only through a wildcard? */
bool hearth__accept_names(hearth_str accept, hearth_str type);
/* The index of the offer that is wanted most (ties: the earlier offer), or -1 when none
 * is acceptable. */
int hearth__accept_best(hearth_str accept, const hearth_str *offers, size_t n);
/* For Accept-Encoding, Accept-Language, Accept-Charset: 0 to 1000 for one token, "*"
 * included; -1 when neither the token nor "*" is listed. */
int hearth__accept_token(hearth_str value, hearth_str token);
/* Does a Content-Type value have this type (case folded, parameters ignored)?  suffix:
 * "json" also matches "application/problem+json" (and any other type/subtype+json) for
 * type "application/json"; pass "" for none. */
bool hearth__media_type_is(hearth_str content_type, hearth_str type, hearth_str suffix);
/* A parameter of a media type or similar ("charset", "boundary"): unquoted into out,
 * false when absent or malformed or given twice or longer than max - 1. */
bool hearth__media_type_param(hearth_str content_type, hearth_str name, char *out,
                              size_t max);

#endif
