/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_PAGES_H
#define HEARTH_APP_PAGES_H

/* The files of templates/, made part of the library by pages.sh while it is built.  Each
 * ends in a '\0' that its length does not count. */

#include <stddef.h>

extern const char hearth__page_error[];
extern const size_t hearth__page_error_len;

#endif
