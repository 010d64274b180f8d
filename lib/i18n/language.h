/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_I18N_LANGUAGE_H
#define HEARTH_I18N_LANGUAGE_H

/* The languages of an application: language_setup.c makes them, language.c asks them. */

#include "app/ctx.h"
#include "i18n/catalog.h"

#include <hearth/language.h>

typedef struct hearth__language {
    hearth_str tag;                       /* ends in '\0' */
    hearth__catalog *catalog;             /* NULL: the texts of the program */
    const struct hearth__language *wider; /* that of "pt" for "pt-BR"; or NULL */
} hearth__language;

typedef struct hearth__languages {
    size_t n;
    hearth__language *language; /* n */
    hearth_str *offers;         /* their tags */
    const char **tags;          /* ... and NULL */
    char *cookie;
} hearth__languages;

#endif
