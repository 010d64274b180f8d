/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The grammar that Accept, Content-Type and their relatives share: elements between
 * commas, then parameters between semicolons.  Both cutters step over quoted strings, so
 * that a ',' or ';' within quotes is text.
 */

#include "http/param.h"

#include "core/str.h"
#include "http/audit.h"

/* The index of the first sep outside quotes, or s.len. */
static size_t find_outside(hearth_str s, char sep)
{
    bool quoted = false;
    size_t i = 0;

    for (; i < s.len && (quoted || s.ptr[i] != sep); i++) {
        if (s.ptr[i] == '"')
            quoted = !quoted;
        else if (quoted && s.ptr[i] == '\\')
            i++;
    }
    return i < s.len ? i : s.len;
}

static hearth_str cut_outside(hearth_str *rest, char sep)
{
    size_t i = find_outside(*rest, sep);
    hearth_str part = {rest->ptr, i};

    if (i == rest->len)
        *rest = (hearth_str){NULL, 0};
    else
        *rest = hearth__str(rest->ptr + i + 1, rest->len - i - 1);
    return hearth__str_trim(part);
}

bool hearth__param_element(hearth_str *rest, hearth_str *element)
{
    while (rest->ptr != NULL) {
        *element = cut_outside(rest, ',');
        if (element->len > 0)
            return true;
    }
    return false;
}

hearth_str hearth__param_head(hearth_str *rest)
{
    return cut_outside(rest, ';');
}

/* One pair of quotes around text without a bare quote. */
static bool is_quoted(hearth_str s)
{
    size_t i = 1;

    if (s.len < 2 || s.ptr[0] != '"' || !hearth__is_field_value(s))
        return false;
    for (; i < s.len - 1 && s.ptr[i] != '"'; i++) {
        if (s.ptr[i] == '\\')
            i++;
    }
    return i == s.len - 1 && s.ptr[i] == '"';
}

hearth__param_found hearth__param_next(hearth_str *rest, hearth_str *name,
                                       hearth_str *value)
{
    while (rest->ptr != NULL) {
        hearth_str part = cut_outside(rest, ';');
        ptrdiff_t eq = hearth__str_find(part, '=');

        if (part.len == 0)
            continue; /* RFC 9110 5.6.6 allows empty ones */
        if (eq < 0)
            return HEARTH__PARAM_BAD;
        *name = hearth__str(part.ptr, (size_t)eq);
        *value = hearth__str(part.ptr + eq + 1, part.len - (size_t)eq - 1);
        if (!hearth__is_token(*name) || (!hearth__is_token(*value) && !is_quoted(*value)))
            return HEARTH__PARAM_BAD;
        return HEARTH__PARAM_ONE;
    }
    return HEARTH__PARAM_END;
}

ptrdiff_t hearth__param_text(hearth_str value, char *out, size_t max)
{
    bool quoted = value.len >= 2 && value.ptr[0] == '"';
    size_t end = quoted ? value.len - 1 : value.len, n = 0;

    for (size_t i = quoted ? 1 : 0; i < end; i++) {
        if (quoted && value.ptr[i] == '\\' && i + 1 < end)
            i++;
        if (n + 1 >= max || value.ptr[i] == '\0')
            return -1;
        out[n++] = value.ptr[i];
    }
    if (max == 0)
        return -1;
    out[n] = '\0';
    return (ptrdiff_t)n;
}
