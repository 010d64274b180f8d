/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_MODEL_PUNY_H
#define HEARTH_MODEL_PUNY_H

/* Punycode (RFC 3492), as far as the length of a domain needs it. */

#include <hearth/base.h>

/* Bytes of a label, valid UTF-8, in its ASCII form "xn--..."; 0 when it has more than 63. */
size_t hearth__puny_len(hearth_str label);

#endif
