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
extern const char hearth__page_base[];
extern const size_t hearth__page_base_len;
extern const char hearth__page_debug[];
extern const size_t hearth__page_debug_len;
extern const char hearth__page_docs[], hearth__page_docs_js[], hearth__page_docs_css[];
extern const size_t hearth__page_docs_len, hearth__page_docs_js_len,
    hearth__page_docs_css_len;

#endif
