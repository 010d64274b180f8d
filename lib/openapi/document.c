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
#include "openapi/openapi.h"

#include "core/str.h"
#include "model/schema.h"
#include "json/write.h"

#define MAX_MODELS 256

typedef struct doc {
    hearth__json_w w;
    const hearth__openapi *self;
    const hearth__router *router;
    /* Those that are spoken of, and which of them as partial. */
    const hearth_model *model[MAX_MODELS];
    bool partial[MAX_MODELS];
    size_t nmodels;
} doc;

static void key(doc *d, const char *name)
{
    hearth__json_key(&d->w, hearth__str_of(name));
}

static void text(doc *d, const char *name, const char *value)
{
    if (value == NULL)
        return;
    key(d, name);
    hearth__json_text(&d->w, hearth__str_of(value));
}

static void open_object(doc *d, const char *name)
{
    key(d, name);
    hearth__json_open(&d->w, '{');
}

static void close_object(doc *d)
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

static bool is_shown(const doc *d, const hearth__route *r)
{
    return !r->hidden && r->arg != (const void *)d->self && operation_of(r) != NULL;
}

/* ---- models ------------------------------------------------------------------------------- */

static void remember(doc *d, const hearth_model *m, bool partial)
{
    for (size_t i = 0; i < d->nmodels; i++) {
        if (strcmp(d->model[i]->name, m->name) == 0 && d->partial[i] == partial)
            return;
    }
    if (d->nmodels == MAX_MODELS)
        return;
    d->model[d->nmodels] = m;
    d->partial[d->nmodels++] = partial;
}

static void reference(doc *d, const hearth_model *m, bool partial)
{
    char mem[256];
    hearth__buf b;

    remember(d, m, partial);
    hearth__buf_over(&b, mem, sizeof mem);
    hearth__buf_f(&b, "#/components/schemas/%s%s", m->name, partial ? "_partial" : "");
    hearth__json_open(&d->w, '{');
    text(d, "$ref", b.failed ? "#/components/schemas/problem" : b.ptr);
    close_object(d);
}

/* ---- parameters --------------------------------------------------------------------------- */

static void param_schema(doc *d, hearth__conv conv)
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

    open_object(d, "schema");
    text(d, "type", of[conv][0]);
    text(d, "format", of[conv][1]);
    if (conv == HEARTH__CONV_SLUG)
        text(d, "pattern", "^[a-z0-9]+(?:-[a-z0-9]+)*$");
    close_object(d);
}

static void path_param(doc *d, const char *name, hearth__conv conv)
{
    hearth__json_open(&d->w, '{');
    text(d, "name", name);
    text(d, "in", "path");
    key(d, "required");
    hearth__json_bool(&d->w, true);
    param_schema(d, conv);
    close_object(d);
}

static void query_param(doc *d, const hearth_field *f)
{
    hearth__json_open(&d->w, '{');
    text(d, "name", f->name);
    text(d, "in", "query");
    text(d, "description", f->doc);
    if (f->required) {
        key(d, "required");
        hearth__json_bool(&d->w, true);
    }
    key(d, "schema");
    hearth__schema_field(&d->w, f);
    close_object(d);
}

static bool has_body(const hearth__route *r)
{
    return r->m == HEARTH__POST || r->m == HEARTH__PUT || r->m == HEARTH__PATCH;
}

static void parameters(doc *d, const hearth__route *r)
{
    bool query = r->in != NULL && !has_body(r);

    if (r->nparams == 0 && !query)
        return;
    key(d, "parameters");
    hearth__json_open(&d->w, '[');
    for (size_t i = 0; i < r->nparams; i++)
        path_param(d, r->param[i].name, r->param[i].conv);
    for (size_t i = 0; query && i < r->in->n; i++)
        if (!r->in->field[i].readonly)
            query_param(d, &r->in->field[i]);
    hearth__json_close(&d->w, ']');
}

/* ---- bodies and answers ------------------------------------------------------------------- */

static void request_body(doc *d, const hearth__route *r)
{
    static const char *const types[] = {"application/json",
                                        "application/x-www-form-urlencoded",
                                        "multipart/form-data"};

    if (r->in == NULL || !has_body(r))
        return;
    open_object(d, "requestBody");
    key(d, "required");
    hearth__json_bool(&d->w, true);
    open_object(d, "content");
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        open_object(d, types[i]);
        key(d, "schema");
        reference(d, r->in, r->m == HEARTH__PATCH);
        close_object(d);
    }
    close_object(d);
    close_object(d);
}

static void answer(doc *d, const hearth__route *r)
{
    open_object(d, "2XX");
    text(d, "description", "Done");
    if (r->out != NULL) {
        open_object(d, "content");
        open_object(d, "application/json");
        if (r->many) {
            open_object(d, "schema");
            text(d, "type", "array");
            key(d, "items");
            reference(d, r->out, false);
            close_object(d);
        } else {
            key(d, "schema");
            reference(d, r->out, false);
        }
        close_object(d);
        close_object(d);
    }
    close_object(d);
}

static void problem(doc *d, const char *status, const char *description)
{
    open_object(d, status);
    text(d, "description", description);
    open_object(d, "content");
    open_object(d, "application/problem+json");
    open_object(d, "schema");
    text(d, "$ref", "#/components/schemas/problem");
    close_object(d);
    close_object(d);
    close_object(d);
    close_object(d);
}

static void responses(doc *d, const hearth__route *r)
{
    open_object(d, "responses");
    answer(d, r);
    if (r->nparams > 0)
        problem(d, "404", "There is none");
    if (r->in != NULL)
        problem(d, "422", "The values break the rules; every fault is told");
    problem(d, "default", "What went wrong");
    close_object(d);
}

/* ---- operations --------------------------------------------------------------------------- */

/* The first literal segment groups the operations. */
static void tags(doc *d, const hearth__route *r)
{
    for (size_t i = 0; i < r->nparts; i++) {
        if (r->part[i].is_param || r->part[i].text.len == 0)
            continue;
        key(d, "tags");
        hearth__json_open(&d->w, '[');
        hearth__json_text(&d->w, r->part[i].text);
        hearth__json_close(&d->w, ']');
        return;
    }
}

/* "get_todos_id": unique, since method and pattern are. */
static void operation_id(doc *d, const hearth__route *r)
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
        text(d, "operationId", b.ptr);
}

static void operation(doc *d, const hearth__route *r)
{
    open_object(d, operation_of(r));
    text(d, "summary", r->summary);
    operation_id(d, r);
    tags(d, r);
    parameters(d, r);
    request_body(d, r);
    responses(d, r);
    close_object(d);
}

/* ---- paths -------------------------------------------------------------------------------- */

/* "/todos/{id:int}" is "/todos/{id}". */
static void path_key(doc *d, const hearth__route *r)
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
    key(d, b.failed ? r->pattern : b.ptr);
}

/* Is r the first that is shown of its path? */
static bool is_first(const doc *d, const hearth__route *r)
{
    for (const hearth__route *o = hearth__router_first(d->router); o != r; o = o->next)
        if (o->node == r->node && is_shown(d, o))
            return false;
    return true;
}

static void paths(doc *d)
{
    open_object(d, "paths");
    for (const hearth__route *r = hearth__router_first(d->router); r != NULL;
         r = r->next) {
        if (!is_shown(d, r) || !is_first(d, r))
            continue;
        path_key(d, r);
        hearth__json_open(&d->w, '{');
        for (const hearth__route *o = r; o != NULL; o = o->next)
            if (o->node == r->node && is_shown(d, o))
                operation(d, o);
        close_object(d);
    }
    close_object(d);
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

static void components(doc *d)
{
    open_object(d, "components");
    open_object(d, "schemas");
    for (size_t i = 0; i < d->nmodels; i++) {
        char mem[256];
        hearth__buf b;

        hearth__buf_over(&b, mem, sizeof mem);
        hearth__buf_f(&b, "%s%s", d->model[i]->name, d->partial[i] ? "_partial" : "");
        if (b.failed)
            continue;
        key(d, b.ptr);
        hearth__schema(&d->w, d->model[i], d->partial[i]);
    }
    key(d, "problem");
    hearth__json_raw(&d->w, hearth__str_of(problem_schema));
    close_object(d);
    close_object(d);
}

void hearth__openapi_document(hearth__buf *out, const hearth__openapi *self,
                              const hearth__router *r)
{
    doc d = {.w = hearth__json_w_of(out), .self = self, .router = r};

    hearth__json_open(&d.w, '{');
    text(&d, "openapi", "3.1.0");
    open_object(&d, "info");
    text(&d, "title", self->o.title);
    text(&d, "version", self->o.version);
    text(&d, "description", self->o.description);
    close_object(&d);
    paths(&d);
    components(&d);
    close_object(&d);
}
