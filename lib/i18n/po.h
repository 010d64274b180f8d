/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_I18N_PO_H
#define HEARTH_I18N_PO_H

/* Catalogues as translators write them: the PO files of GNU gettext. */

#include "core/arena.h"
#include "i18n/plural.h"

/* One message.  The texts end in '\0' and hold none. */
typedef struct hearth__po_entry {
    unsigned line; /* of its msgid */
    bool fuzzy, no_c_format;
    hearth_str context;    /* ptr NULL: none */
    hearth_str id, plural; /* plural.ptr NULL: none */
    hearth_str str[HEARTH__PLURAL_FORMS];
    unsigned nstr;
} hearth__po_entry;

/* Called for each message, the head of the file (id "") too; obsolete ones are left out.
 * Anything but 0 ends the reading. */
typedef int hearth__po_fn(void *arg, const hearth__po_entry *e, hearth_error *err);

/* 0; HEARTH_EINVAL with the line and what is wrong there; HEARTH_ENOMEM; or what fn returned.
 * The texts are the arena's. */
int hearth__po_read(hearth__arena *a, hearth_str text, hearth__po_fn *fn, void *arg,
                    hearth_error *err);

#endif
