/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_I18N_CATALOG_H
#define HEARTH_I18N_CATALOG_H

/* The messages of one language.  Read once, never changed: any thread may look. */

#include <hearth/base.h>

typedef struct hearth__catalog hearth__catalog;

/* From a PO file: HEARTH_EINVAL with the line and what is wrong, HEARTH_ENOMEM.  NULL then. */
hearth__catalog *hearth__catalog_read(hearth_str po, hearth_error *err);
void hearth__catalog_free(hearth__catalog *k); /* NULL allowed */
/* The translation for a number, or NULL when there is none.  context NULL: of a message without;
 * plural: the message has forms, and a message without them is none. */
const char *hearth__catalog_find(const hearth__catalog *k, const char *context,
                                 const char *id, bool plural, uint64_t n);

#endif
