/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_DATA_SEARCH_H
#define HEARTH_DATA_SEARCH_H

/* The search indexes of an application, and what a list needs of one. */

#include "app/app.h"
#include "core/buf.h"
#include "model/words.h"

#include <hearth/search.h>

#define HEARTH__SEARCH_FIELDS 64
#define HEARTH__SEARCH_NAME   120

typedef struct hearth__search {
    struct hearth__search *next;
    const hearth_model *m;
    uint64_t fields;
    hearth_db_search index; /* its name, columns and weights are below */
    bool by_migration;
    char name[HEARTH__SEARCH_NAME];
    const char *column[HEARTH__SEARCH_FIELDS];
    double weight[HEARTH__SEARCH_FIELDS];
} hearth__search;

/* What the options say; HEARTH_EINVAL with a sentence. */
int hearth__search_init(hearth__search *s, const hearth_model *m,
                        const hearth_search_opts *o, hearth_error *err);
/* The index of a model, or NULL. */
const hearth__search *hearth__search_of(const hearth_app *app, const hearth_model *m);
/* At start: see that all are there. */
int hearth__search_start(hearth_app *app, hearth_error *err);
void hearth__search_free(hearth__search *s); /* the list; NULL allowed */

/* Behind FROM table; w is not empty. */
void hearth__search_join(const hearth__search *s, const hearth_db_dialect *d,
                         bool snippet, hearth__buf *out);
/* The value for its `?`. */
void hearth__search_match(const hearth_db_dialect *d, const hearth__words *w,
                          hearth__buf *out);
/* A snippet as HTML: every mark that is opened is closed, whatever the text holds. */
void hearth__search_html(hearth__buf *out, hearth_str snippet);

#endif
