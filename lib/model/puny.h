/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_MODEL_PUNY_H
#define HEARTH_MODEL_PUNY_H

/* Punycode (RFC 3492) of the labels of domains. */

#include <hearth/base.h>

/* Bytes of a label, valid UTF-8, in its ASCII form "xn--..."; 0 when it has more than 63. */
size_t hearth__puny_len(hearth_str label);
/* The ASCII form at out, not ended by '\0': its bytes, 0 when they are more than room or than 63.
 * A label of ASCII alone stays as it is. */
size_t hearth__puny_put(hearth_str label, char *out, size_t room);

#endif
