/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Loading JSON (RFC 8259) into jansson's tree.
 *
 * The tree is jansson's, the reading is ours: its lexer goes through the text byte by byte
 * with a call each, which made it four fifths of the cost of a POST, and loses bytes when
 * its buffer cannot grow.  The grammar is json/reader.c's.
 */

#include "json/load.h"

#include "core/str.h"
#include "json/reader.h"

#include <math.h>
#include <stdlib.h>

typedef hearth__json_reader reader;

static json_t *read_value(reader *r);

static json_t *fail(reader *r, const char *where, const char *what)
{
    hearth__json_fail(r, where, what);
    return NULL;
}

/* What jansson made, or NULL and the reason noted. */
static json_t *made(reader *r, json_t *j)
{
    if (j == NULL)
        hearth__json_no_memory(r);
    return j;
}

static json_t *read_number(reader *r)
{
    hearth_str text;
    bool real;
    int64_t i;
    double f;

    if (!hearth__json_read_number(r, &text, &real))
        return NULL;
    if (real) {
        if (!hearth__str_f64(text, &f) || !isfinite(f))
            return fail(r, text.ptr, "this number is too large");
        return made(r, json_real(f));
    }
    if (!hearth__str_int(text, &i))
        return fail(r, text.ptr, "this number is too large");
    return made(r, json_integer(i));
}

static json_t *read_word(reader *r)
{
    char word;

    if (!hearth__json_read_word(r, &word))
        return NULL;
    return word == 't' ? json_true() : word == 'f' ? json_false() : json_null();
}

/* ---- arrays and objects --------------------------------------------------------------- */

static bool read_elements(reader *r, json_t *array, bool last)
{
    while (!last) {
        json_t *element = read_value(r);

        if (element == NULL)
            return false;
        if (json_array_append_new(array, element) != 0)
            return hearth__json_no_memory(r);
        if (!hearth__json_next(r, ']', &last))
            return false;
    }
    return true;
}

static json_t *read_array(reader *r)
{
    json_t *array;
    bool empty;

    if (!hearth__json_open_level(r, ']', &empty))
        return NULL;
    array = made(r, json_array());
    if (array == NULL || read_elements(r, array, empty))
        return array;
    json_decref(array);
    return NULL;
}

/* From behind the name on; n: of members before.  The name may be cut off by the next string, so
 * it is kept. */
static bool read_member(reader *r, json_t *object, size_t n, hearth_str name,
                        const char *at)
{
    json_t *value;

    if (!hearth__json_colon(r))
        return false;
    value = read_value(r);
    if (value == NULL)
        return false;
    if (json_object_setn_new_nocheck(object, name.ptr, name.len, value) != 0)
        return hearth__json_no_memory(r);
    if (json_object_size(object) == n)
        return hearth__json_fail(r, at, "this name appears twice in one object");
    return true;
}

static bool read_named(reader *r, json_t *object, size_t n)
{
    const char *at;
    hearth_str name;
    bool ok;

    hearth__json_white(r);
    at = r->at;
    if (!hearth__json_read_name(r, &name))
        return false;
    if (name.ptr != r->scratch.ptr)
        return read_member(r, object, n, name, at);
    char *copy = malloc(name.len + 1);
    if (copy == NULL)
        return hearth__json_no_memory(r);
    memcpy(copy, name.ptr, name.len);
    ok = read_member(r, object, n, hearth__str(copy, name.len), at);
    free(copy);
    return ok;
}

bool hearth__json_read_members(hearth__json_reader *r, json_t *object)
{
    bool last = false;

    for (size_t n = json_object_size(object); !last; n++) {
        if (!read_named(r, object, n) || !hearth__json_next(r, '}', &last))
            return false;
    }
    return true;
}

static json_t *read_object(reader *r)
{
    json_t *object;
    bool empty;

    if (!hearth__json_open_level(r, '}', &empty))
        return NULL;
    object = made(r, json_object());
    if (object == NULL || empty || hearth__json_read_members(r, object))
        return object;
    json_decref(object);
    return NULL;
}

static json_t *read_string(reader *r)
{
    hearth_str text;

    if (!hearth__json_read_text(r, &text))
        return NULL;
    return made(r, json_stringn_nocheck(text.ptr, text.len));
}

static json_t *read_value(reader *r)
{
    char c = hearth__json_peek(r);

    if (c == '{')
        return read_object(r);
    if (c == '[')
        return read_array(r);
    if (c == '"')
        return read_string(r);
    return c == '-' || hearth__is_digit(c) ? read_number(r) : read_word(r);
}

json_t *hearth__json_read_tree(hearth__json_reader *r)
{
    return read_value(r);
}

json_t *hearth__json_load(hearth_str text, const hearth__json_limits *limits,
                          hearth_error *err)
{
    reader r;
    json_t *tree = NULL;

    if (hearth__json_reader_init(&r, text, limits != NULL ? limits->depth : 0))
        tree = read_value(&r);
    if (tree != NULL && !hearth__json_reader_end(&r)) {
        json_decref(tree);
        tree = NULL;
    }
    if (tree == NULL)
        hearth__json_explain(&r, err);
    hearth__json_reader_clear(&r);
    return tree;
}
