/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The OpenAPI 3.1 document of an application.
 *
 * Routes of one path form one path item, so the list of routes is walked once for the paths and
 * for each path once for its methods; both lists are short and this is no hot path.
 */
#include "openapi/doc.h"

#include "core/str.h"
#include "model/schema.h"

void hearth__doc_key(hearth__doc *d, const char *name)
{
    hearth__json_key(&d->w, hearth__str_of(name));
}

void hearth__doc_text(hearth__doc *d, const char *name, const char *value)
{
    if (value == NULL)
        return;
    hearth__doc_key(d, name);
    hearth__json_text(&d->w, hearth__str_of(value));
}

void hearth__doc_open(hearth__doc *d, const char *name)
{
    hearth__doc_key(d, name);
    hearth__json_open(&d->w, '{');
}

void hearth__doc_close(hearth__doc *d)
{
    hearth__json_close(&d->w, '}');
}

/* OPTIONS is answered by itself everywhere and other methods have no place in OpenAPI. */
static const char *operation_of(const hearth__route *r)
{
    static const char *const names[] = {"GET",    "get",    "POST",  "post",
                                        "PUT",    "put",    "PATCH", "patch",
                                        "DELETE", "delete", "HEAD",  "head"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i += 2)
        if (strcmp(r->method, names[i]) == 0)
            return names[i + 1];
    return NULL;
}

static bool is_shown(const hearth__doc *d, const hearth__route *r)
{
    return !r->hidden && r->arg != (const void *)d->self && operation_of(r) != NULL;
}

/* ---- models ------------------------------------------------------------------------------- */

static void remember(hearth__doc *d, const hearth_model *m, bool partial)
{
    for (size_t i = 0; i < d->nmodels; i++) {
        if (strcmp(d->model[i]->name, m->name) == 0 && d->partial[i] == partial)
            return;
    }
    if (d->nmodels == HEARTH__DOC_MODELS)
        return;
    d->model[d->nmodels] = m;
    d->partial[d->nmodels++] = partial;
}

void hearth__doc_reference(hearth__doc *d, const hearth_model *m, bool partial)
{
    char mem[256];
    hearth__buf b;

    remember(d, m, partial);
    hearth__buf_over(&b, mem, sizeof mem);
    hearth__buf_f(&b, "#/components/schemas/%s%s", m->name, partial ? "_partial" : "");
    hearth__json_open(&d->w, '{');
    hearth__doc_text(d, "$ref", b.failed ? "#/components/schemas/problem" : b.ptr);
    hearth__doc_close(d);
}

/* ---- parameters --------------------------------------------------------------------------- */

void hearth__doc_schema(hearth__doc *d, const hearth_route_doc *line)
{
    if (line->field != NULL) {
        hearth__doc_key(d, "schema");
        hearth__schema_value(&d->w, line->field);
        return;
    }
    hearth__doc_open(d, "schema");
    hearth__doc_text(d, "type", line->type == NULL ? "string" : line->type);
    hearth__doc_close(d);
}

static void param_schema(hearth__doc *d, hearth__conv conv)
{
    static const char *const of[HEARTH__NCONVS][2] = {
        [HEARTH__CONV_INT] = {"integer", "int64"},
        [HEARTH__CONV_FLOAT] = {"number", "double"},
        [HEARTH__CONV_DATE] = {"string", "date"},
        [HEARTH__CONV_UUID] = {"string", "uuid"},
        [HEARTH__CONV_SLUG] = {"string", NULL},
        [HEARTH__CONV_STRING] = {"string", NULL},
        [HEARTH__CONV_PATH] = {"string", NULL},
    };

    hearth__doc_open(d, "schema");
    hearth__doc_text(d, "type", of[conv][0]);
    hearth__doc_text(d, "format", of[conv][1]);
    if (conv == HEARTH__CONV_SLUG)
        hearth__doc_text(d, "pattern", "^[a-z0-9]+(?:-[a-z0-9]+)*$");
    hearth__doc_close(d);
}

static void path_param(hearth__doc *d, const char *name, hearth__conv conv)
{
    hearth__json_open(&d->w, '{');
    hearth__doc_text(d, "name", name);
    hearth__doc_text(d, "in", "path");
    hearth__doc_key(d, "required");
    hearth__json_bool(&d->w, true);
    param_schema(d, conv);
    hearth__doc_close(d);
}

static void query_param(hearth__doc *d, const hearth_field *f)
{
    hearth__json_open(&d->w, '{');
    hearth__doc_text(d, "name", f->name);
    hearth__doc_text(d, "in", "query");
    hearth__doc_text(d, "description", f->doc);
    if (f->required) {
        hearth__doc_key(d, "required");
        hearth__json_bool(&d->w, true);
    }
    hearth__doc_key(d, "schema");
    hearth__schema_field(&d->w, f);
    hearth__doc_close(d);
}

static bool has_body(const hearth__route *r)
{
    return r->m == HEARTH__POST || r->m == HEARTH__PUT || r->m == HEARTH__PATCH;
}

static bool is_param(const hearth_route_doc *line)
{
    return strcmp(line->of, "query") == 0 || strcmp(line->of, "header") == 0;
}

static void told_param(hearth__doc *d, const hearth_route_doc *line)
{
    hearth__json_open(&d->w, '{');
    hearth__doc_text(d, "name", line->name);
    hearth__doc_text(d, "in", line->of);
    hearth__doc_text(d, "description", line->text);
    if (line->required) {
        hearth__doc_key(d, "required");
        hearth__json_bool(&d->w, true);
    }
    hearth__doc_schema(d, line);
    hearth__doc_close(d);
}

static bool tells_params(const hearth__route *r)
{
    for (const hearth_route_doc *l = r->doc; l != NULL && l->of != NULL; l++)
        if (is_param(l))
            return true;
    return false;
}

static void parameters(hearth__doc *d, const hearth__route *r)
{
    bool query = r->in != NULL && !has_body(r);

    if (r->nparams == 0 && !query && !tells_params(r))
        return;
    hearth__doc_key(d, "parameters");
    hearth__json_open(&d->w, '[');
    for (size_t i = 0; i < r->nparams; i++)
        path_param(d, r->param[i].name, r->param[i].conv);
    for (size_t i = 0; query && i < r->in->n; i++)
        if (!r->in->field[i].readonly)
            query_param(d, &r->in->field[i]);
    for (const hearth_route_doc *l = r->doc; l != NULL && l->of != NULL; l++)
        if (is_param(l))
            told_param(d, l);
    hearth__json_close(&d->w, ']');
}

/* ---- bodies ------------------------------------------------------------------------------- */

static void request_body(hearth__doc *d, const hearth__route *r)
{
    static const char *const types[] = {"application/json",
                                        "application/x-www-form-urlencoded",
                                        "multipart/form-data",
                                        "application/merge-patch+json"};
    size_t n = sizeof types / sizeof *types - (r->m == HEARTH__PATCH ? 0 : 1);

    if (r->in == NULL || !has_body(r))
        return;
    hearth__doc_open(d, "requestBody");
    hearth__doc_key(d, "required");
    hearth__json_bool(&d->w, true);
    hearth__doc_open(d, "content");
    for (size_t i = 0; i < n; i++) {
        hearth__doc_open(d, types[i]);
        hearth__doc_key(d, "schema");
        hearth__doc_reference(d, r->in, r->m == HEARTH__PATCH);
        hearth__doc_close(d);
    }
    hearth__doc_close(d);
    hearth__doc_close(d);
}

/* ---- operations --------------------------------------------------------------------------- */

/* The first literal segment groups the operations. */
static void tags(hearth__doc *d, const hearth__route *r)
{
    for (size_t i = 0; i < r->nparts; i++) {
        if (r->part[i].is_param || r->part[i].text.len == 0)
            continue;
        hearth__doc_key(d, "tags");
        hearth__json_open(&d->w, '[');
        hearth__json_text(&d->w, r->part[i].text);
        hearth__json_close(&d->w, ']');
        return;
    }
}

/* "get_todos_id": unique, since method and pattern are. */
static void operation_id(hearth__doc *d, const hearth__route *r)
{
    char mem[512];
    hearth__buf b;

    hearth__buf_over(&b, mem, sizeof mem);
    hearth__buf_text(&b, operation_of(r));
    for (size_t i = 0; i < r->nparts; i++) {
        hearth__buf_char(&b, '_');
        if (r->part[i].is_param)
            hearth__buf_text(&b, "by_");
        for (size_t k = 0; k < r->part[i].text.len; k++) {
            char c = r->part[i].text.ptr[k];

            hearth__buf_char(&b, hearth__is_alpha(c) || hearth__is_digit(c) ? c : '_');
        }
    }
    if (!b.failed)
        hearth__doc_text(d, "operationId", b.ptr);
}

static void operation(hearth__doc *d, const hearth__route *r)
{
    hearth__doc_open(d, operation_of(r));
    hearth__doc_text(d, "summary", r->summary);
    operation_id(d, r);
    tags(d, r);
    parameters(d, r);
    request_body(d, r);
    hearth__doc_answers(d, r);
    hearth__doc_close(d);
}

/* ---- paths -------------------------------------------------------------------------------- */

/* "/todos/{id:int}" is "/todos/{id}". */
static void path_key(hearth__doc *d, const hearth__route *r)
{
    char mem[2048];
    hearth__buf b;

    hearth__buf_over(&b, mem, sizeof mem);
    for (size_t i = 0; i < r->nparts; i++) {
        hearth__buf_char(&b, '/');
        if (r->part[i].is_param)
            hearth__buf_char(&b, '{');
        hearth__buf_str(&b, r->part[i].text);
        if (r->part[i].is_param)
            hearth__buf_char(&b, '}');
    }
    if (r->nparts == 0)
        hearth__buf_char(&b, '/');
    hearth__doc_key(d, b.failed ? r->pattern : b.ptr);
}

/* Is r the first that is shown of its path? */
static bool is_first(const hearth__doc *d, const hearth__route *r)
{
    for (const hearth__route *o = hearth__router_first(d->router); o != r; o = o->next)
        if (o->node == r->node && is_shown(d, o))
            return false;
    return true;
}

static void paths(hearth__doc *d)
{
    hearth__doc_open(d, "paths");
    for (const hearth__route *r = hearth__router_first(d->router); r != NULL;
         r = r->next) {
        if (!is_shown(d, r) || !is_first(d, r))
            continue;
        path_key(d, r);
        hearth__json_open(&d->w, '{');
        for (const hearth__route *o = r; o != NULL; o = o->next)
            if (o->node == r->node && is_shown(d, o))
                operation(d, o);
        hearth__doc_close(d);
    }
    hearth__doc_close(d);
}

/* RFC 9457, with the faults of ours. */
static const char problem_schema[] =
    "{\"type\":\"object\",\"description\":\"RFC 9457\",\"properties\":{"
    "\"type\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},"
    "\"status\":{\"type\":\"integer\"},\"detail\":{\"type\":\"string\"},"
    "\"instance\":{\"type\":\"string\"},"
    "\"errors\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
    "\"pointer\":{\"type\":\"string\"},\"code\":{\"type\":\"string\"},"
    "\"detail\":{\"type\":\"string\"}}}}}}";

static void components(hearth__doc *d)
{
    hearth__doc_open(d, "components");
    hearth__doc_open(d, "schemas");
    for (size_t i = 0; i < d->nmodels; i++) {
        char mem[256];
        hearth__buf b;

        hearth__buf_over(&b, mem, sizeof mem);
        hearth__buf_f(&b, "%s%s", d->model[i]->name, d->partial[i] ? "_partial" : "");
        if (b.failed)
            continue;
        hearth__doc_key(d, b.ptr);
        hearth__schema(&d->w, d->model[i], d->partial[i]);
    }
    hearth__doc_key(d, "problem");
    hearth__json_raw(&d->w, hearth__str_of(problem_schema));
    hearth__doc_close(d);
    hearth__doc_close(d);
}

void hearth__openapi_document(hearth__buf *out, const hearth__openapi *self,
                              const hearth__router *r)
{
    hearth__doc d = {.w = hearth__json_w_of(out), .self = self, .router = r};

    hearth__json_open(&d.w, '{');
    hearth__doc_text(&d, "openapi", "3.1.0");
    hearth__doc_open(&d, "info");
    hearth__doc_text(&d, "title", self->o.title);
    hearth__doc_text(&d, "version", self->o.version);
    hearth__doc_text(&d, "description", self->o.description);
    hearth__doc_close(&d);
    paths(&d);
    components(&d);
    hearth__doc_close(&d);
}
