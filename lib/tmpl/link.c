/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Making pages.  What is made in one go becomes visible to others as a whole, when all of it is
 * right: templates may include each other, so a page may be referred to before it is known
 * whether it is.
 */

#include "tmpl/link.h"

#include "core/str.h"
#include "tmpl/lex.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* Templates that extend each other. */
#define CHAIN 16
/* Pages that include each other, while they are made. */
#define DEPTH 64

static int no_memory(hearth_template_error *err)
{
    if (err->code == 0) {
        err->code = HEARTH_ENOMEM;
        snprintf(err->text, sizeof err->text, "out of memory");
    }
    return HEARTH_ENOMEM;
}

int hearth__link_fail(hearth__linker *l, const hearth__template *t, size_t at, int code,
                      const char *fmt, ...)
{
    va_list ap;

    if (l->err->code != 0)
        return l->err->code;
    l->err->code = code;
    hearth__place_in(l->err, t->name, t->source, at);
    va_start(ap, fmt);
    vsnprintf(l->err->text, sizeof l->err->text, fmt, ap);
    va_end(ap);
    return code;
}

/* ---- the chain ------------------------------------------------------------------------- */

/* What the last template extends, if that is known; len SIZE_MAX: it is not. */
static hearth_str parent_of(const hearth__template *t, const hearth__page_id *id,
                            size_t *used)
{
    const hearth__expr *e = t->extends;

    if (e->kind == HEARTH__EXPR_CONST && e->u.value.kind == HEARTH_VALUE_TEXT)
        return hearth__v_bytes(e->u.value);
    if (*used < id->nparents)
        return id->parents[(*used)++];
    return hearth__str("", SIZE_MAX);
}

/* A template that is missing is told where it is asked for. */
static int missing(hearth__linker *l, const hearth__template *t, size_t at,
                   hearth_str name)
{
    if (l->err->code != HEARTH_ENOTFOUND || l->err->line != 0)
        return l->err->code;
    l->err->code = 0;
    return hearth__link_fail(l, t, at, HEARTH_ENOTFOUND, "there is no template \"%.*s\"",
                             (int)(name.len > 100 ? 100 : name.len), name.ptr);
}

static int add_parent(hearth__linker *l, hearth__page *page, hearth_str name)
{
    const hearth__template *last = page->chain[page->nchain - 1], *t;
    size_t at = last->extends->at;

    if (page->nchain == CHAIN)
        return hearth__link_fail(l, last, at, HEARTH_EINVAL,
                                 "more than %d templates extend each other", CHAIN);
    t = hearth__shelf_template(l->set, l->shelf, name, l->err);
    if (t == NULL)
        return missing(l, last, at, name);
    for (size_t i = 0; i < page->nchain; i++)
        if (page->chain[i] == t)
            return hearth__link_fail(l, last, at, HEARTH_EINVAL,
                                     "the templates extend each other in a circle");
    page->chain[page->nchain++] = t;
    return 0;
}

static int find_chain(hearth__linker *l, hearth__page *page, const hearth__page_id *id)
{
    const hearth__template *t =
        hearth__shelf_template(l->set, l->shelf, id->name, l->err);
    size_t used = 0;

    if (t == NULL)
        return l->err->code;
    page->chain = hearth__arena_array(&page->arena, CHAIN, sizeof *page->chain);
    if (page->chain == NULL)
        return no_memory(l->err);
    page->chain[page->nchain++] = t;
    while (page->chain[page->nchain - 1]->extends != NULL) {
        hearth_str parent = parent_of(page->chain[page->nchain - 1], id, &used);

        if (parent.len == SIZE_MAX) {
            page->open = true;
            break;
        }
        HEARTH_TRY(add_parent(l, page, parent));
    }
    return 0;
}

/* ---- names ----------------------------------------------------------------------------- */

static uint32_t number_of(hearth__page *page, hearth_str name)
{
    for (size_t i = 0; i < page->nnames; i++)
        if (hearth__str_eq(page->names[i], name))
            return (uint32_t)i;
    page->names[page->nnames] = name;
    return (uint32_t)page->nnames++;
}

/* The names of all templates of the chain, each once. */
static int number_names(hearth__linker *l, hearth__page *page)
{
    size_t most = 0;

    for (size_t i = 0; i < page->nchain; i++)
        most += page->chain[i]->nnames;
    page->names = hearth__arena_array(&page->arena, most + 1, sizeof *page->names);
    page->map = hearth__arena_array(&page->arena, page->nchain, sizeof *page->map);
    page->body = hearth__arena_array(&page->arena, page->nchain, sizeof *page->body);
    if (page->names == NULL || page->map == NULL || page->body == NULL)
        return no_memory(l->err);
    for (size_t i = 0; i < page->nchain; i++) {
        const hearth__template *t = page->chain[i];

        page->map[i] =
            hearth__arena_array(&page->arena, t->nnames + 1, sizeof *page->map[i]);
        if (page->map[i] == NULL)
            return no_memory(l->err);
        for (size_t k = 0; k < t->nnames; k++)
            page->map[i][k] = number_of(page, t->names[k]);
    }
    return 0;
}

/* ---- variants -------------------------------------------------------------------------- */

const hearth__block *hearth__page_block(const hearth__page *page, size_t from,
                                        hearth_str name, size_t *level)
{
    for (size_t i = from; i < page->nchain; i++)
        for (size_t k = 0; k < page->chain[i]->nblocks; k++)
            if (hearth__str_eq(page->chain[i]->block[k].name, name)) {
                *level = i;
                return &page->chain[i]->block[k];
            }
    return NULL;
}

static hearth__variant *new_variant(hearth__linker *l, hearth__page *page, size_t level,
                                    const hearth__block *block, const hearth__html *start)
{
    const hearth__template *t = page->chain[level];
    hearth__variant *v = hearth__arena_alloc(&page->arena, sizeof *v);

    if (v != NULL) {
        v->escape = hearth__arena_array(&page->arena, t->nsites + 1, sizeof *v->escape);
        v->place = hearth__arena_array(&page->arena, t->nplaces + 1, sizeof *v->place);
    }
    if (v == NULL || v->escape == NULL || v->place == NULL) {
        no_memory(l->err);
        return NULL;
    }
    v->page = page;
    v->t = t;
    v->level = level;
    v->map = page->map[level];
    v->block = block;
    v->start = v->end = *start;
    v->next = page->variants;
    page->variants = v;
    return v;
}

hearth__variant *hearth__variant_for(hearth__linker *l, hearth__page *page, size_t level,
                                     const hearth__block *block,
                                     const hearth__html *start)
{
    hearth__variant *v;

    for (v = page->variants; v != NULL; v = v->next)
        if (v->level == level && v->block == block && hearth__html_same(&v->start, start))
            return v;
    v = new_variant(l, page, level, block, start);
    if (v == NULL || l->depth++ > DEPTH)
        return NULL;
    if (hearth__context(l, v, false) != 0)
        return NULL;
    l->depth--;
    return v;
}

/* The bodies: the outermost is the page, the others only set names. */
static int link_bodies(hearth__linker *l, hearth__page *page)
{
    hearth__html inside = hearth__html_inside(&page->start);
    size_t last = page->nchain - 1;

    for (size_t i = 0; i < page->nchain; i++) {
        bool quiet = i < last || page->open;

        page->body[i] = new_variant(l, page, i, NULL, quiet ? &inside : &page->start);
        if (page->body[i] == NULL)
            return HEARTH_ENOMEM;
        HEARTH_TRY(hearth__context(l, page->body[i], quiet));
    }
    page->end = page->body[last]->end;
    if (page->open)
        page->end = page->start;
    return 0;
}

/* ---- pages ----------------------------------------------------------------------------- */

/* The name, the state, the parents: '\0' is in no name. */
static void make_key(hearth__buf *b, const hearth__page_id *id)
{
    hearth__buf_str(b, id->name);
    hearth__buf_char(b, '\0');
    hearth__buf_add(b, &id->start, sizeof id->start);
    for (size_t i = 0; i < id->nparents; i++) {
        hearth__buf_str(b, id->parents[i]);
        hearth__buf_char(b, '\0');
    }
}

/* Keys up to so many bytes need no memory. */
#define KEY 512

hearth__page *hearth__shelf_find(hearth__shelf *shelf, const hearth__page_id *id)
{
    hearth__page *page = NULL;
    char mem[KEY];
    hearth__buf key;

    hearth__buf_over(&key, mem, sizeof mem);
    make_key(&key, id);
    if (key.failed) {
        hearth__buf_init(&key, NULL, 0);
        make_key(&key, id);
    }
    if (!key.failed) {
        pthread_rwlock_rdlock(&shelf->lock);
        page = hearth__map_get(shelf->pages, hearth__buf_view(&key));
        pthread_rwlock_unlock(&shelf->lock);
    }
    hearth__buf_clear(&key);
    return page;
}

static hearth__page *page_new(const hearth__page_id *id)
{
    hearth__page *page = calloc(1, sizeof *page);
    hearth__buf key;

    if (page == NULL)
        return NULL;
    hearth__arena_init(&page->arena, 1024);
    hearth__buf_init(&key, &page->arena, 0);
    make_key(&key, id);
    page->key = hearth__buf_view(&key);
    page->start = id->start;
    page->building = true;
    if (!key.failed)
        return page;
    hearth__page_free(page);
    return NULL;
}

void hearth__page_free(void *arg)
{
    hearth__page *page = arg;

    if (page == NULL)
        return;
    hearth__arena_clear(&page->arena);
    free(page);
}

/* Forget a page that has gone wrong, and those that were made for it: nobody has seen them. */
static void drop(hearth__shelf *s, const hearth__page *until)
{
    bool last = false;

    while (s->making != NULL && !last) {
        hearth__page *page = s->making;

        last = page == until;
        s->making = page->next;
        hearth__page_free(page);
    }
}

/* All that was made goes onto the shelf. */
static int finish(hearth__shelf *s, hearth_template_error *err)
{
    int rc = 0;

    while (s->making != NULL) {
        hearth__page *page = s->making;

        s->making = page->next;
        page->next = NULL;
        if (hearth__map_put(s->pages, page->key, page, NULL) != 0) {
            /* Those on the shelf refer to it: it stays where nobody looks. */
            rc = no_memory(err);
            page->next = s->lost;
            s->lost = page;
        }
    }
    return rc;
}

static hearth__page *find(hearth__shelf *s, hearth_str key)
{
    hearth__page *page = hearth__map_get(s->pages, key);

    for (hearth__page *p = s->making; page == NULL && p != NULL; p = p->next)
        if (hearth__str_eq(p->key, key))
            page = p;
    return page;
}

/* It is included by itself: is there a way around that? */
static bool goes_round(const hearth__page *page, const hearth__page *from)
{
    for (; from != NULL; from = from->around) {
        if (from->in_choice)
            return false;
        if (from == page)
            return true;
    }
    return false;
}

static int in_circle(hearth__page *page, hearth__page *around, hearth_template_error *err)
{
    if (!page->building || !goes_round(page, around))
        return 0;
    err->code = HEARTH_EINVAL;
    snprintf(err->text, sizeof err->text,
             "the template \"%s\" includes itself without end", page->key.ptr);
    return HEARTH_EINVAL;
}

static int build(hearth__linker *l, hearth__page *page, const hearth__page_id *id)
{
    HEARTH_TRY(find_chain(l, page, id));
    HEARTH_TRY(number_names(l, page));
    return link_bodies(l, page);
}

static int depth_of(const hearth__page *page)
{
    int n = 0;

    for (; page != NULL; page = page->around)
        n++;
    return n;
}

hearth__page *hearth__link(hearth_templates *set, hearth__shelf *shelf,
                           const hearth__page_id *id, hearth__page *around,
                           hearth_template_error *err)
{
    hearth__linker l = {.set = set, .shelf = shelf, .err = err};
    hearth__page *page = page_new(id), *old;
    int rc;

    if (page == NULL || depth_of(around) > DEPTH) {
        no_memory(err);
        hearth__page_free(page);
        return NULL;
    }
    old = find(shelf, page->key);
    if (old != NULL) {
        hearth__page_free(page);
        return in_circle(old, around, err) == 0 ? old : NULL;
    }
    page->next = shelf->making;
    shelf->making = page;
    page->around = around;
    rc = build(&l, page, id);
    page->building = false;
    page->around = NULL;
    if (rc != 0)
        drop(shelf, page);
    else if (around == NULL)
        rc = finish(shelf, err);
    return rc == 0 ? page : NULL;
}
