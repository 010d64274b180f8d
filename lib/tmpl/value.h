/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TMPL_VALUE_H
#define HEARTH_TMPL_VALUE_H

/*
 * What templates compute with.
 *
 * A hearth_value is 16 bytes and copied freely.  Trees of the data (json_t) are borrowed and
 * looked at in place: their scalars become plain values when they are read, lists and objects
 * stay trees with the flag HEARTH_VALUE_TREE.  Lists and maps that a template makes are in the
 * arena of its rendering.  Whatever can fail takes the rendering, returns 0 or HEARTH_E, and
 * has said why (hearth__render_fail).
 *
 * Marks of texts: HTML is what text takes as it is; escaping has been done, or somebody who
 * trusts it has said `unsafe_html`.  An operation keeps the mark only if its result is HTML
 * whatever was put in: joining HTML with a plain text escapes the plain text first.
 */

#include "core/arena.h"
#include "core/buf.h"

#include <hearth/template.h>

typedef struct hearth__render hearth__render;
typedef struct hearth__list hearth__list;
typedef struct hearth__map_value hearth__map_value;
typedef struct hearth__object hearth__object;

struct hearth__list {
    size_t n, cap;
    hearth_value *at;
};

typedef struct hearth__map_entry {
    hearth_value key, value;
    uint64_t hash;
} hearth__map_entry;

/* In the order in which keys were first put. */
struct hearth__map_value {
    size_t n, cap;
    hearth__map_entry *at;
    uint32_t *slot; /* positions + 1 by hash; NULL while it is small */
    size_t nslots;  /* a power of two */
};

/* ---- objects: what has behaviour ------------------------------------------------------ */

/* Every slot may be NULL: then the object cannot do that, and a template that tries gets an
 * error which names it. */
typedef struct hearth__object_ops {
    const char *name; /* mandatory: "loop", "namespace", "macro" */
    /* An attribute; HEARTH_ENOTFOUND without a word when there is none: it is undefined. */
    int (*get)(hearth__render *r, hearth__object *self, hearth_str name,
               hearth_value *out);
    /* {% set self.name = value %} */
    int (*set)(hearth__render *r, hearth__object *self, hearth_str name, hearth_value v);
    /* self(...): call->args are all positional ones, call->named all others. */
    int (*call)(hearth__object *self, hearth_template_call *call, hearth_value *out);
    /* self.name(...); NULL: get, then call what that gave.  HEARTH_ENOTFOUND without a word
     * when there is no such method. */
    int (*method)(hearth__object *self, hearth_str name, hearth_template_call *call,
                  hearth_value *out);
    /* How it is printed; NULL: "<name>". */
    int (*print)(hearth__render *r, hearth__object *self, hearth__buf *out);
    /* As `if` sees it; NULL: true. */
    int (*truth)(hearth__render *r, hearth__object *self, bool *out);
} hearth__object_ops;

/* The first member of every object. */
struct hearth__object {
    const hearth__object_ops *ops;
};

/* Of a LIST: (grouper, list), what the filter groupby makes; both can be asked for by name. */
#define HEARTH__VALUE_GROUP 0x20u

/* ---- making values --------------------------------------------------------------------- */

/* n <= UINT32_MAX; borrowed. */
static inline hearth_value hearth__v_textn(const char *p, size_t n, unsigned flags)
{
    hearth_value v = {HEARTH_VALUE_TEXT, (uint8_t)flags, 0, (uint32_t)n, {0}};

    v.u.text = p;
    return v;
}

/* name: what is missing, for the sentence; memory that outlives the rendering. */
static inline hearth_value hearth__v_undefined(hearth_str name)
{
    hearth_value v = {HEARTH_VALUE_UNDEFINED, 0, 0, (uint32_t)name.len, {0}};

    v.u.text = name.ptr;
    return v;
}

static inline hearth_value hearth__v_list(hearth__list *l, bool tuple)
{
    hearth_value v = {HEARTH_VALUE_LIST, tuple ? HEARTH_VALUE_TUPLE : 0, 0, 0, {0}};

    v.u.list = l;
    return v;
}

static inline hearth_value hearth__v_map(hearth__map_value *m)
{
    hearth_value v = {HEARTH_VALUE_MAP, 0, 0, 0, {0}};

    v.u.map = m;
    return v;
}

static inline hearth_value hearth__v_object(hearth__object *o)
{
    hearth_value v = {HEARTH_VALUE_OBJECT, 0, 0, 0, {0}};

    v.u.object = o;
    return v;
}

static inline hearth_str hearth__v_bytes(hearth_value v)
{
    return (hearth_str){v.u.text, v.len};
}

static inline bool hearth__v_is_text(hearth_value v)
{
    return v.kind == HEARTH_VALUE_TEXT;
}

static inline bool hearth__v_is_html(hearth_value v)
{
    return v.kind == HEARTH_VALUE_TEXT && (v.flags & HEARTH_VALUE_HTML) != 0;
}

static inline bool hearth__v_is_undefined(hearth_value v)
{
    return v.kind == HEARTH_VALUE_UNDEFINED;
}

static inline bool hearth__v_is_tree(hearth_value v)
{
    return (v.flags & HEARTH_VALUE_TREE) != 0;
}

/* A tree of the data; NULL is undefined.  A text past 4 GiB is UNDEFINED. */
hearth_value hearth__v_json(const json_t *tree);
/* A copy in the arena; HEARTH_ETOOBIG past UINT32_MAX. */
int hearth__v_copy(hearth__render *r, hearth_str s, unsigned flags, hearth_value *out);
/* What a buffer over the arena of the rendering holds, not copied; HEARTH_ENOMEM and
 * HEARTH_ETOOBIG of a failed one are said here. */
int hearth__v_buf(hearth__render *r, const hearth__buf *b, unsigned flags,
                  hearth_value *out);

/* NULL and a failed rendering when out of memory.  cap: what will be added, or 0. */
hearth__list *hearth__list_new(hearth__render *r, size_t cap);
int hearth__list_add(hearth__render *r, hearth__list *l, hearth_value v);
hearth__map_value *hearth__map_new_value(hearth__render *r);
/* Insert or replace.  A list, a map or an object is no key: an error. */
int hearth__map_set(hearth__render *r, hearth__map_value *m, hearth_value key,
                    hearth_value v);
int hearth__map_set_text(hearth__render *r, hearth__map_value *m, hearth_str key,
                         hearth_value v);

/* ---- asking ---------------------------------------------------------------------------- */

/* "undefined", "none", "boolean", "integer", "float", "text", "list", "map", or what the object
 * is called; for sentences. */
const char *hearth__v_kind_name(hearth_value v);
/* As `if` sees it.  Strict renderings fail for what is undefined. */
int hearth__v_truth(hearth__render *r, hearth_value v, bool *out);
/* Characters of a text, items of a list or map; 0 of what is undefined (lenient); else an
 * error. */
int hearth__v_len(hearth__render *r, hearth_value v, size_t *out);
/* True == 1 == 1.0; HTML or not does not matter; deep, to a bound. */
bool hearth__v_equal(hearth_value a, hearth_value b);
/* *out < 0, 0, > 0.  Numbers with numbers, texts with texts (by code point), lists with lists,
 * else an error. */
int hearth__v_compare(hearth__render *r, hearth_value a, hearth_value b, int *out);
/* `needle in hay`: a part of a text, an item of a list, a key of a map. */
int hearth__v_in(hearth__render *r, hearth_value needle, hearth_value hay, bool *out);
/* A number: BOOL, INT or FLOAT as a double; false for all else. */
bool hearth__v_number(hearth_value v, double *out);
/* BOOL, INT, or a FLOAT without a fraction; false for all else. */
bool hearth__v_integer(hearth_value v, int64_t *out);

/* The member of a map, UNDEFINED when absent. */
hearth_value hearth__v_member(hearth_value map, hearth_str key);
/* The i-th item of a list, i < its length. */
hearth_value hearth__v_at(hearth_value list, size_t i);
/* `v.name`: a member, else an attribute of an object; UNDEFINED when there is none; an error
 * when v itself is undefined. */
int hearth__v_attr(hearth__render *r, hearth_value v, hearth_str name, hearth_value *out);
/* `v[key]`: an item, counted from the end if negative; a member; a character of a text. */
int hearth__v_item(hearth__render *r, hearth_value v, hearth_value key,
                   hearth_value *out);
/* `v[from:to:step]`; UNDEFINED and NONE are left out. */
int hearth__v_slice(hearth__render *r, hearth_value v, hearth_value from, hearth_value to,
                    hearth_value step, hearth_value *out);

/* ---- walking --------------------------------------------------------------------------- */

/* All items of a list, keys of a map, characters of a text.  What is walked must not change. */
typedef struct hearth__iter {
    hearth_value of;
    size_t at, n; /* n: how many there are in all */
    void *place;  /* in a tree of members */
    const char *text;
} hearth__iter;

/* Undefined: none (lenient).  Other kinds: an error.  Does not count iterations: who loops for
 * long calls hearth__render_tick(). */
int hearth__iter_begin(hearth__render *r, hearth_value v, hearth__iter *it);
bool hearth__iter_next(hearth__iter *it, hearth_value *out);
/* A list of what can be walked: itself, if it is one that the template made. */
int hearth__v_to_list(hearth__render *r, hearth_value v, hearth__list **out);

/* ---- printing -------------------------------------------------------------------------- */

/* As `{{ v }}` prints it, not escaped. */
int hearth__v_print(hearth__render *r, hearth_value v, hearth__buf *out);
/* As it is printed within a list: texts in quotes. */
int hearth__v_repr(hearth__render *r, hearth_value v, hearth__buf *out);
/* The same as a text; that of a TEXT is its own, not a copy. */
int hearth__v_str(hearth__render *r, hearth_value v, hearth_str *out);
/* "0.1", "2.0", "1e+16", "inf", "nan"; returns the length, at most 32. */
size_t hearth__v_float_text(double f, char out[32]);

/* ---- computing ------------------------------------------------------------------------- */

typedef enum hearth__op {
    HEARTH__OP_ADD,
    HEARTH__OP_SUB,
    HEARTH__OP_MUL,
    HEARTH__OP_DIV,
    HEARTH__OP_FLOORDIV,
    HEARTH__OP_MOD,
    HEARTH__OP_POW
} hearth__op;

/* As Python computes; what does not fit 64 bits is an error. */
int hearth__v_compute(hearth__render *r, hearth__op op, hearth_value a, hearth_value b,
                      hearth_value *out);
int hearth__v_negate(hearth__render *r, hearth_value a, hearth_value *out);
/* `a ~ b ~ c`: texts joined; if one is HTML the others are escaped and the result is HTML. */
int hearth__v_concat(hearth__render *r, const hearth_value *v, size_t n,
                     hearth_value *out);

#endif
