/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_HTTP_NEGOTIATE_H
#define HEARTH_HTTP_NEGOTIATE_H

/*
 * Which of several offers a client wants most (RFC 9110 section 12.5), one function for
 * each of the four fields.  All of them: the value is that of all fields of the name as
 * one list, empty when there was none; ties go to the earlier offer, so the order of the
 * offers is the server's own preference; malformed elements are skipped.
 */

#include <hearth/base.h>

/* The index of the offer, or -1 when the client refuses all. */
int hearth__negotiate_type(hearth_str accept, const hearth_str *offers, size_t n);
/* A range matches the tags below it, "de" also "de-AT"; failing that a tag above it
 * (lookup, RFC 4647 section 3.4), "de-AT" also "de"; failing that "*".  Of those wanted equally much the one that is named
 * wins, then the closest. */
int hearth__negotiate_language(hearth_str accept, const hearth_str *offers, size_t n);
int hearth__negotiate_charset(hearth_str accept, const hearth_str *offers, size_t n);
/* -1: none, that is identity, which is always there: because the client wants it more,
 * names no other, or says nothing.  "x-gzip" is "gzip". */
int hearth__negotiate_coding(hearth_str accept, const hearth_str *offers, size_t n);

#endif
