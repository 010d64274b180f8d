/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Relations by name.  Both kinds are one thing here: a field of the parent has the value that a
 * field of the related rows has, so that one statement and one way to find the rows serve both.
 */

#include "model/with.h"

#include "core/error.h"
#include "model/sql_create.h"

/* ---- names --------------------------------------------------------------------------- */

/* HEARTH_MODEL makes a table of its own in every file that includes it. */
static bool is_same(const hearth_model *a, const hearth_model *b)
{
    return a == b || (a->table != NULL && b->table != NULL &&
                      strcmp(a->table, b->table) == 0 && strcmp(a->name, b->name) == 0);
}

/* The one field of `of` that refers to m; of->n when there is none, several, or none of this
 * name. */
static size_t referring(const hearth_model *of, const char *by, const hearth_model *m)
{
    size_t found = of->n;

    for (size_t i = 0; i < of->n; i++) {
        const hearth_field *f = &of->field[i];

        if (f->references == NULL || !is_same(f->references, m) ||
            (by != NULL && strcmp(f->name, by) != 0))
            continue;
        if (found != of->n)
            return of->n;
        found = i;
    }
    return found;
}

bool hearth__with_find(const hearth_model *m, hearth_str name, hearth__with *out)
{
    *out = (hearth__with){.m = NULL};
    for (size_t i = 0; i < m->n; i++) {
        const hearth_field *f = &m->field[i];

        if (f->as == NULL || !hearth__str_eq(name, hearth__str_of(f->as)))
            continue;
        out->name = f->as;
        out->m = f->references;
        out->own = i;
        out->their = f->references == NULL ? 0 : hearth__field_key(f->references);
        return true;
    }
    for (const hearth_many *r = m->many; r != NULL && r->name != NULL; r++) {
        if (!hearth__str_eq(name, hearth__str_of(r->name)))
            continue;
        out->name = r->name;
        out->m = r->of;
        out->many = r;
        out->own = hearth__field_key(m);
        out->their = r->of == NULL ? 0 : referring(r->of, r->by, m);
        return true;
    }
    return false;
}

int hearth__with_check(const hearth_model *m, const hearth__with *w, hearth_error *err)
{
    const char *wrong = NULL;

    if (w->m == NULL)
        wrong = w->many == NULL ? "needs .references" : "needs a model";
    else if (w->m->table == NULL || hearth__field_key(w->m) == w->m->n)
        wrong = "leads to a model without a table or without a key";
    else if (w->own == m->n)
        wrong = "needs a key of this model";
    else if (w->their == w->m->n)
        wrong = "leads to a model in which not one field, named by .by where there are "
                "several, "
                "refers to this one";
    else if (w->many != NULL && w->many->limit < 0)
        wrong = "has a negative .limit";
    if (wrong == NULL)
        return 0;
    return hearth__error_set(err, HEARTH_EINVAL, "the relation %s of model %s %s",
                             w->name, m->name, wrong);
}

/* ---- trees --------------------------------------------------------------------------- */

static hearth__with *known(hearth__with *first, hearth_str name)
{
    while (first != NULL && !hearth__str_eq(name, hearth__str_of(first->name)))
        first = first->next;
    return first;
}

/* One name of a path; *at is where its siblings hang. */
static int add_name(hearth__with_tree *t, const hearth_model *m, hearth_str name,
                    hearth__with **at, hearth__with **out, hearth_error *err)
{
    hearth__with found;

    *out = known(*at, name);
    if (*out != NULL)
        return 0;
    if (!hearth__with_find(m, name, &found))
        return hearth__error_set(err, HEARTH_EINVAL, "%.*s is no relation of model %s",
                                 (int)(name.len < 64 ? name.len : 64), name.ptr, m->name);
    HEARTH_TRY(hearth__with_check(m, &found, err));
    if (t->n == HEARTH__WITH_MOST)
        return hearth__error_set(err, HEARTH_EINVAL,
                                 "%s is one of more than %d relations", found.name,
                                 HEARTH__WITH_MOST);
    *out = hearth__arena_raw(t->arena, sizeof **out);
    if (*out == NULL)
        return hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
    **out = found;
    t->n++;
    while (*at != NULL)
        at = &(*at)->next;
    *at = *out;
    return 0;
}

static int add_path(hearth__with_tree *t, hearth_str path, hearth_error *err)
{
    const hearth_model *m = t->m;
    hearth__with **at = &t->first, *w;

    for (int depth = 0; path.ptr != NULL; depth++) {
        hearth_str name = hearth__str_cut(&path, '.');

        if (depth == HEARTH__WITH_DEPTH)
            return hearth__error_set(err, HEARTH_EINVAL,
                                     "%.*s is deeper than %d relations",
                                     (int)(name.len < 64 ? name.len : 64), name.ptr,
                                     HEARTH__WITH_DEPTH);
        HEARTH_TRY(add_name(t, m, name, at, &w, err));
        m = w->m;
        at = &w->first;
    }
    return 0;
}

int hearth__with_add(hearth__with_tree *t, const char *list, hearth_error *err)
{
    hearth_str rest = hearth__str_of(list);

    while (rest.ptr != NULL && rest.len > 0)
        HEARTH_TRY(add_path(t, hearth__str_trim(hearth__str_cut(&rest, ',')), err));
    return 0;
}

static bool is_allowed(hearth_str path, const char *may)
{
    hearth_str rest = hearth__str_of(may);

    while (rest.ptr != NULL) {
        hearth_str one = hearth__str_trim(hearth__str_cut(&rest, ','));

        if (hearth__str_starts(one, path) &&
            (one.len == path.len || one.ptr[path.len] == '.'))
            return true;
    }
    return false;
}

bool hearth__with_allowed(hearth_str list, const char *may)
{
    while (list.ptr != NULL)
        if (!is_allowed(hearth__str_trim(hearth__str_cut(&list, ',')), may))
            return false;
    return true;
}

/* ---- statements ---------------------------------------------------------------------- */

uint64_t hearth__with_needs(const hearth__with *first)
{
    uint64_t which = 0;

    for (; first != NULL; first = first->next)
        which |= HEARTH__BIT(first->own);
    return which;
}

size_t hearth__with_batch(const hearth_db_dialect *d)
{
    size_t n = HEARTH__WITH_KEYS;

    while (n > 1 && n >= d->max_args) /* one more is the limit */
        n /= 2;
    return n;
}

/* A few lengths only, so that prepared statements are met again. */
static size_t rounded(size_t n)
{
    size_t to = 1;

    while (to < n)
        to *= 2;
    return to;
}

/* FROM table WHERE column IN (...) */
static void put_from(hearth__sql *q, const hearth__with *w, const hearth_val *key,
                     size_t n)
{
    hearth__buf_text(&q->text, " FROM ");
    hearth__sql_name(&q->text, w->m->table);
    hearth__buf_text(&q->text, " WHERE ");
    hearth__sql_columns(q, HEARTH__BIT(w->their));
    hearth__buf_text(&q->text, " IN (");
    for (size_t i = 0, slots = rounded(n); i < slots; i++) {
        hearth__buf_text(&q->text, i > 0 ? ", ?" : "?");
        hearth__sql_arg(q, key[i < n ? i : n - 1]);
    }
    hearth__buf_char(&q->text, ')');
    if (w->many != NULL && w->many->where != NULL)
        hearth__buf_f(&q->text, " AND (%s\n)", w->many->where);
}

void hearth__with_select(hearth__sql *q, const hearth__with *w, uint64_t which,
                         const char *order, const hearth_val *key, size_t n)
{
    uint64_t their = HEARTH__BIT(w->their);

    hearth__buf_text(&q->text, "SELECT ");
    hearth__sql_columns(q, which);
    if (w->many == NULL) {
        put_from(q, w, key, n);
        return;
    }
    hearth__buf_text(&q->text, " FROM (SELECT ");
    hearth__sql_columns(q, which | their);
    hearth__buf_text(&q->text, ", row_number() OVER (PARTITION BY ");
    hearth__sql_columns(q, their);
    hearth__buf_f(&q->text, "%s) AS hearth_n", order);
    put_from(q, w, key, n);
    hearth__buf_text(&q->text, ") AS hearth_rows WHERE hearth_n <= ? ORDER BY ");
    hearth__sql_arg(q, hearth_val_int(w->many->limit != 0 ? w->many->limit
                                                          : HEARTH__WITH_LIMIT));
    hearth__sql_columns(q, their);
    hearth__buf_text(&q->text, ", hearth_n");
}

/* ---- groups -------------------------------------------------------------------------- */

int hearth__with_compare(const void *a, const void *b)
{
    const hearth_val *x = a, *y = b;
    size_t n;
    int c;

    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->kind == HEARTH_VAL_INT)
        return (x->u.i > y->u.i) - (x->u.i < y->u.i);
    if (x->kind != HEARTH_VAL_TEXT)
        return 0;
    n = x->u.s.len < y->u.s.len ? x->u.s.len : y->u.s.len;
    c = n == 0 ? 0 : memcmp(x->u.s.ptr, y->u.s.ptr, n);
    return c != 0 ? c : (x->u.s.len > y->u.s.len) - (x->u.s.len < y->u.s.len);
}

const hearth__with_group *hearth__with_group_of(const hearth__with *w,
                                                const hearth_val *key)
{
    size_t from = 0, to = w->ngroups;

    while (from < to) {
        size_t mid = from + (to - from) / 2;
        int c = hearth__with_compare(key, &w->group[mid].key);

        if (c == 0)
            return &w->group[mid];
        *(c < 0 ? &to : &from) = c < 0 ? mid : mid + 1;
    }
    return NULL;
}
