/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Filters that put items in order: sort, dictsort, groupby, unique, min and max.  The keys are
 * computed once; a merge sort keeps what is equal in its order, both ways round.
 */
#include "tmpl/filter.h"

typedef struct keyed {
    hearth_value key, value;
} keyed;

/* ---- keys ------------------------------------------------------------------------------- */

#define MOST_KEYS 8

/* "last,first": what items are compared by. */
typedef struct ordering {
    hearth__path path[MOST_KEYS];
    size_t n; /* 0: the items themselves */
    bool fold;
} ordering;

static int ordering_of(hearth_template_call *c, hearth_value attribute, bool several,
                       bool case_sensitive, ordering *o)
{
    hearth_str rest, part;
    int rc = 0;

    o->n = 0;
    o->fold = !case_sensitive;
    if (attribute.kind == HEARTH_VALUE_UNDEFINED || attribute.kind == HEARTH_VALUE_NONE)
        return 0;
    if (!several || !hearth__v_is_text(attribute)) {
        o->n = 1;
        return hearth__path_of(c->render, attribute, &o->path[0]);
    }
    rest = hearth__v_bytes(attribute);
    while (rc == 0 && rest.ptr != NULL) {
        if (o->n == MOST_KEYS)
            return hearth_template_fail(c, "sort: at most %d attributes", MOST_KEYS);
        part = hearth__str_cut(&rest, ',');
        rc = hearth__path_of(c->render, hearth__v_textn(part.ptr, part.len, 0),
                             &o->path[o->n++]);
    }
    return rc;
}

static int one_key(hearth__render *r, const ordering *o, size_t i, hearth_value item,
                   hearth_value *out)
{
    int rc = o->n == 0 ? (*out = item, 0) : hearth__path_get(r, &o->path[i], item, out);

    return rc != 0 || !o->fold ? rc : hearth__folded(r, *out, out);
}

static int key_of(hearth__render *r, const ordering *o, hearth_value item,
                  hearth_value *out)
{
    hearth__list *keys;
    int rc = 0;

    if (o->n <= 1)
        return one_key(r, o, 0, item, out);
    keys = hearth__list_new(r, o->n);
    if (keys == NULL)
        return HEARTH_ENOMEM;
    for (size_t i = 0; rc == 0 && i < o->n; i++) {
        hearth_value key;

        rc = one_key(r, o, i, item, &key);
        if (rc == 0)
            rc = hearth__list_add(r, keys, key);
    }
    *out = hearth__v_list(keys, true);
    return rc;
}

/* The items of a list with their keys. */
static int keyed_items(hearth__render *r, hearth_value list, const ordering *o,
                       keyed **out, size_t *n)
{
    hearth__list *items;
    int rc = hearth__v_to_list(r, list, &items);

    if (rc == 0)
        rc = hearth__render_tick(r, items->n);
    if (rc != 0)
        return rc;
    *n = items->n;
    *out = hearth__render_array(r, *n + 1, sizeof **out);
    if (*out == NULL)
        return HEARTH_ENOMEM;
    for (size_t i = 0; rc == 0 && i < *n; i++) {
        (*out)[i].value = items->at[i];
        rc = key_of(r, o, items->at[i], &(*out)[i].key);
    }
    return rc;
}

/* ---- the sort ---------------------------------------------------------------------------- */

static int merge(hearth__render *r, keyed *to, const keyed *a, size_t na, const keyed *b,
                 size_t nb, bool descending)
{
    int rc = 0, order;

    while (rc == 0 && na > 0 && nb > 0) {
        rc = hearth__v_compare(r, a->key, b->key, &order);
        if (rc == 0 && (descending ? order >= 0 : order <= 0)) {
            *to++ = *a++;
            na--;
        } else if (rc == 0) {
            *to++ = *b++;
            nb--;
        }
    }
    memcpy(to, a, na * sizeof *a);
    memcpy(to + na, b, nb * sizeof *b);
    return rc;
}

static int sort_keyed(hearth__render *r, keyed *items, size_t n, bool descending)
{
    keyed *other = hearth__render_array(r, n + 1, sizeof *other), *from = items,
          *to = other;
    int rc = other == NULL ? HEARTH_ENOMEM : 0;

    for (size_t width = 1; rc == 0 && width < n; width *= 2) {
        rc = hearth__render_tick(r, n);
        for (size_t i = 0; rc == 0 && i < n; i += 2 * width) {
            size_t mid = i + width < n ? i + width : n;
            size_t end = n - mid > width ? mid + width : n;

            rc = merge(r, to + i, from + i, mid - i, from + mid, end - mid, descending);
        }
        keyed *swap = from;
        from = to;
        to = swap;
    }
    if (rc == 0 && from != items)
        memcpy(items, from, n * sizeof *items);
    return rc;
}

static int list_of(hearth__render *r, const keyed *items, size_t n, hearth__list **out)
{
    int rc = 0;

    *out = hearth__list_new(r, n);
    if (*out == NULL)
        return HEARTH_ENOMEM;
    for (size_t i = 0; rc == 0 && i < n; i++)
        rc = hearth__list_add(r, *out, items[i].value);
    return rc;
}

static hearth_value arg_or_none(const hearth_template_call *c, size_t i)
{
    return hearth__arg_given(c, i) ? c->args[i] : hearth_value_none();
}

static int sort(hearth_template_call *c, hearth_value *out)
{
    bool descending, case_sensitive;
    hearth__list *list;
    ordering o;
    keyed *items;
    size_t n;
    int rc = hearth__arg_bool(c, 0, false, &descending);

    if (rc == 0)
        rc = hearth__arg_bool(c, 1, false, &case_sensitive);
    if (rc == 0)
        rc = ordering_of(c, arg_or_none(c, 2), true, case_sensitive, &o);
    if (rc == 0)
        rc = keyed_items(c->render, c->value, &o, &items, &n);
    if (rc == 0)
        rc = sort_keyed(c->render, items, n, descending);
    if (rc == 0)
        rc = list_of(c->render, items, n, &list);
    if (rc == 0)
        *out = hearth__v_list(list, false);
    return rc;
}

static int dictsort(hearth_template_call *c, hearth_value *out)
{
    bool case_sensitive, descending, by_value;
    ordering o = {.n = 1};
    hearth__list *pairs, *list;
    hearth_str by;
    keyed *items;
    size_t n;
    int rc = hearth__arg_bool(c, 0, false, &case_sensitive);

    if (rc == 0)
        rc = hearth__arg_text(c, 1, "key", &by);
    if (rc == 0)
        rc = hearth__arg_bool(c, 2, false, &descending);
    if (rc != 0)
        return rc;
    by_value = hearth__str_eq(by, HEARTH__S("value"));
    if (!by_value && !hearth__str_eq(by, HEARTH__S("key")))
        return hearth_template_fail(c, "dictsort: by is \"key\" or \"value\"");
    if (c->value.kind != HEARTH_VALUE_MAP)
        return hearth_template_fail(c, "dictsort needs a map, not %s",
                                    hearth__v_kind_name(c->value));
    o.fold = !case_sensitive;
    rc = hearth__path_of(c->render, hearth_value_int(by_value), &o.path[0]);
    if (rc == 0)
        rc = hearth__map_items(c->render, c->value, &pairs);
    if (rc == 0)
        rc = keyed_items(c->render, hearth__v_list(pairs, false), &o, &items, &n);
    if (rc == 0)
        rc = sort_keyed(c->render, items, n, descending);
    if (rc == 0)
        rc = list_of(c->render, items, n, &list);
    if (rc == 0)
        *out = hearth__v_list(list, false);
    return rc;
}

/* ---- groupby ----------------------------------------------------------------------------- */

/* (what they have in common, the items) */
static int add_group(hearth__render *r, hearth__list *groups, const ordering *o,
                     const keyed *items, size_t n)
{
    ordering plain = *o;
    hearth__list *pair = hearth__list_new(r, 2), *list;
    hearth_value common;
    int rc = pair == NULL ? HEARTH_ENOMEM : 0;

    plain.fold = false;
    if (rc == 0)
        rc = one_key(r, &plain, 0, items[0].value, &common);
    if (rc == 0)
        rc = list_of(r, items, n, &list);
    if (rc == 0)
        rc = hearth__list_add(r, pair, common);
    if (rc == 0)
        rc = hearth__list_add(r, pair, hearth__v_list(list, false));
    if (rc == 0) {
        hearth_value group = hearth__v_list(pair, true);

        group.flags = HEARTH_VALUE_TUPLE | HEARTH__VALUE_GROUP;
        rc = hearth__list_add(r, groups, group);
    }
    return rc;
}

static int groupby(hearth_template_call *c, hearth_value *out)
{
    hearth__list *groups;
    bool case_sensitive;
    ordering o;
    keyed *items;
    size_t n;
    int rc = hearth__arg_bool(c, 2, false, &case_sensitive);

    if (rc == 0)
        rc = ordering_of(c, c->args[0], false, case_sensitive, &o);
    if (rc == 0 && hearth__arg_given(c, 1) && c->args[1].kind != HEARTH_VALUE_NONE)
        o.path[0].fallback = c->args[1];
    if (rc == 0)
        rc = keyed_items(c->render, c->value, &o, &items, &n);
    if (rc == 0)
        rc = sort_keyed(c->render, items, n, false);
    if (rc != 0)
        return rc;
    groups = hearth__list_new(c->render, 0);
    if (groups == NULL)
        return HEARTH_ENOMEM;
    for (size_t i = 0, end; rc == 0 && i < n; i = end) {
        for (end = i + 1; end < n && hearth__v_equal(items[i].key, items[end].key);)
            end++;
        rc = add_group(c->render, groups, &o, items + i, end - i);
    }
    *out = hearth__v_list(groups, false);
    return rc;
}

/* ---- unique, min, max -------------------------------------------------------------------- */

static int unique(hearth_template_call *c, hearth_value *out)
{
    hearth__map_value *seen = hearth__map_new_value(c->render);
    hearth__list *list = hearth__list_new(c->render, 0);
    bool case_sensitive;
    ordering o;
    keyed *items;
    size_t n;
    int rc = hearth__arg_bool(c, 0, false, &case_sensitive);

    if (seen == NULL || list == NULL)
        return HEARTH_ENOMEM;
    if (rc == 0)
        rc = ordering_of(c, arg_or_none(c, 1), false, case_sensitive, &o);
    if (rc == 0)
        rc = keyed_items(c->render, c->value, &o, &items, &n);
    for (size_t i = 0; rc == 0 && i < n; i++) {
        size_t before = seen->n;

        rc = hearth__map_set(c->render, seen, items[i].key, hearth_value_none());
        if (rc == 0 && seen->n > before)
            rc = hearth__list_add(c->render, list, items[i].value);
    }
    *out = hearth__v_list(list, false);
    return rc;
}

/* sign 1: the greatest, -1: the least; the first of those that are equal. */
static int extreme(hearth_template_call *c, int sign, hearth_value *out)
{
    bool case_sensitive;
    ordering o;
    keyed *items;
    size_t n, best = 0;
    int rc = hearth__arg_bool(c, 0, false, &case_sensitive), order;

    if (rc == 0)
        rc = ordering_of(c, arg_or_none(c, 1), false, case_sensitive, &o);
    if (rc == 0)
        rc = keyed_items(c->render, c->value, &o, &items, &n);
    for (size_t i = 1; rc == 0 && i < n; i++) {
        rc = hearth__v_compare(c->render, items[i].key, items[best].key, &order);
        if (rc == 0 && order * sign > 0)
            best = i;
    }
    if (rc == 0)
        *out = n > 0 ? items[best].value
                     : hearth__v_undefined(HEARTH__S("the extreme of an empty list"));
    return rc;
}

static int greatest(hearth_template_call *c, hearth_value *out)
{
    return extreme(c, 1, out);
}

static int least(hearth_template_call *c, hearth_value *out)
{
    return extreme(c, -1, out);
}

const hearth__builtin hearth__filters_sort[] = {
    {"dictsort", dictsort, "case_sensitive? by? reverse?", NULL},
    {"groupby", groupby, "attribute default? case_sensitive?", NULL},
    {"max", greatest, "case_sensitive? attribute?", NULL},
    {"min", least, "case_sensitive? attribute?", NULL},
    {"sort", sort, "reverse? case_sensitive? attribute?", NULL},
    {"unique", unique, "case_sensitive? attribute?", NULL},
    {NULL, NULL, NULL, NULL},
};
