/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * A set of templates: its options and the names that are added to it.
 */

#include "tmpl/set.h"

#include "core/str.h"
#include "tmpl/shelf.h"

#include <stdio.h>
#include <stdlib.h>

#define MAX_OUTPUT (16u * 1024 * 1024)
#define MAX_MEMORY (64u * 1024 * 1024)
#define MAX_LOOPS  1000000
#define MAX_DEPTH  64
#define MAX_MS     5000
#define MAX_FILE   (1024u * 1024)

/* ---- functions as values ------------------------------------------------------------- */

static int call_function(hearth__object *self, hearth_template_call *call,
                         hearth_value *out)
{
    const hearth__function *f = (const hearth__function *)(const void *)self;

    return hearth__builtin_call(call->render, f->builtin, hearth_value_none(), call->args,
                                call->nargs, call->named, call->nnamed, out);
}

static const hearth__object_ops function_ops = {.name = "function",
                                                .call = call_function};

static int put_global(hearth_templates *t, hearth_str name, hearth_value v)
{
    hearth_value *kept = hearth__arena_raw(&t->arena, sizeof *kept);

    if (kept == NULL)
        return HEARTH_ENOMEM;
    *kept = v;
    return hearth__map_put(t->globals, name, kept, NULL);
}

static int put_function(hearth_templates *t, const hearth__builtin *b)
{
    hearth__function *f = hearth__arena_raw(&t->arena, sizeof *f);

    if (f == NULL)
        return HEARTH_ENOMEM;
    *f = (hearth__function){{&function_ops}, b};
    return put_global(t, hearth__str_of(b->name), hearth__v_object(&f->object));
}

/* ---- setting up ---------------------------------------------------------------------- */

static int fail(hearth_template_error *err, int code, const char *text)
{
    if (err != NULL) {
        *err = (hearth_template_error){.code = code};
        snprintf(err->text, sizeof err->text, "%s", text);
    }
    return code;
}

static int fill_in(hearth_templates *t)
{
    hearth_templates_opts *o = &t->opts;

    if (o->max_depth < 0 || o->max_ms < 0)
        return HEARTH_EINVAL;
    if (o->max_output == 0)
        o->max_output = MAX_OUTPUT;
    if (o->max_output > UINT32_MAX - 1)
        o->max_output = UINT32_MAX - 1;
    if (o->max_memory == 0)
        o->max_memory = MAX_MEMORY;
    if (o->max_loops == 0)
        o->max_loops = MAX_LOOPS;
    if (o->max_depth == 0)
        o->max_depth = MAX_DEPTH;
    if (o->max_ms == 0)
        o->max_ms = MAX_MS;
    if (o->max_file == 0)
        o->max_file = MAX_FILE;
    t->limits = (hearth__limits_tmpl){.output = o->max_output,
                                      .memory = o->max_memory,
                                      .loops = o->max_loops,
                                      .depth = o->max_depth,
                                      .time_us = (int64_t)o->max_ms * 1000};
    return 0;
}

static int set_up(hearth_templates *t)
{
    t->filters = hearth__map_new();
    t->tests = hearth__map_new();
    t->globals = hearth__map_new();
    t->trees = json_array();
    t->shelf = hearth__shelf_new();
    if (t->filters == NULL || t->tests == NULL || t->globals == NULL ||
        t->trees == NULL || t->shelf == NULL)
        return HEARTH_ENOMEM;
    if (t->opts.dir != NULL && hearth__root_open(&t->root, t->opts.dir, false) != 0)
        return HEARTH_ENOTFOUND;
    for (const hearth__builtin *const *table = hearth__functions; *table != NULL; table++)
        for (const hearth__builtin *b = *table; b->name != NULL; b++)
            HEARTH_TRY(put_function(t, b));
    return 0;
}

hearth_templates *hearth_templates_new_sized(const hearth_templates_opts *o,
                                             hearth_template_error *err, size_t size)
{
    hearth_templates *t = calloc(1, sizeof *t);
    int rc = HEARTH_ENOMEM;

    if (t != NULL) {
        hearth__arena_init(&t->arena, 0);
        pthread_mutex_init(&t->lock, NULL);
        t->root.fd = -1;
        if (o != NULL)
            memcpy(&t->opts, o, size < sizeof t->opts ? size : sizeof t->opts);
        rc = fill_in(t);
        if (rc == 0)
            rc = set_up(t);
    }
    if (rc == 0)
        return t;
    fail(err, rc,
         rc == HEARTH_ENOMEM ? "out of memory"
         : rc == HEARTH_ENOTFOUND
             ? "the directory of the templates cannot be opened: does it "
               "exist, and may this user read it?"
             : "a limit of templates is negative");
    hearth_templates_free(t);
    return NULL;
}

void hearth_templates_free(hearth_templates *t)
{
    if (t == NULL)
        return;
    hearth__shelf_unref(t->shelf);
    hearth__root_close(&t->root);
    pthread_mutex_destroy(&t->lock);
    hearth__map_free(t->filters, NULL);
    hearth__map_free(t->tests, NULL);
    hearth__map_free(t->globals, NULL);
    json_decref(t->trees);
    hearth__arena_clear(&t->arena);
    free(t);
}

/* ---- adding -------------------------------------------------------------------------- */

static bool is_name(const char *s)
{
    hearth__params p;

    /* One parameter that has to be given has the form of a name. */
    return s != NULL && strchr(s, ' ') == NULL && hearth__params_parse(&p, s) &&
           p.n == 1 && !p.optional[0];
}

static int copy_row(hearth_templates *t, const char *name, const char *params,
                    hearth_template_fn *fn, void *arg, hearth__builtin **out)
{
    hearth__params p;
    hearth__builtin *b;

    if (atomic_load(&t->frozen))
        return HEARTH_ESTATE;
    if (!is_name(name) || fn == NULL || !hearth__params_parse(&p, params))
        return HEARTH_EINVAL;
    b = hearth__arena_raw(&t->arena, sizeof *b);
    if (b == NULL)
        return HEARTH_ENOMEM;
    *b = (hearth__builtin){hearth__arena_copy(&t->arena, name, strlen(name)), fn, NULL,
                           arg};
    if (params != NULL)
        b->params = hearth__arena_copy(&t->arena, params, strlen(params));
    *out = b;
    return b->name == NULL || (params != NULL && b->params == NULL) ? HEARTH_ENOMEM : 0;
}

int hearth_templates_add_filter(hearth_templates *t, const char *name, const char *params,
                                hearth_template_fn *fn, void *arg)
{
    hearth__builtin *b;

    HEARTH_TRY(copy_row(t, name, params, fn, arg, &b));
    if (hearth__set_filter(t, hearth__str_of(name)) != NULL)
        return HEARTH_ECONFLICT;
    return hearth__map_put(t->filters, hearth__str_of(name), b, NULL);
}

int hearth_templates_add_test(hearth_templates *t, const char *name, const char *params,
                              hearth_template_fn *fn, void *arg)
{
    hearth__builtin *b;

    HEARTH_TRY(copy_row(t, name, params, fn, arg, &b));
    if (hearth__set_test(t, hearth__str_of(name)) != NULL)
        return HEARTH_ECONFLICT;
    return hearth__map_put(t->tests, hearth__str_of(name), b, NULL);
}

int hearth_templates_add_function(hearth_templates *t, const char *name,
                                  const char *params, hearth_template_fn *fn, void *arg)
{
    hearth__builtin *b;

    HEARTH_TRY(copy_row(t, name, params, fn, arg, &b));
    if (hearth__map_get(t->globals, hearth__str_of(name)) != NULL)
        return HEARTH_ECONFLICT;
    return put_function(t, b);
}

int hearth__set_add(hearth_templates *t, const char *name, hearth_value v)
{
    if (atomic_load(&t->frozen))
        return HEARTH_ESTATE;
    if (hearth__map_get(t->globals, hearth__str_of(name)) != NULL)
        return HEARTH_ECONFLICT;
    return put_global(t, hearth__str_of(name), v);
}

int hearth_templates_add_global(hearth_templates *t, const char *name, json_t *take)
{
    hearth_str key = hearth__str_of(name);
    int rc = 0;

    if (atomic_load(&t->frozen))
        rc = HEARTH_ESTATE;
    else if (take == NULL || !is_name(name))
        rc = HEARTH_EINVAL;
    else if (hearth__map_get(t->globals, key) != NULL)
        rc = HEARTH_ECONFLICT;
    if (rc != 0) {
        json_decref(take);
        return rc;
    }
    if (json_array_append_new(t->trees, take) != 0)
        return HEARTH_ENOMEM;
    return put_global(t, key, hearth__v_json(take));
}

/* ---- looking up ---------------------------------------------------------------------- */

static const hearth__builtin *find(const hearth__map *added,
                                   const hearth__builtin *const *tables, hearth_str name)
{
    const hearth__builtin *b = hearth__map_get(added, name);

    for (; b == NULL && *tables != NULL; tables++)
        b = hearth__builtin_in(*tables, name);
    return b;
}

const hearth__builtin *hearth__set_filter(const hearth_templates *t, hearth_str name)
{
    return find(t->filters, hearth__filters, name);
}

const hearth__builtin *hearth__set_test(const hearth_templates *t, hearth_str name)
{
    return find(t->tests, hearth__tests, name);
}

hearth_value hearth__set_global(const hearth_templates *t, hearth_str name)
{
    const hearth_value *v = hearth__map_get(t->globals, name);

    return v == NULL ? hearth__v_undefined(name) : *v;
}
