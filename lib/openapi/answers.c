/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What an operation answers: what its route tells line by line, and what every route of its
 * kind answers besides.
 */
#include "openapi/doc.h"

#include "core/str.h"

static bool is_status(const hearth_route_doc *l)
{
    return l->name == NULL && strcmp(l->of, "query") != 0 && strcmp(l->of, "header") != 0;
}

static bool is_success(const char *status)
{
    return status[0] == '2';
}

/* Is this the first line about its status? */
static bool is_first(const hearth__route *r, const hearth_route_doc *line)
{
    for (const hearth_route_doc *l = r->doc; l != line; l++)
        if (is_status(l) && strcmp(l->of, line->of) == 0)
            return false;
    return true;
}

static bool tells(const hearth__route *r, const char *status)
{
    for (const hearth_route_doc *l = r->doc; l != NULL && l->of != NULL; l++)
        if (is_status(l) && strcmp(l->of, status) == 0)
            return true;
    return false;
}

static bool tells_success(const hearth__route *r)
{
    for (const hearth_route_doc *l = r->doc; l != NULL && l->of != NULL; l++)
        if (is_status(l) && is_success(l->of))
            return true;
    return false;
}

/* ---- one answer ---------------------------------------------------------------------- */

static void header(hearth__doc *d, const hearth_route_doc *line)
{
    hearth__doc_open(d, line->name);
    hearth__doc_text(d, "description", line->text);
    hearth__doc_schema(d, line);
    hearth__doc_close(d);
}

static void headers(hearth__doc *d, const hearth__route *r, const char *status)
{
    bool any = false;

    for (const hearth_route_doc *l = r->doc; l != NULL && l->of != NULL; l++) {
        if (l->name == NULL || strcmp(l->of, status) != 0)
            continue;
        if (!any)
            hearth__doc_open(d, "headers");
        any = true;
        header(d, l);
    }
    if (any)
        hearth__doc_close(d);
}

static void out_schema(hearth__doc *d, const hearth__route *r)
{
    hearth__arena arena;
    hearth__with_tree tree = {.m = r->out, .arena = &arena};

    hearth__arena_init(&arena, 0);
    (void)hearth__with_add(&tree, r->with, NULL); /* checked when it was mounted */
    if (arena.failed)
        d->w.buf->failed = true;
    if (!r->many) {
        hearth__doc_key(d, "schema");
        hearth__doc_related(d, r->out, tree.first);
    } else {
        hearth__doc_open(d, "schema");
        hearth__doc_text(d, "type", "array");
        hearth__doc_key(d, "items");
        hearth__doc_related(d, r->out, tree.first);
        hearth__doc_close(d);
    }
    hearth__arena_clear(&arena);
}

static void out_content(hearth__doc *d, const hearth__route *r)
{
    hearth__doc_open(d, "content");
    hearth__doc_open(d, "application/json");
    out_schema(d, r);
    hearth__doc_close(d);
    hearth__doc_close(d);
}

static void problem_content(hearth__doc *d)
{
    hearth__doc_open(d, "content");
    hearth__doc_open(d, "application/problem+json");
    hearth__doc_open(d, "schema");
    hearth__doc_text(d, "$ref", "#/components/schemas/problem");
    hearth__doc_close(d);
    hearth__doc_close(d);
    hearth__doc_close(d);
}

static bool has_content(const char *status)
{
    return strcmp(status, "204") != 0 && strcmp(status, "205") != 0;
}

static void answer(hearth__doc *d, const hearth__route *r, const char *status,
                   const char *description)
{
    hearth__doc_open(d, status);
    hearth__doc_text(d, "description", description);
    headers(d, r, status);
    if (is_success(status)) {
        if (r->out != NULL && has_content(status))
            out_content(d, r);
    } else if (status[0] >= '4') { /* "default", too */
        problem_content(d);
    }
    hearth__doc_close(d);
}

/* ---- all of them --------------------------------------------------------------------- */

static void told(hearth__doc *d, const hearth__route *r, bool success)
{
    for (const hearth_route_doc *l = r->doc; l != NULL && l->of != NULL; l++)
        if (is_status(l) && is_success(l->of) == success && is_first(r, l))
            answer(d, r, l->of, l->text);
}

static void usual(hearth__doc *d, const hearth__route *r, const char *status,
                  const char *description)
{
    if (!tells(r, status))
        answer(d, r, status, description);
}

void hearth__doc_answers(hearth__doc *d, const hearth__route *r)
{
    hearth__doc_open(d, "responses");
    if (!tells_success(r))
        answer(d, r, "2XX", "Done");
    told(d, r, true);
    told(d, r, false);
    if (r->nparams > 0)
        usual(d, r, "404", "There is none");
    if (r->in != NULL)
        usual(d, r, "422", "The values break the rules; every fault is told");
    usual(d, r, "default", "What went wrong");
    hearth__doc_close(d);
}
