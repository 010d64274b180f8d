/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What has been loaded, shared by all threads that render.
 */

#include "tmpl/shelf.h"

#include "core/str.h"
#include "tmpl/link.h"
#include "tmpl/parse.h"

#include <stdio.h>
#include <stdlib.h>

/* A template and its memory. */
typedef struct volume {
    hearth__arena arena;
    hearth__template *t;
} volume;

static void volume_free(void *arg)
{
    volume *v = arg;

    hearth__arena_clear(&v->arena);
    free(v);
}

hearth__shelf *hearth__shelf_new(void)
{
    hearth__shelf *s = calloc(1, sizeof *s);

    if (s == NULL || pthread_rwlock_init(&s->lock, NULL) != 0) {
        free(s);
        return NULL;
    }
    atomic_init(&s->refs, 1);
    s->templates = hearth__map_new();
    s->pages = hearth__map_new();
    if (s->templates != NULL && s->pages != NULL)
        return s;
    hearth__shelf_unref(s);
    return NULL;
}

void hearth__shelf_unref(hearth__shelf *s)
{
    if (s == NULL || atomic_fetch_sub(&s->refs, 1) != 1)
        return;
    while (s->lost != NULL) {
        hearth__page *page = s->lost;

        s->lost = page->next;
        hearth__page_free(page);
    }
    hearth__map_free(s->pages, hearth__page_free);
    hearth__map_free(s->templates, volume_free);
    pthread_rwlock_destroy(&s->lock);
    free(s);
}

/* ---- templates ------------------------------------------------------------------------- */

static int not_read(hearth_template_error *err, hearth_str name, int code, size_t max)
{
    int n = (int)(name.len > 100 ? 100 : name.len);

    err->code = code;
    snprintf(err->file, sizeof err->file, "%.*s", n, name.ptr);
    if (code == HEARTH_ENOTFOUND)
        snprintf(err->text, sizeof err->text, "there is no template \"%.*s\"", n,
                 name.ptr);
    else if (code == HEARTH_ETOOBIG)
        snprintf(err->text, sizeof err->text,
                 "it is larger than %zu bytes; max_file would allow more", max);
    else
        snprintf(err->text, sizeof err->text, "it cannot be read: %s",
                 hearth_strerror(code));
    return code;
}

static volume *load(hearth_templates *set, hearth_str name, hearth_template_error *err)
{
    volume *v = calloc(1, sizeof *v);
    hearth__source source;
    int rc = HEARTH_ENOMEM;

    if (v != NULL) {
        hearth__arena_init(&v->arena, 0);
        rc = hearth__source_read(set, &v->arena, name, &source);
    }
    if (rc != 0)
        not_read(err, name, rc, set->opts.max_file);
    else
        v->t = hearth__parse(set, &v->arena, name, source.text, err);
    if (v != NULL && v->t == NULL) {
        volume_free(v);
        return NULL;
    }
    if (v != NULL) {
        v->t->changed_ns = source.changed_ns;
        v->t->size = source.size;
    }
    return v;
}

const hearth__template *hearth__shelf_template(hearth_templates *set, hearth__shelf *s,
                                               hearth_str name,
                                               hearth_template_error *err)
{
    volume *v = hearth__map_get(s->templates, name);

    if (v != NULL)
        return v->t;
    v = load(set, name, err);
    if (v == NULL)
        return NULL;
    if (hearth__map_put(s->templates, v->t->name, v, NULL) == 0)
        return v->t;
    volume_free(v);
    not_read(err, name, HEARTH_ENOMEM, 0);
    return NULL;
}

/* ---- reloading ------------------------------------------------------------------------- */

static bool all_same(const hearth_templates *set, hearth__shelf *s)
{
    size_t at = 0;
    hearth_str name;
    void *value;
    bool same = true;

    pthread_rwlock_rdlock(&s->lock);
    while (same && hearth__map_next(s->templates, &at, &name, &value))
        same = hearth__source_same(set, ((const volume *)value)->t);
    pthread_rwlock_unlock(&s->lock);
    return same;
}

static hearth__shelf *take(hearth_templates *set)
{
    hearth__shelf *s;

    pthread_mutex_lock(&set->lock);
    s = set->shelf;
    atomic_fetch_add(&s->refs, 1);
    pthread_mutex_unlock(&set->lock);
    return s;
}

/* Put an empty one in its place, unless somebody else has done so. */
static void replace(hearth_templates *set, hearth__shelf *old)
{
    hearth__shelf *fresh = hearth__shelf_new(), *drop = fresh;

    if (fresh == NULL)
        return; /* what is there goes on */
    pthread_mutex_lock(&set->lock);
    if (set->shelf == old) {
        set->shelf = fresh;
        drop = old;
    }
    pthread_mutex_unlock(&set->lock);
    hearth__shelf_unref(drop);
}

hearth__shelf *hearth__shelf_of(hearth_templates *set)
{
    hearth__shelf *s = take(set);

    if (!set->opts.reload || all_same(set, s))
        return s;
    replace(set, s);
    hearth__shelf_unref(s);
    return take(set);
}
