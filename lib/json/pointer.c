/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * JSON Pointer.  Nothing is unescaped into memory: a name with escapes is compared as it
 * stands against the names of the object, which are few.
 */

#include "json/pointer.h"

#include "core/str.h"

/* '~' stands before '0' or '1' only. */
static bool is_escaped_well(hearth_str token)
{
    for (size_t i = 0; i < token.len; i++) {
        if (token.ptr[i] != '~')
            continue;
        if (++i == token.len || (token.ptr[i] != '0' && token.ptr[i] != '1'))
            return false;
    }
    return true;
}

static bool names(hearth_str token, const char *key)
{
    size_t i = 0;

    for (; i < token.len && *key != '\0'; i++, key++) {
        char c = token.ptr[i];

        if (c == '~')
            c = token.ptr[++i] == '0' ? '~' : '/';
        if (c != *key)
            return false;
    }
    return i == token.len && *key == '\0';
}

static json_t *member(json_t *object, hearth_str token)
{
#if JANSSON_VERSION_HEX >= 0x020e00
    if (hearth__str_find(token, '~') < 0)
        return json_object_getn(object, token.ptr, token.len);
#endif
    for (void *it = json_object_iter(object); it != NULL;
         it = json_object_iter_next(object, it)) {
        if (names(token, json_object_iter_key(it)))
            return json_object_iter_value(it);
    }
    return NULL;
}

/* Digits without a leading zero (RFC 6901 section 4); "-" names no element. */
static json_t *element(const json_t *array, hearth_str token)
{
    uint64_t i;

    if ((token.len > 1 && token.ptr[0] == '0') || !hearth__str_uint(token, &i) ||
        i >= json_array_size(array))
        return NULL;
    return json_array_get(array, (size_t)i);
}

json_t *hearth__json_at(const json_t *root, hearth_str pointer)
{
    json_t *at = (json_t *)(uintptr_t)
        root; /* borrowed: const only says that we do not change it */

    if (pointer.len == 0)
        return at;
    if (hearth__str_cut(&pointer, '/').len != 0 || !is_escaped_well(pointer))
        return NULL;
    while (at != NULL && pointer.ptr != NULL) {
        hearth_str token = hearth__str_cut(&pointer, '/');

        if (json_is_object(at))
            at = member(at, token);
        else if (json_is_array(at))
            at = element(at, token);
        else
            at = NULL;
    }
    return at;
}

void hearth__json_pointer_add(hearth__buf *b, hearth_str name)
{
    hearth__buf_char(b, '/');
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] == '~')
            hearth__buf_text(b, "~0");
        else if (name.ptr[i] == '/')
            hearth__buf_text(b, "~1");
        else
            hearth__buf_char(b, name.ptr[i]);
    }
}
