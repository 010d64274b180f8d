/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_MODEL_MODEL_H
#define HEARTH_MODEL_MODEL_H

/*
 * What the parts of lib/model share: where a field lies, which fields are given, and what is
 * wrong with them.  Nothing here knows a request; memory comes from an arena.
 */

#include "core/arena.h"
#include "core/str.h"
#include "http/head.h"
#include "model/plan.h"

#include <hearth/model.h>

#define HEARTH__BIT(i) (UINT64_C(1) << (i))

/* ---- fields -------------------------------------------------------------------------- */

static inline void *hearth__slot(const hearth_field *f, void *obj)
{
    return (char *)obj + f->offset;
}

static inline const void *hearth__slot_of(const hearth_field *f, const void *obj)
{
    return (const char *)obj + f->offset;
}

/* Bytes that a kind takes up in the struct, 0 for none of ours; and its alignment. */
size_t hearth__kind_size(hearth_kind kind);
size_t hearth__kind_align(hearth_kind kind);
const char *hearth__kind_name(hearth_kind kind);

typedef struct hearth__given {
    uint64_t has, null;
} hearth__given;

/* What of *obj is given.  A struct without masks, or with both 0, is given whole, its pointers
 * that are NULL as null. */
hearth__given hearth__given_of(const hearth_model *m, const void *obj);
/* Into the struct, if it has masks. */
void hearth__given_set(const hearth_model *m, void *obj, hearth__given g);
/* The index of a field, m->n when there is none; starts to look at guess.  For set-up: a request
 * has a plan, and hearth__plan_find(). */
size_t hearth__field_find(const hearth_model *m, hearth_str name, size_t guess);

/* ---- faults -------------------------------------------------------------------------- */

/* More are counted, not kept. */
#define HEARTH__MAX_EXTRA 100

typedef struct hearth__extra { /* about a name that is no field */
    struct hearth__extra *next;
    hearth_str name;
    const char *code, *text;
} hearth__extra;

/* One fault a field, the first, so that they can be told in the order of the model. */
typedef struct hearth__faults {
    hearth__arena *arena;
    const hearth__plan *plan;
    const hearth_model *m; /* the plan's */
    uint64_t set;
    const char *code[HEARTH__MAX_FIELDS], *text[HEARTH__MAX_FIELDS];
    hearth__extra *extra, **extra_end;
    size_t nextra;
} hearth__faults;

typedef void hearth__fault_fn(void *arg, const char *pointer, const char *code,
                              const char *text);

void hearth__faults_init(hearth__faults *f, hearth__arena *a, const hearth__plan *p);
/* The sentence begins with the name of the field.  code is not copied. */
void hearth__faults_add(hearth__faults *f, size_t i, const char *code, const char *fmt,
                        ...) HEARTH_PRINTF(4, 5);
/* About the object (name empty) or a name that it does not have. */
void hearth__faults_extra(hearth__faults *f, hearth_str name, const char *code,
                          const char *text);
static inline bool hearth__faults_any(const hearth__faults *f)
{
    return f->set != 0 || f->nextra != 0;
}
/* Fields in the order of the model, then the others as they came.  query: the pointers are
 * "?name" instead of JSON pointers. */
void hearth__faults_tell(const hearth__faults *f, bool query, hearth__fault_fn *fn,
                         void *arg);

/* ---- binding ------------------------------------------------------------------------- */

struct json_t;

typedef enum hearth__source {
    HEARTH__FROM_JSON = 0,
    HEARTH__FROM_QUERY, /* empty values count as absent or null */
    HEARTH__FROM_FORM   /* the same, and a flag that is absent is a box left open */
} hearth__source;

typedef struct hearth__bind {
    const hearth__plan *plan;
    const hearth_model *m; /* the plan's */
    void *obj;             /* zeroed */
    hearth__given given;
    uint64_t seen; /* named, rightly or not */
    hearth__arena *arena;
    hearth__source source;
    hearth_bind_opts o;
    uint64_t optional; /* absent is no fault and no fallback */
    uint64_t echoed;   /* may be given although readonly, null too */
    /* Trees end with the request: keep releases the reference at its end, or at once when it
     * returns a code.  NULL: fields of kind json cannot be read. */
    int (*keep)(void *arg, struct json_t *tree);
    void *keep_arg;
    hearth__faults faults;
} hearth__bind;

/* Zeroes *obj. */
void hearth__bind_init(hearth__bind *b, const hearth__plan *p, void *obj,
                       hearth__arena *a);
/* The members of the one object that text is.  0 also when faults were noted;
 * HEARTH_EINVAL (err: line, column), HEARTH_ENOMEM. */
int hearth__bind_json(hearth__bind *b, hearth_str text, hearth_error *err);
/* Pairs that end in '\0' and live as long as the struct. */
void hearth__bind_pairs(hearth__bind *b, const hearth__field *pair, size_t n);
/* After either: what is missing, fallbacks, rules, masks.  0, HEARTH_EMODEL, HEARTH_ENOMEM. */
int hearth__bind_finish(hearth__bind *b);

/* A field was named: false, with the fault noted, when it must not be or was already. */
bool hearth__bind_named(hearth__bind *b, size_t i);
void hearth__bind_unknown(hearth__bind *b, hearth_str name);
void hearth__bind_null(hearth__bind *b, size_t i);

/* A value in its text form: as forms, fallbacks and JSON strings have it.  lasting: text ends in
 * '\0' and lives as long as the struct. */
void hearth__parse_text(hearth__bind *b, size_t i, hearth_str text, bool lasting);

/* ---- rules --------------------------------------------------------------------------- */

/* Bounds, pattern and format of the fields in mask `which`. */
void hearth__rules(hearth__faults *f, const void *obj, uint64_t which);
/* An object that was not bound: what hearth_check() does before the model's function. */
void hearth__validate(hearth__faults *f, const void *obj);

#endif
