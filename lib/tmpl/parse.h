/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TMPL_PARSE_H
#define HEARTH_TMPL_PARSE_H

/*
 * From source to nodes.  One pass: names are resolved as they are read.
 */

#include "tmpl/lex.h"
#include "tmpl/node.h"
#include "tmpl/set.h"

/* Memory, the nodes' too, is of the arena.  NULL with *err filled in. */
hearth__template *hearth__parse(hearth_templates *set, hearth__arena *arena,
                                hearth_str name, hearth_str source,
                                hearth_template_error *err);

/* ---- for the parser's own files ------------------------------------------------------ */

/* Tags and brackets in each other. */
#define HEARTH__PARSE_DEPTH 100
/* Operators, filters and dots of one expression: evaluating goes as deep. */
#define HEARTH__PARSE_LINKS 1000

typedef struct hearth__var {
    struct hearth__var *next;
    hearth_str name;
    uint32_t slot;
} hearth__var;

/* Where names are set.  Without a function of its own a scope is within the one around. */
typedef struct hearth__scope {
    struct hearth__scope *up;
    struct hearth__func *func;
    hearth__var *vars;
    hearth__init *inits;
    hearth__for *loop; /* `loop` is a name of this scope; or NULL */
    bool top;          /* of the template: names are the context's */
} hearth__scope;

/* What has slots of its own: the template, a block, a macro, the body of a call. */
typedef struct hearth__func {
    struct hearth__func *up; /* whose slots it may take along; NULL: nobody's */
    hearth__scope *around;   /* where it stands, in `up` */
    hearth__scope scope;     /* its outermost */
    uint32_t nslots;
    hearth__taken *taken;
    size_t ntaken, taken_cap;
    hearth__macro *macro; /* or NULL */
    bool in_block;
} hearth__func;

/* An array that grows in the arena. */
typedef struct hearth__grow {
    void *at;
    size_t n, cap;
} hearth__grow;

typedef struct hearth__parser {
    hearth__lex lex;
    hearth_templates *set;
    hearth__arena *arena;
    hearth__template *t;
    hearth__scope *scope;
    hearth__grow names, blocks, places;
    int depth, loops; /* loops: around, in this function */
    int links; /* of chains in the expression that is read: a + b + c, x|f|g, a.b.c */
    bool failed;
} hearth__parser;

/* The place of a new item, zeroed; NULL and failed when out of memory. */
void *hearth__parse_grow(hearth__parser *p, hearth__grow *g, size_t size);
void *hearth__parse_alloc(hearth__parser *p, size_t n);
/* Fails the parser; always NULL. */
void *hearth__parse_fail(hearth__parser *p, size_t at, const char *fmt, ...)
    HEARTH_PRINTF(3, 4);
/* What the current token is, for sentences: at most 40 bytes of it. */
const char *hearth__parse_token(hearth__parser *p, char out[64]);
bool hearth__parse_is(const hearth__parser *p, unsigned sign);
bool hearth__parse_word(const hearth__parser *p, const char *word);
/* Skip it if it is there. */
bool hearth__parse_accept(hearth__parser *p, unsigned sign);
bool hearth__parse_accept_word(hearth__parser *p, const char *word);
/* Skip it, or fail: "... is expected here, not ...". */
bool hearth__parse_expect(hearth__parser *p, unsigned sign, const char *what);
bool hearth__parse_expect_end(hearth__parser *p);
/* A name that may be set; reserved words are refused. */
bool hearth__parse_new_name(hearth__parser *p, hearth_str *out);

/* A new place that is linked later: its number. */
uint32_t hearth__parse_place(hearth__parser *p, hearth__place_kind kind, hearth_str name,
                             size_t at);

/* parse_expr.c.  NULL: failed. */
hearth__expr *hearth__parse_expr(hearth__parser *p);
hearth__expr *hearth__parse_expr_no_if(hearth__parser *p);
/* Several with commas between them are a tuple. */
hearth__expr *hearth__parse_tuple(hearth__parser *p);
hearth__expr *hearth__parse_tuple_no_if(hearth__parser *p);
/* Only what comes before "|", "is" and operators. */
hearth__expr *hearth__parse_primary(hearth__parser *p);
/* `name(args)|name...`, applied to value: the filters of {% filter %} and {% set x | f %}. */
hearth__expr *hearth__parse_filters(hearth__parser *p, hearth__expr *value);
hearth__expr *hearth__parse_node(hearth__parser *p, hearth__expr_kind kind, size_t at);
/* One level further in; false and a failed parser when that is too deep.  p->depth-- in any case. */
bool hearth__parse_deeper(hearth__parser *p);
/* e, which has become part of a longer chain; NULL when that is too long. */
hearth__expr *hearth__parse_longer(hearth__parser *p, hearth__expr *e);
hearth__expr *hearth__parse_list(hearth__parser *p, hearth__expr_kind kind, size_t at,
                                 const hearth__grow *g);
/* An operand with its attributes, subscripts and calls; the filters, tests and calls behind it. */
hearth__expr *hearth__parse_operand(hearth__parser *p);
hearth__expr *hearth__parse_behind(hearth__parser *p, hearth__expr *e);
/* The call of {% call %}: f(x) or a.f(x). */
hearth__expr *hearth__parse_call(hearth__parser *p);

/* parse_apply.c: arguments of calls, filters and tests. */
bool hearth__parse_args(hearth__parser *p, hearth__args *args);
bool hearth__parse_bind(hearth__parser *p, size_t at, const char *what,
                        const hearth__builtin *b, hearth__args *args);
hearth__expr *hearth__parse_filter(hearth__parser *p, hearth__expr *value);
hearth__expr *hearth__parse_test(hearth__parser *p, hearth__expr *value);

/* parse_name.c */
void hearth__scope_open(hearth__parser *p, hearth__scope *s);
void hearth__scope_close(hearth__parser *p);
void hearth__func_open(hearth__parser *p, hearth__func *f, bool takes);
void hearth__func_close(hearth__parser *p);
/* The number of a name that the context knows. */
uint32_t hearth__name_index(hearth__parser *p, hearth_str name);
/* A name that is read. */
hearth__expr *hearth__name_read(hearth__parser *p, hearth_str name, size_t at);
/* A name that is set; declare: it is new here, whatever is outside (parameters, targets of
 * loops). */
bool hearth__name_set(hearth__parser *p, hearth_str name, bool declare,
                      hearth__target *out);
uint32_t hearth__slot_new(hearth__parser *p);
/* All slots that can be seen from here. */
bool hearth__names_visible(hearth__parser *p, hearth__visible **out, size_t *n);

/* parse_stmt.c: everything up to one of the tags, ended by NULL; *which tells.  The tag's name
 * has been read. */
hearth__stmt *hearth__parse_body(hearth__parser *p, const char *const *until,
                                 size_t *which, size_t opened);
hearth__stmt *hearth__parse_stmt(hearth__parser *p, hearth__stmt_kind kind, size_t at);
bool hearth__parse_target(hearth__parser *p, bool declare, bool attrs,
                          hearth__target *out);

/* parse_tags.c, parse_macro.c: one tag each; its name has been read. */
typedef hearth__stmt *hearth__tag_fn(hearth__parser *p, size_t at);
hearth__tag_fn hearth__tag_if, hearth__tag_for, hearth__tag_set, hearth__tag_with,
    hearth__tag_filter, hearth__tag_do, hearth__tag_break, hearth__tag_continue,
    hearth__tag_autoescape, hearth__tag_extends, hearth__tag_block, hearth__tag_include,
    hearth__tag_import, hearth__tag_from, hearth__tag_macro, hearth__tag_call;

#endif
