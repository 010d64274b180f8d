/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_MODEL_FILTER_H
#define HEARTH_MODEL_FILTER_H

/*
 * What a client wants to see of a table, from the pairs of a query string: filters, order, page.
 *
 * A whitelist: names are those of fields that were opened, values are read as the binder reads
 * them, and both reach SQL only as quoted names of the model and as arguments.
 */

#include "core/digest.h"
#include "model/sql.h"
#include "model/words.h"

#define HEARTH__MAX_TERMS  32
#define HEARTH__MAX_SORT   9 /* 8 of the client's, and the key */
#define HEARTH__MAX_IN     100
#define HEARTH__MAX_LIKE   1000 /* bytes of a text to look for */
#define HEARTH__MAX_CURSOR 600  /* bytes before base64; longer ones are not made */

typedef enum hearth__op {
    HEARTH__OP_EQ = 0,
    HEARTH__OP_NE,
    HEARTH__OP_LT,
    HEARTH__OP_LE,
    HEARTH__OP_GT,
    HEARTH__OP_GE,
    HEARTH__OP_CONTAINS,
    HEARTH__OP_STARTS,
    HEARTH__OP_IN,
    HEARTH__OP_NULL
} hearth__op;

#define HEARTH__OPS 10

typedef struct hearth__term {
    size_t field;
    hearth__op op;
    const hearth_val *v; /* one; of IN n; NULL: 0 or 1 */
    size_t n;
} hearth__term;

typedef struct hearth__sort {
    size_t field;
    bool desc;
} hearth__sort;

typedef struct hearth__filter {
    const hearth__plan *plan;
    const hearth_model *m; /* the plan's */
    hearth__arena *arena;
    uint64_t open;            /* fields that a client may name */
    int64_t limit, max_limit; /* limit 0 = all */
    int64_t offset;
    int64_t passed; /* rows before the page, as its cursor says */
    bool count;     /* the number of all is wanted */
    bool ignore_unknown;
    const char *may_with; /* relations that a client may ask for; NULL = none */
    const char *with;     /* those that it asks for; NULL = none */
    bool searchable;      /* "q" is heeded */
    bool ranked; /* the best first, if there are any words and no other order is wanted */
    hearth__words words;
    hearth_str after; /* the cursor as it came; ptr NULL = none */
    hearth__term term[HEARTH__MAX_TERMS];
    size_t nterms;
    hearth__sort sort[HEARTH__MAX_SORT];
    size_t nsort;
    hearth_val
        *from; /* of the row before the page, by place in sort; NULL = first page */
    hearth__bind *bind; /* to read values with, into *obj */
    void *obj;
    hearth__fault_fn *fault;
    void *fault_arg;
    size_t nfaults;
} hearth__filter;

/* Fields that have an order and a text form, and are not secret. */
uint64_t hearth__filter_fields(const hearth_model *m);
/* The names of the ways to compare a field of this kind, "eq" first: how many. */
size_t hearth__filter_ops(hearth_kind kind, const char *name[HEARTH__OPS]);
/* Has a parameter of this name a meaning of its own, like "sort"? */
bool hearth__filter_is_word(hearth_str name);
void hearth__filter_init(hearth__filter *f, const hearth__plan *p, hearth__arena *a);
/* Read what a client sent; pairs end in '\0' and live as long as the request.  Faults are told,
 * pointers "?name"; 0, HEARTH_EMODEL when there were any, HEARTH_ENOMEM. */
int hearth__filter_read(hearth__filter *f, const hearth__field *pair, size_t n);
/* The program's order, "-due, title": 0, or HEARTH_EINVAL for what cannot be sorted by. */
int hearth__filter_sort(hearth__filter *f, const char *spec);
/* After both: equal rows are put in the order of the key, so that pages do not overlap. */
void hearth__filter_finish(hearth__filter *f);

/* WHERE with the program's own condition (NULL = none), the filters and, if page, the cursor. */
void hearth__filter_where(const hearth__filter *f, hearth__sql *q, const char *own,
                          hearth_vals args, bool page);
/* ORDER BY */
void hearth__filter_order(const hearth__filter *f, hearth__sql *q);

/* Rows up to the end of this page, as far as anybody knows. */
static inline int64_t hearth__filter_passed(const hearth__filter *f)
{
    int64_t n = f->passed > f->offset ? f->passed : f->offset;

    return n <= INT64_MAX - f->limit ? n + f->limit : INT64_MAX;
}

/* ---- cursors ------------------------------------------------------------------------- */

/* Where *obj, the last of a page, stands in the order, as text that only this key makes.  False when it would be too
 * long, or out of memory, which shows in out. */
bool hearth__cursor_write(const hearth__filter *f, const void *obj, hearth__given g,
                          const unsigned char key[HEARTH__MAC_KEY], hearth__buf *out);
/* f->after into f->from and f->passed.  0, HEARTH_EINVAL when it is not one of ours for this order,
 * HEARTH_ENOMEM. */
int hearth__cursor_read(hearth__filter *f, const unsigned char key[HEARTH__MAC_KEY]);

#endif
