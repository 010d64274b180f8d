/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Checking and rendering by name.
 */

#include "tmpl/template.h"

#include "core/str.h"
#include "tmpl/run.h"

#include <stdio.h>
#include <stdlib.h>

/* Bytes that a rendering may begin with because the last one needed them. */
#define MOST_USED (1024 * 1024)

static int no_memory(hearth_template_error *err)
{
    *err = (hearth_template_error){.code = HEARTH_ENOMEM};
    snprintf(err->text, sizeof err->text, "out of memory");
    return HEARTH_ENOMEM;
}

int hearth__template_render(hearth_templates *t, hearth_str name, const json_t *data,
                            void *arg, hearth__arena *arena, hearth__buf *out,
                            hearth_template_error *err)
{
    hearth__page_id id = {name, hearth__html_of_file(name), NULL, 0};
    hearth_template_error ignored;
    hearth__render r;
    hearth__page *page;
    int rc;

    if (err == NULL)
        err = &ignored;
    atomic_store(&t->frozen, true);
    hearth__render_begin(&r, t, arena, arg);
    r.shelf = hearth__shelf_of(t);
    hearth__buf_init(out, arena, t->limits.output);
    rc = hearth__run_find_page(&r, &id, false, &page);
    if (rc == 0) {
        /* In one piece, instead of growing to it again. */
        hearth__buf_room(out, atomic_load(&page->wrote));
        rc = hearth__run_page(&r, page, data, out);
    }
    if (rc == 0)
        atomic_store(&page->wrote, out->len);
    hearth__render_end(&r);
    hearth__shelf_unref(r.shelf);
    if (rc != 0)
        *err = r.error;
    return rc;
}

bool hearth__templates_reload(const hearth_templates *t)
{
    return t->opts.reload;
}

int hearth_templates_render(hearth_templates *t, const char *name, const json_t *data,
                            void *arg, hearth_str *out, hearth_template_error *err)
{
    hearth_template_error ignored;
    hearth__arena arena;
    hearth__buf b;
    char *text;
    int rc;

    if (err == NULL)
        err = &ignored;
    hearth__arena_init(&arena, atomic_load(&t->used));
    rc = hearth__template_render(t, hearth__str_of(name), data, arg, &arena, &b, err);
    atomic_store(&t->used, arena.used < MOST_USED ? arena.used : MOST_USED);
    if (rc == 0) {
        text = malloc(b.len + 1);
        if (text == NULL) {
            rc = no_memory(err);
        } else {
            memcpy(text, b.ptr, b.len + 1);
            *out = hearth__str(text, b.len);
        }
    }
    hearth__arena_clear(&arena);
    return rc;
}

/* ---- checking -------------------------------------------------------------------------- */

typedef struct checking {
    hearth_templates *set;
    hearth__shelf *shelf;
    hearth_template_error *err;
    hearth__map *used; /* names that others extend, include or import */
} checking;

static int link_one(checking *c, hearth_str name)
{
    hearth__page_id id = {name, hearth__html_of_file(name), NULL, 0};
    hearth__page *page;

    pthread_rwlock_wrlock(&c->shelf->lock);
    page = hearth__link(c->set, c->shelf, &id, NULL, c->err);
    pthread_rwlock_unlock(&c->shelf->lock);
    return page == NULL ? c->err->code : 0;
}

static int note_name(checking *c, const hearth__expr *e)
{
    if (e == NULL)
        return 0;
    if (e->kind == HEARTH__EXPR_LIST || e->kind == HEARTH__EXPR_TUPLE) {
        for (size_t i = 0; i < e->u.list.n; i++)
            HEARTH_TRY(note_name(c, e->u.list.at[i]));
        return 0;
    }
    if (e->kind != HEARTH__EXPR_CONST || e->u.value.kind != HEARTH_VALUE_TEXT)
        return 0;
    return hearth__map_put(c->used, hearth__v_bytes(e->u.value), c, NULL);
}

static int parse_one(void *arg, hearth_str name)
{
    checking *c = arg;
    const hearth__template *t;

    pthread_rwlock_wrlock(&c->shelf->lock);
    t = hearth__shelf_template(c->set, c->shelf, name, c->err);
    pthread_rwlock_unlock(&c->shelf->lock);
    if (t == NULL)
        return c->err->code;
    HEARTH_TRY(note_name(c, t->extends));
    for (size_t i = 0; i < t->nplaces; i++)
        HEARTH_TRY(note_name(c, t->place[i].other));
    return 0;
}

/* Those that nobody uses are pages; with them the others are linked, for where they are used. */
static int link_page(void *arg, hearth_str name)
{
    checking *c = arg;

    return hearth__map_get(c->used, name) != NULL ? 0 : link_one(c, name);
}

static int check_all(checking *c)
{
    int rc;

    c->used = hearth__map_new();
    if (c->used == NULL)
        return no_memory(c->err);
    rc = hearth__source_each(c->set, parse_one, c);
    if (rc == 0)
        rc = hearth__source_each(c->set, link_page, c);
    hearth__map_free(c->used, NULL);
    if (rc != 0 && c->err->code == 0) {
        c->err->code = rc;
        snprintf(c->err->text, sizeof c->err->text,
                 "the directory of the templates cannot be read: %s",
                 hearth_strerror(rc));
    }
    return rc;
}

int hearth_templates_check(hearth_templates *t, const char *name,
                           hearth_template_error *err)
{
    hearth_template_error found = {0};
    checking c = {.set = t, .err = &found};
    int rc;

    atomic_store(&t->frozen, true);
    c.shelf = hearth__shelf_of(t);
    rc = name == NULL ? check_all(&c) : link_one(&c, hearth__str_of(name));
    hearth__shelf_unref(c.shelf);
    if (rc != 0 && err != NULL)
        *err = found;
    return rc;
}
