/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Reading a Content-Type (RFC 9110 section 8.3).  A parameter that appears twice counts
 * as malformed: two programs would pick different ones.
 */

#include "core/str.h"
#include "http/accept.h"
#include "http/audit.h"
#include "http/param.h"

/* "application/problem+json" for "json". */
static bool has_suffix(hearth_str type, hearth_str suffix)
{
    ptrdiff_t slash = hearth__str_find(type, '/');
    hearth_str sub;

    if (slash <= 0 || !hearth__is_token(hearth__str(type.ptr, (size_t)slash)))
        return false;
    sub = hearth__str(type.ptr + slash + 1, type.len - (size_t)slash - 1);
    return sub.len > suffix.len + 1 && hearth__is_token(sub) &&
           sub.ptr[sub.len - suffix.len - 1] == '+' &&
           hearth__str_ieq(hearth__str(sub.ptr + sub.len - suffix.len, suffix.len),
                           suffix);
}

bool hearth__media_type_is(hearth_str content_type, hearth_str type, hearth_str suffix)
{
    hearth_str head = hearth__param_head(&content_type);

    return hearth__str_ieq(head, type) || (suffix.len > 0 && has_suffix(head, suffix));
}

bool hearth__media_type_param(hearth_str content_type, hearth_str name, char *out,
                              size_t max)
{
    hearth_str n, v, found = {NULL, 0};
    hearth__param_found state;

    hearth__param_head(&content_type);
    while ((state = hearth__param_next(&content_type, &n, &v)) == HEARTH__PARAM_ONE) {
        if (!hearth__str_ieq(n, name))
            continue;
        if (found.ptr != NULL)
            return false;
        found = v;
    }
    return state == HEARTH__PARAM_END && found.ptr != NULL &&
           hearth__param_text(found, out, max) >= 0;
}
