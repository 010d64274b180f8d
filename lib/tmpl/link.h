/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TMPL_LINK_H
#define HEARTH_TMPL_LINK_H

/*
 * Templates put together for the place where they are used.
 *
 * A page is a template with all that it extends, for the HTML state in which it begins: as a
 * page of its own that of its file, as an included one that of its place.  Within a page each
 * body (that of a template, a block) has a variant for each state in which it begins, and the
 * variant knows how every expression is escaped and where every block and include leads.  So
 * while rendering there is nothing left to be found out.
 */

#include "tmpl/html.h"
#include "tmpl/node.h"
#include "tmpl/shelf.h"

typedef struct hearth__page hearth__page;

typedef struct hearth__variant {
    struct hearth__variant *next; /* of the page */
    hearth__page *page;
    const hearth__template *t;
    size_t level;               /* of the template in the page's chain */
    const uint32_t *map;        /* names of the template to those of the page */
    const hearth__block *block; /* NULL: the body of the template */
    hearth__html start, end;
    uint8_t *escape; /* hearth__escape of each site */
    struct {
        struct hearth__variant *variant; /* BLOCK, SUPER, SELF */
        hearth__page *page;              /* INCLUDE, IMPORT by a fixed name; or NULL */
        hearth__html at;                 /* INCLUDE, IMPORT: how what is found begins */
    } * place;
} hearth__variant;

struct hearth__page {
    hearth__page *next;   /* of those that are being made */
    hearth__page *around; /* whose include or import made it, while it is being made */
    hearth__arena arena;
    hearth_str key;
    const hearth__template **chain; /* the one asked for first, the outermost last */
    size_t nchain;
    bool open; /* the last one extends what is known only while rendering */
    hearth_str *names;
    size_t nnames;
    uint32_t **map; /* of each template of the chain */
    hearth__html start, end;
    hearth__variant *variants;
    hearth__variant *
        *body; /* of each template of the chain; all but the last only set names */
    atomic_size_t wrote; /* bytes of the last rendering: the next will need as many */
    bool building,
        in_choice; /* in_choice: the include that is looked at may not be reached */
};

/* A page is asked for by these. */
typedef struct hearth__page_id {
    hearth_str name;
    hearth__html start;
    const hearth_str *parents; /* what its open ends extend, in their order */
    size_t nparents;
} hearth__page_id;

/* One that is on the shelf; NULL: none.  Locks. */
hearth__page *hearth__shelf_find(hearth__shelf *shelf, const hearth__page_id *id);
/* Everything is made anew when it is not there yet.  NULL with *err filled in.  The shelf is
 * locked for writing. */
hearth__page *hearth__link(hearth_templates *set, hearth__shelf *shelf,
                           const hearth__page_id *id, hearth__page *around,
                           hearth_template_error *err);

/* context.c: find out how the body of a variant is escaped.  0, or why not in *err. */
typedef struct hearth__linker {
    hearth_templates *set;
    hearth__shelf *shelf;
    hearth_template_error *err;
    int depth;
} hearth__linker;
int hearth__context(hearth__linker *l, hearth__variant *v, bool quiet);

/* The variant of a body for a state, made when it is not there; NULL: failed. */
hearth__variant *hearth__variant_for(hearth__linker *l, hearth__page *page, size_t level,
                                     const hearth__block *block,
                                     const hearth__html *start);
/* The block of that name, of the templates from this level on; NULL: there is none. */
const hearth__block *hearth__page_block(const hearth__page *page, size_t from,
                                        hearth_str name, size_t *level);
int hearth__link_fail(hearth__linker *l, const hearth__template *t, size_t at, int code,
                      const char *fmt, ...) HEARTH_PRINTF(5, 6);

#endif
