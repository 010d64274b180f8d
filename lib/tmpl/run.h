/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TMPL_RUN_H
#define HEARTH_TMPL_RUN_H

/*
 * Running pages.
 *
 * A frame is one run of a body: its slots, and the variables that it knows by name.
 * Variables belong to a page that runs; those that are not set by it are looked for once, and
 * remembered: where it is included, in the data, among what all templates know.
 */

#include "tmpl/link.h"
#include "tmpl/render.h"

typedef struct hearth__vars {
    const hearth__page *page;
    hearth_value *value;            /* of each name of the page */
    uint8_t *state;                 /* HEARTH__VAR_... */
    const json_t *data;             /* or NULL */
    struct hearth__vars *outer;     /* of the page that includes this one; or NULL */
    const hearth__visible *visible; /* slots that could be seen there */
    const hearth_value *seen;       /* their values */
    size_t nvisible;
} hearth__vars;

#define HEARTH__VAR_UNKNOWN 0
#define HEARTH__VAR_FOUND   1
#define HEARTH__VAR_SET     2 /* by the page: others that import it see it */

typedef struct hearth__frame {
    hearth__render *r;
    const hearth__variant *v;
    hearth__vars *vars;
    hearth_value *slot;
    hearth__buf *out;
    bool quiet; /* only names are set */
} hearth__frame;

/* What a statement says besides 0 and HEARTH_E. */
#define HEARTH__BREAK    1
#define HEARTH__CONTINUE 2

/* run.c.  Render a page into out: 0, or why not in r->error. */
int hearth__run_page(hearth__render *r, hearth__page *page, const json_t *data,
                     hearth__buf *out);
/* The bodies of a page, the outermost printed into out. */
int hearth__run_bodies(hearth__render *r, hearth__page *page, hearth__vars *vars,
                       hearth__buf *out);
int hearth__run_body(hearth__frame *f, const hearth__stmt *s);
int hearth__run_inits(hearth__frame *f, const hearth__init *init);
/* A body into a text of its own: HTML, as it has been escaped. */
int hearth__run_captured(hearth__frame *f, const hearth__stmt *s, hearth_value *out);
/* A block, where f stands. */
int hearth__run_block(hearth__frame *f, const hearth__variant *v, hearth__vars *vars,
                      hearth__buf *out);
int hearth__run_set(hearth__frame *f, const hearth__target *to, hearth_value v);
/* Deeper by one call, include or block; HEARTH_ETOOBIG past max_depth. */
int hearth__run_enter(hearth__render *r);
void hearth__run_leave(hearth__render *r);
/* n slots, all undefined, until hearth__run_release().  NULL: failed. */
hearth_value *hearth__run_slots(hearth__render *r, size_t n);
typedef struct hearth__stack_mark {
    hearth_value *at, *end;
} hearth__stack_mark;
hearth__stack_mark hearth__run_mark(const hearth__render *r);
void hearth__run_release(hearth__render *r, hearth__stack_mark mark);
/* Say where, unless that has been said; returns rc. */
int hearth__run_place(const hearth__frame *f, uint32_t at, int rc);

/* run_eval.c */
int hearth__eval(hearth__frame *f, const hearth__expr *e, hearth_value *out);
/* As `if` sees it. */
int hearth__eval_truth(hearth__frame *f, const hearth__expr *e, bool *out);

/* run_call.c */
typedef struct hearth__given {
    hearth_value *at;
    size_t n;
    hearth_template_named *named;
    size_t nnamed;
} hearth__given;
/* caller: given as such to a macro; UNDEFINED: none. */
int hearth__eval_args(hearth__frame *f, const hearth__args *args, hearth_value caller,
                      hearth__given *out);
/* FILTER, TEST. */
int hearth__eval_apply(hearth__frame *f, const hearth__expr *e, hearth_value *out);
/* CALL, METHOD. */
int hearth__eval_call(hearth__frame *f, const hearth__expr *e, hearth_value caller,
                      hearth_value *out);
/* The same, printed into f->out when it is a macro: then *printed. */
int hearth__eval_call_put(hearth__frame *f, const hearth__expr *e, hearth_value caller,
                          hearth_value *out, bool *printed);

/* run_vars.c */
hearth__vars *hearth__vars_new(hearth__render *r, const hearth__page *page,
                               const json_t *data, hearth__vars *outer);
/* Remember the values of slots that can be seen. */
int hearth__vars_see(hearth__frame *f, hearth__vars *vars, const hearth__visible *visible,
                     size_t n);
hearth_value hearth__vars_get(hearth__render *r, hearth__vars *vars, uint32_t name);

/* run_macro.c */
int hearth__macro_make(hearth__frame *f, const hearth__macro *m, hearth_value *out);
/* It has been set to this: what it takes along of that name is itself. */
int hearth__macro_take_self(hearth_value macro, const hearth__target *to);
/* NULL: it is no macro. */
struct hearth__macro_value *hearth__as_macro(hearth_value v);
int hearth__macro_call(hearth__render *r, struct hearth__macro_value *m,
                       const hearth__given *given, hearth__buf *out);

/* run_loop.c */
int hearth__run_for(hearth__frame *f, const hearth__stmt *s);

/* run_include.c.  A page by name for the state h: NULL and 0 when missing_ok and it is not there. */
int hearth__run_find(hearth__frame *f, hearth_str name, const hearth__html *h,
                     bool missing_ok, hearth__page **out);
/* While the page is open: evaluate what it extends, and find that.  seen: what can be seen where
 * it is included; or NULL. */
int hearth__run_close(hearth__render *r, hearth__page **page, const json_t *data,
                      hearth__vars *outer, const hearth__vars *seen);
/* The page of that id. */
int hearth__run_find_page(hearth__render *r, const hearth__page_id *id, bool missing_ok,
                          hearth__page **out);
int hearth__run_include(hearth__frame *f, const hearth__stmt *s);
int hearth__run_import(hearth__frame *f, const hearth__stmt *s);

#endif
