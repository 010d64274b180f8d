/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * The body as JSON, parsed when first asked for and lent until the request ends.  Then the
 * context keeps the tree, for the next body to be read over it.
 */
#include "app/ctx.h"
#include "app/problem.h"
#include "app/req.h"
#include "core/str.h"
#include "http/accept.h"
#include "json/reread.h"

#include <hearth/memory.h>
#include <hearth/upload.h>

static int check_type(hearth_ctx *c)
{
    hearth_str type = hearth__req_type(c);

    if (type.len == 0 && hearth_body_size(c) == 0)
        return 0; /* the missing body is the better complaint */
    if (!hearth__media_type_is(type, HEARTH__S("application/json"), HEARTH__S("json")))
        return hearth__tell(c, HEARTH_EMEDIA, 415,
                            "send the body with Content-Type: application/json");
    if (!hearth__req_is_utf8(type))
        return hearth__tell(c, HEARTH_EMEDIA, 415, "JSON is sent in UTF-8");
    return 0;
}

int hearth__req_json(hearth_ctx *c)
{
    HEARTH_TRY(check_type(c));
    return hearth_body_size(c) > 0
               ? 0
               : hearth__tell(c, HEARTH_EINVAL, 400,
                              "the body is empty: send a JSON document");
}

static int parse(hearth_ctx *c)
{
    hearth_error why = {0};
    json_t *tree;

    HEARTH_TRY(hearth__req_json(c));
    tree = hearth__json_load_over(c->json_before, hearth_body(c), NULL, &why);
    c->json_before = NULL;
    if (tree == NULL && why.code == HEARTH_ENOMEM) {
        c->arena.failed = true;
        return HEARTH_ENOMEM;
    }
    if (tree == NULL)
        return hearth__tell(c, HEARTH_EINVAL, 400, "the body is not sound JSON: %s",
                            why.text);
    c->json = tree;
    return 0;
}

int hearth_body_json(hearth_ctx *c, json_t **tree)
{
    int rc = c->json == NULL ? parse(c) : 0;

    *tree = c->json;
    return rc;
}
