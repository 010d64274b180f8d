/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TMPL_NODE_H
#define HEARTH_TMPL_NODE_H

/*
 * A template as the parser leaves it: statements and expressions with all names resolved.
 *
 * A name is either a slot of the function that runs (a loop variable, a parameter, what was set
 * within a loop or a block), or one of the numbered names of the template, which the context
 * knows: the data, what was set at the top, macros, functions.  Nothing here changes after
 * parsing; any number of threads read it.
 */

#include "tmpl/builtin.h"

typedef struct hearth__expr hearth__expr;
typedef struct hearth__stmt hearth__stmt;
typedef struct hearth__template hearth__template;

#define HEARTH__NO_SLOT UINT32_MAX

/* ---- expressions --------------------------------------------------------------------- */

typedef enum hearth__expr_kind {
    HEARTH__EXPR_CONST,
    HEARTH__EXPR_SLOT,
    HEARTH__EXPR_NAME,
    HEARTH__EXPR_ATTR,
    HEARTH__EXPR_ITEM,
    HEARTH__EXPR_SLICE,
    HEARTH__EXPR_LIST,
    HEARTH__EXPR_TUPLE,
    HEARTH__EXPR_MAP,
    HEARTH__EXPR_CONCAT,
    HEARTH__EXPR_COMPUTE,
    HEARTH__EXPR_NEGATE,
    HEARTH__EXPR_PLUS, /* +x: a number, or an error */
    HEARTH__EXPR_NOT,
    HEARTH__EXPR_AND,
    HEARTH__EXPR_OR,
    HEARTH__EXPR_COMPARE,
    HEARTH__EXPR_IF,
    HEARTH__EXPR_FILTER,
    HEARTH__EXPR_TEST,
    HEARTH__EXPR_CALL,
    HEARTH__EXPR_METHOD,
    HEARTH__EXPR_SUPER, /* super() */
    HEARTH__EXPR_SELF   /* self.name() */
} hearth__expr_kind;

typedef enum hearth__compare {
    HEARTH__CMP_EQ,
    HEARTH__CMP_NE,
    HEARTH__CMP_LT,
    HEARTH__CMP_LE,
    HEARTH__CMP_GT,
    HEARTH__CMP_GE,
    HEARTH__CMP_IN,
    HEARTH__CMP_NOT_IN
} hearth__compare;

typedef struct hearth__named_expr {
    hearth_str name;
    hearth__expr *value;
} hearth__named_expr;

/* Arguments of a call.  Those of filters and tests without a star are in the order of the
 * parameters already (`bound`), NULL where one is not given, and `named` are those of "**". */
typedef struct hearth__args {
    hearth__expr **at;
    size_t n;
    hearth__named_expr *named;
    size_t nnamed;
    hearth__expr *star, *stars; /* *list, **map; or NULL */
    bool bound;
} hearth__args;

typedef struct hearth__compare_part {
    hearth__compare how;
    hearth__expr *with;
} hearth__compare_part;

struct hearth__expr {
    uint8_t kind; /* hearth__expr_kind */
    uint8_t op;   /* COMPUTE: hearth__op; TEST: 1 for `is not` */
    uint32_t at;  /* where in the source */
    union {
        hearth_value value; /* CONST */
        uint32_t slot;      /* SLOT */
        uint32_t name;      /* NAME */
        uint32_t place;     /* SUPER, SELF: what it leads to is known when linked */
        struct {
            hearth__expr *of;
            hearth_str name;
        } attr;
        struct {
            hearth__expr *of, *key;
        } item;
        struct {
            hearth__expr *of, *from, *to, *step; /* NULL: left out */
        } slice;
        struct {
            hearth__expr **at; /* MAP: key, value, key, value */
            size_t n;
        } list;
        struct {
            hearth__expr *a, *b; /* b: NULL with one operand */
        } operands;
        struct {
            hearth__expr *first;
            hearth__compare_part *rest;
            size_t n;
        } compare;
        struct {
            hearth__expr *cond, *yes, *no; /* no: NULL gives undefined */
        } choice;
        struct {
            const hearth__builtin *what;
            hearth__expr *value;
            hearth__args args;
        } apply; /* FILTER, TEST */
        struct {
            hearth__expr *of; /* CALL: what is called; METHOD: the receiver */
            hearth_str name;  /* METHOD */
            hearth__args args;
        } call;
    } u;
};

/* ---- statements ---------------------------------------------------------------------- */

typedef enum hearth__stmt_kind {
    HEARTH__STMT_TEXT,
    HEARTH__STMT_PUT, /* {{ ... }} */
    HEARTH__STMT_IF,
    HEARTH__STMT_FOR,
    HEARTH__STMT_SET,
    HEARTH__STMT_CAPTURE, /* {% set x %}...{% endset %} */
    HEARTH__STMT_WITH,
    HEARTH__STMT_FILTER, /* {% filter x %}...{% endfilter %} */
    HEARTH__STMT_BLOCK,
    HEARTH__STMT_INCLUDE,
    HEARTH__STMT_IMPORT,
    HEARTH__STMT_FROM,
    HEARTH__STMT_MACRO,
    HEARTH__STMT_CALL,
    HEARTH__STMT_DO,
    HEARTH__STMT_BREAK,
    HEARTH__STMT_CONTINUE
} hearth__stmt_kind;

/* Where a value goes. */
typedef struct hearth__target {
    enum {
        HEARTH__TO_SLOT,
        HEARTH__TO_NAME,
        HEARTH__TO_ATTR, /* of a namespace */
        HEARTH__TO_SEVERAL
    } kind;
    uint32_t index;   /* of the slot or the name */
    hearth__expr *of; /* TO_ATTR */
    hearth_str attr;  /* TO_ATTR */
    struct hearth__target *several;
    size_t n;
} hearth__target;

/* A name of an outer scope that an inner one sets: it starts with the outer value. */
typedef struct hearth__init {
    struct hearth__init *next;
    uint32_t slot;
    hearth__expr *from; /* SLOT or NAME */
} hearth__init;

/* A slot that can be seen at a place, for what is looked up by name there. */
typedef struct hearth__visible {
    hearth_str name;
    uint32_t slot;
} hearth__visible;

typedef struct hearth__param {
    hearth_str name;
    uint32_t slot;
    hearth__expr *fallback; /* NULL: undefined */
} hearth__param;

/* A value of the function around, taken along when a macro is made. */
typedef struct hearth__taken {
    uint32_t from, slot;
} hearth__taken;

/* A macro, or the body of a call. */
typedef struct hearth__macro {
    hearth_str name;
    hearth__param *param;
    size_t nparams;
    uint32_t varargs, kwargs, caller; /* their slots, or HEARTH__NO_SLOT */
    hearth__taken *taken;
    size_t ntaken;
    uint32_t nslots;
    hearth__init *inits;
    hearth__stmt *body;
    uint32_t at;
} hearth__macro;

typedef struct hearth__branch {
    hearth__expr *cond; /* NULL: else */
    hearth__stmt *body;
} hearth__branch;

typedef struct hearth__for {
    hearth__target target;
    hearth__expr *in, *filter; /* filter: NULL: none */
    hearth__stmt *body, *otherwise;
    hearth__init *inits; /* at the start of each iteration */
    hearth__init *else_inits;
    uint32_t loop; /* the slot of `loop`, or HEARTH__NO_SLOT: nobody asks for it */
    bool recursive;
    uint32_t slots, slots_end; /* the slots of the body, to be saved when it recurs */
} hearth__for;

typedef struct hearth__imported {
    hearth_str name;
    hearth__target target;
} hearth__imported;

struct hearth__stmt {
    uint8_t kind; /* hearth__stmt_kind */
    uint32_t at;
    hearth__stmt *next;
    union {
        hearth_str text;
        struct {
            hearth__expr *value;
            uint32_t site; /* which escaping, by variant */
        } put;
        struct {
            hearth__branch *branch;
            size_t n;
        } choice;
        hearth__for *loop;
        struct {
            hearth__target target;
            hearth__expr *value;
        } set;
        struct {
            hearth__target target;
            hearth__expr *filtered; /* a chain of filters over the slot `text`, or NULL */
            uint32_t text;
            hearth__init *inits;
            hearth__stmt *body;
        } capture;
        struct {
            hearth__target *target;
            hearth__expr **value;
            size_t n;
            hearth__init *inits;
            hearth__stmt *body;
        } with;
        struct {
            hearth__expr *filtered; /* over the slot `text` */
            uint32_t text, site;
            hearth__init *inits;
            hearth__stmt *body;
        } filter;
        struct {
            uint32_t block; /* of the template's */
            uint32_t place;
            hearth__visible *visible; /* of a scoped one */
            size_t nvisible;
        } block;
        struct {
            hearth__expr *name; /* a text, or a list of them */
            uint32_t place;
            bool missing_ok, with_context;
            hearth__visible *visible;
            size_t nvisible;
        } include;
        struct {
            hearth__expr *name;
            uint32_t place;
            bool with_context;
            hearth__target target;      /* IMPORT */
            hearth__imported *imported; /* FROM */
            size_t n;
            hearth__visible *visible;
            size_t nvisible;
        } import;
        struct {
            hearth__macro *macro;
            hearth__target target;
        } macro;
        struct {
            hearth__macro *body;
            hearth__expr *call; /* CALL or METHOD */
            uint32_t site;
        } call;
        hearth__expr *expr; /* DO */
    } u;
};

/* ---- the template -------------------------------------------------------------------- */

typedef struct hearth__block {
    hearth_str name;
    hearth__stmt *body;
    uint32_t nslots;
    hearth__init *inits;
    bool scoped, required;
    uint32_t at;
} hearth__block;

typedef enum hearth__place_kind {
    HEARTH__PLACE_BLOCK,
    HEARTH__PLACE_SUPER,
    HEARTH__PLACE_SELF,
    HEARTH__PLACE_INCLUDE,
    HEARTH__PLACE_IMPORT
} hearth__place_kind;

/* What has to be there when this is linked. */
typedef struct hearth__place {
    hearth__place_kind kind;
    hearth_str name;           /* of the block */
    const hearth__expr *other; /* INCLUDE, IMPORT: the name of the template */
    uint32_t at;
} hearth__place;

struct hearth__template {
    hearth_str name;
    hearth_str source; /* line ends are '\n' */
    hearth_str *names; /* what the context is asked for */
    size_t nnames;
    hearth__block *block;
    size_t nblocks;
    hearth__expr *extends; /* NULL: it stands for itself */
    hearth__stmt *body;
    uint32_t nslots;
    uint32_t nsites;
    hearth__place *place;
    size_t nplaces;
    int64_t changed_ns, size; /* of its file, for reloading */
};

#endif
