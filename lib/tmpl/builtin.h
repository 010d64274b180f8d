/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TMPL_BUILTIN_H
#define HEARTH_TMPL_BUILTIN_H

/*
 * Filters, tests and functions: named C functions with named parameters.
 *
 * A row says all that the parser needs: calls are checked while a template is loaded, and the
 * arguments are put into the order of the parameters there, so that a function finds each of
 * its parameters in its place, UNDEFINED when it was not given.
 *
 *     {"truncate", truncate, "length? killwords? end? leeway?"},
 */

#include "tmpl/value.h"

typedef struct hearth__builtin {
    const char *name;
    hearth_template_fn *fn;
    const char *params; /* as hearth_templates_add_filter() has it; NULL: none */
    void *arg;          /* call->arg */
} hearth__builtin;

/* The tables; each ends with a row without a name. */
extern const hearth__builtin *const hearth__filters[];   /* ended by NULL */
extern const hearth__builtin *const hearth__tests[];     /* ended by NULL */
extern const hearth__builtin *const hearth__functions[]; /* ended by NULL */
/* Methods of texts, lists and maps: text.upper(), map.items().  call->value is the receiver. */
extern const hearth__builtin hearth__text_methods[];
extern const hearth__builtin hearth__list_methods[];
extern const hearth__builtin hearth__map_methods[];

/* The row of that name in one table; NULL when there is none. */
const hearth__builtin *hearth__builtin_in(const hearth__builtin *table, hearth_str name);

/* The parameters of a row, parsed. */
#define HEARTH__PARAMS 16
typedef struct hearth__params {
    hearth_str name[HEARTH__PARAMS];
    bool optional[HEARTH__PARAMS];
    size_t n;
    bool more, named; /* "*", "**" */
} hearth__params;

/* False when it is malformed. */
bool hearth__params_parse(hearth__params *p, const char *text);

/* A filter or a test by name, while rendering: map("upper"), select("odd").  NULL and a failed
 * rendering when there is none. */
const hearth__builtin *hearth__render_filter(hearth__render *r, hearth_str name);
const hearth__builtin *hearth__render_test(hearth__render *r, hearth_str name);
/* Call one, arguments as a template gives them. */
int hearth__builtin_call(hearth__render *r, const hearth__builtin *b, hearth_value value,
                         const hearth_value *args, size_t nargs,
                         const hearth_template_named *named, size_t nnamed,
                         hearth_value *out);
/* The arguments are in their places already.  A code without a word gets one. */
int hearth__builtin_run(hearth__render *r, const hearth__builtin *b,
                        hearth_template_call *call, hearth_value *out);
/* Call a macro or a function that is a value. */
int hearth__v_call(hearth__render *r, hearth_value f, const hearth_value *args,
                   size_t nargs, const hearth_template_named *named, size_t nnamed,
                   hearth_value *out);

#endif
