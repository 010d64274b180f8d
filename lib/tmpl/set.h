/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TMPL_SET_H
#define HEARTH_TMPL_SET_H

/*
 * The set of templates, from the inside: options, and the names that templates may use.
 *
 * Set up by one thread; from the first template that is loaded on, names do not change, and
 * any number of threads look them up.
 */

#include "core/map.h"
#include "core/root.h"
#include "tmpl/builtin.h"
#include "tmpl/render.h"

#include <pthread.h>
#include <stdatomic.h>

/* A function as a value. */
typedef struct hearth__function {
    hearth__object object;
    const hearth__builtin *builtin;
} hearth__function;

struct hearth_templates {
    hearth_templates_opts opts; /* with defaults filled in */
    hearth__limits_tmpl limits;
    hearth__arena arena;  /* of what is added: the set's life */
    hearth__map *filters; /* hearth__builtin: those that were added */
    hearth__map *tests;   /* hearth__builtin */
    hearth__map *globals; /* hearth_value: functions, ours too, and values */
    json_t *trees;        /* an array of what the values are */
    hearth__root root;    /* of files; fd -1: none */
    const hearth_template_file *builtin; /* looked at last; NULL: none */
    pthread_mutex_t lock;                /* of `shelf` */
    struct hearth__shelf *shelf;
    atomic_bool frozen; /* a template has been loaded */
    atomic_size_t used; /* memory of the last rendering that had an arena of its own */
};

/* The text of a template, for people; as hearth__source_read(). */
int hearth__set_text(const hearth_templates *t, hearth__arena *arena, hearth_str name,
                     hearth_str *out);
/* Add a value that lives as long as the set, an object of ours.  As
 * hearth_templates_add_global(); the name is not copied. */
int hearth__set_add(hearth_templates *t, const char *name, hearth_value v);
/* What goes by this name: one that was added, or one of ours; NULL when there is none. */
const hearth__builtin *hearth__set_filter(const hearth_templates *t, hearth_str name);
const hearth__builtin *hearth__set_test(const hearth_templates *t, hearth_str name);
/* A function or value that all templates see; UNDEFINED when there is none. */
hearth_value hearth__set_global(const hearth_templates *t, hearth_str name);

#endif
