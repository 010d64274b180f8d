/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Entity tags.  A comma within the quotes belongs to the tag and nothing in it can be
 * escaped, so the lists of If-Match are no ordinary lists of quoted strings.
 */

#include "http/etag.h"

#include "core/str.h"

/* etagc: 0x21, 0x23 to 0x7E, obs-text */
static bool is_etagc(char ch)
{
    unsigned char c = (unsigned char)ch;

    return c == 0x21 || (c >= 0x23 && c != 0x7f);
}

/* The length of the tag at the start of s, or 0. */
static size_t tag_len(hearth_str s)
{
    size_t i = hearth__str_starts(s, HEARTH__S("W/")) ? 2 : 0;

    if (i >= s.len || s.ptr[i] != '"')
        return 0;
    for (i++; i < s.len && is_etagc(s.ptr[i]); i++)
        ;
    return i < s.len && s.ptr[i] == '"' ? i + 1 : 0;
}

bool hearth__etag_valid(hearth_str s)
{
    return s.len > 0 && tag_len(s) == s.len;
}

static bool is_weak(hearth_str tag)
{
    return tag.len > 0 && tag.ptr[0] == 'W';
}

static hearth_str opaque(hearth_str tag)
{
    return is_weak(tag) ? hearth__str(tag.ptr + 2, tag.len - 2) : tag;
}

bool hearth__etag_same_weak(hearth_str a, hearth_str b)
{
    return a.len > 0 && hearth__str_eq(opaque(a), opaque(b));
}

bool hearth__etag_same_strong(hearth_str a, hearth_str b)
{
    return a.len > 0 && !is_weak(a) && hearth__str_eq(a, b);
}

static void skip(hearth_str *s, size_t n)
{
    s->ptr += n;
    s->len -= n;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

bool hearth__etag_next(hearth_str *rest, hearth_str *tag)
{
    while (rest->len > 0) {
        size_t n;

        while (rest->len > 0 && (is_space(*rest->ptr) || *rest->ptr == ','))
            skip(rest, 1);
        n = tag_len(*rest);
        *tag = hearth__str(rest->ptr, n);
        skip(rest, n);
        while (rest->len > 0 && is_space(*rest->ptr))
            skip(rest, 1);
        if (n > 0 && (rest->len == 0 || *rest->ptr == ','))
            return true;
        while (rest->len > 0 && *rest->ptr != ',')
            skip(rest, 1);
    }
    return false;
}

bool hearth__etag_listed(hearth_str list, hearth_str tag, bool weak)
{
    hearth_str one;

    while (hearth__etag_next(&list, &one))
        if (weak ? hearth__etag_same_weak(one, tag) : hearth__etag_same_strong(one, tag))
            return true;
    return false;
}
