/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TMPL_ATTR_H
#define HEARTH_TMPL_ATTR_H

#include <hearth/base.h>

/* What the value of an HTML attribute is. */
typedef enum hearth__attr_kind {
    HEARTH__ATTR_PLAIN,
    HEARTH__ATTR_URL,
    HEARTH__ATTR_URL_OWN, /* code or the base of all links is loaded from it */
    HEARTH__ATTR_URLS,    /* several, as in srcset */
    HEARTH__ATTR_CSS,
    HEARTH__ATTR_JS,
    HEARTH__ATTR_MARKUP /* a page of its own: srcdoc */
} hearth__attr_kind;

/* Names in any case.  element may be empty: that of any. */
hearth__attr_kind hearth__attr_kind_of(hearth_str element, hearth_str name);

#endif
