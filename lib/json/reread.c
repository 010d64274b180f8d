/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Loading JSON into a tree that is there already.
 *
 * What clients send to one address tends to have the same names in the same order.  Making
 * a tree of them is mostly malloc, free and hashing the names, all of which is spared as far
 * as the old tree has the next name at the next place: then that the names differ is known,
 * too.  Every value is read anew.  When that fails, the old tree is thrown away and the text
 * is loaded from its beginning: so what is said of errors is load.c's alone.
 */

#include "json/reread.h"

#include "core/str.h"

typedef hearth__json_reader reader;

/* The value that comes next: `old` with new contents if it can hold it, else a new one, or
 * NULL when that failed.  Only what nobody else refers to is changed where it is. */
static json_t *read_over(reader *r, json_t *old);

static bool string_over(reader *r, json_t *string)
{
    hearth_str text;

    return hearth__json_read_text(r, &text) &&
           json_string_setn_nocheck(string, text.ptr, text.len) == 0;
}

/* ---- arrays --------------------------------------------------------------------------- */

static bool element_over(reader *r, json_t *array, size_t i)
{
    json_t *old = json_array_get(array, i), *element;

    if (old == NULL)
        return json_array_append_new(array, hearth__json_read_tree(r)) == 0;
    element = read_over(r, old);
    return element == old || json_array_set_new(array, i, element) == 0;
}

static bool array_over(reader *r, json_t *array)
{
    size_t n = 0;
    bool last;

    if (!hearth__json_open_level(r, ']', &last))
        return false;
    for (; !last; n++) {
        if (!element_over(r, array, n) || !hearth__json_next(r, ']', &last))
            return false;
    }
    while (json_array_size(array) > n)
        json_array_remove(array, json_array_size(array) - 1);
    return true;
}

/* ---- objects -------------------------------------------------------------------------- */

/* The name that comes next is that of the member. */
static bool same_name(reader *r, void *it)
{
    hearth_str name;

    return hearth__json_read_name(r, &name) && name.len == json_object_iter_key_len(it) &&
           memcmp(name.ptr, json_object_iter_key(it), name.len) == 0;
}

static bool value_over(reader *r, json_t *object, void *it)
{
    json_t *old = json_object_iter_value(it), *value;

    if (!hearth__json_colon(r))
        return false;
    value = read_over(r, old);
    return value == old || json_object_iter_set_new(object, it, value) == 0;
}

/* Without this member and those behind it. */
static void cut_off(json_t *object, void *it)
{
    if (it == json_object_iter(object)) {
        json_object_clear(object);
        return;
    }
    while (it != NULL) {
        void *next = json_object_iter_next(object, it);

        json_object_deln(object, json_object_iter_key(it), json_object_iter_key_len(it));
        it = next;
    }
}

/* As far as the names are the same; the rest is made anew. */
static bool object_over(reader *r, json_t *object)
{
    void *it = json_object_iter(object);
    bool last;

    if (!hearth__json_open_level(r, '}', &last))
        return false;
    for (; it != NULL && !last; it = json_object_iter_next(object, it)) {
        const char *at = r->at;

        if (!same_name(r, it)) {
            r->at = at;
            break;
        }
        if (!value_over(r, object, it) || !hearth__json_next(r, '}', &last))
            return false;
    }
    if (it != NULL)
        cut_off(object, it);
    return last || hearth__json_read_members(r, object);
}

/* ---- the whole ------------------------------------------------------------------------ */

static json_t *read_over(reader *r, json_t *old)
{
    char c = hearth__json_peek(r);

    if (__atomic_load_n(&old->refcount, __ATOMIC_ACQUIRE) != 1)
        return hearth__json_read_tree(r);
    if (c == '"' && json_is_string(old))
        return string_over(r, old) ? old : NULL;
    if (c == '{' && json_is_object(old))
        return object_over(r, old) ? old : NULL;
    if (c == '[' && json_is_array(old))
        return array_over(r, old) ? old : NULL;
    return hearth__json_read_tree(r);
}

/* Takes old.  NULL: it did not fit, or the text is not sound. */
static json_t *reread(json_t *old, hearth_str text, const hearth__json_limits *limits)
{
    reader r;
    json_t *tree = NULL;

    if (hearth__json_reader_init(&r, text, limits != NULL ? limits->depth : 0))
        tree = read_over(&r, old);
    if (tree != old) /* else it is freed as what came of it */
        json_decref(old);
    if (tree != NULL && !hearth__json_reader_end(&r)) {
        json_decref(tree);
        tree = NULL;
    }
    hearth__json_reader_clear(&r);
    return tree;
}

json_t *hearth__json_load_over(json_t *old, hearth_str text,
                               const hearth__json_limits *limits, hearth_error *err)
{
    json_t *tree = old == NULL ? NULL : reread(old, text, limits);

    return tree != NULL ? tree : hearth__json_load(text, limits, err);
}
