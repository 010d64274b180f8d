/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * JSON Merge Patch.  Subtrees that the patch does not speak of are shared with the target, so
 * that a small change of a large document copies little.
 */

#include "json/merge.h"

#define DEPTH 512 /* of a patch; what was loaded has at most 64 */

static json_t *merge(const json_t *target, json_t *patch, int depth);

/* One member of the patch into the new object. */
static bool put(json_t *out, const json_t *target, const char *name, json_t *patch,
                int depth)
{
    if (json_is_null(patch)) {
        (void)json_object_del(out, name);
        return true;
    }
    return json_object_set_new(out, name,
                               merge(json_object_get(target, name), patch, depth + 1)) ==
           0;
}

static json_t *merge(const json_t *target, json_t *patch, int depth)
{
    json_t *out, *member;
    const char *name;

    if (!json_is_object(patch))
        return json_incref(patch);
    if (depth == DEPTH)
        return NULL;
    out = json_is_object(target) ? json_copy((json_t *)target) : json_object();
    if (out == NULL)
        return NULL;
    json_object_foreach(patch, name, member)
    {
        if (put(out, target, name, member, depth))
            continue;
        json_decref(out);
        return NULL;
    }
    return out;
}

json_t *hearth__json_merge(const json_t *target, json_t *patch)
{
    return merge(target, patch, 0);
}
