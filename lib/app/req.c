/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Reading the request's head and body.  A transport hands over slices of its own memory;
 * strings that end in '\0' are made of them when a handler asks, and kept where asking
 * twice is common.
 */
#include "app/req.h"

#include "app/body.h"
#include "core/str.h"
#include "http/accept.h"

#include <hearth/log.h>
#include <string.h>

/* A slice as text, made once; "" when there is none or no memory (the request is spoilt
 * then). */
static const char *text_once(hearth_ctx *c, const char **kept, hearth_str s)
{
    if (*kept == NULL && s.len > 0)
        *kept = hearth__ctx_text(c, s);
    return *kept == NULL ? "" : *kept;
}

/* ---- request line ------------------------------------------------------------ */

const char *hearth_method(hearth_ctx *c)
{
    const char *name = hearth__method_name(c->framing.method);

    /* Before the audit the number means nothing yet. */
    if (hearth__str_eq(c->head.method, hearth__str_of(name)))
        return name;
    return text_once(c, &c->method_text, c->head.method);
}

const char *hearth_path(hearth_ctx *c)
{
    return c->target.path.ptr == NULL ? "" : c->target.path.ptr;
}

const char *hearth_target(hearth_ctx *c)
{
    return text_once(c, &c->target_text, c->head.target);
}

/* ---- route parameters -------------------------------------------------------- */

static const hearth_str *param(hearth_ctx *c, const char *name)
{
    const hearth__route *route = c->match.route;

    for (size_t i = 0; route != NULL && name != NULL && i < route->nparams; i++)
        if (strcmp(route->param[i].name, name) == 0)
            return &c->match.param[i];
    hearth_logf(c, HEARTH_LOG_ERROR, "%s has no parameter \"%s\"",
                route == NULL ? "a request without a route" : route->pattern,
                name == NULL ? "(null)" : name);
    return NULL;
}

const char *hearth_param(hearth_ctx *c, const char *name)
{
    const hearth_str *p = param(c, name);

    return p == NULL ? NULL : p->ptr;
}

static void log_not_number(hearth_ctx *c, const char *name, const char *wanted)
{
    hearth_logf(c, HEARTH_LOG_ERROR, "parameter \"%s\" of %s is not declared as {%s:%s}",
                name, c->match.route->pattern, name, wanted);
}

int64_t hearth_param_int(hearth_ctx *c, const char *name)
{
    const hearth_str *p = param(c, name);
    int64_t v = 0;

    if (p != NULL && !hearth__str_int(*p, &v))
        log_not_number(c, name, "int");
    return v;
}

double hearth_param_float(hearth_ctx *c, const char *name)
{
    const hearth_str *p = param(c, name);
    double v = 0;

    if (p != NULL && !hearth__str_f64(*p, &v))
        log_not_number(c, name, "float");
    return v;
}

/* ---- header fields ----------------------------------------------------------- */

const char *hearth_header(hearth_ctx *c, const char *name)
{
    const hearth__field *f = hearth__head_find(&c->head, hearth__str_of(name));

    return f == NULL ? NULL : hearth__ctx_text(c, f->value);
}

hearth_str hearth__req_list(hearth_ctx *c, hearth_str name)
{
    hearth__buf b;
    hearth_str first = {"", 0};
    size_t n = 0;

    hearth__buf_init(&b, &c->arena, 0);
    for (size_t i = 0; i < c->head.nfields; i++) {
        const hearth__field *f = &c->head.field[i];

        if (!hearth__str_ieq(f->name, name))
            continue;
        if (n++ == 0) {
            first = f->value;
            continue;
        }
        if (b.len == 0)
            hearth__buf_str(&b, first);
        hearth__buf_char(&b, ',');
        hearth__buf_str(&b, f->value);
    }
    return n < 2 || b.failed ? first : hearth__buf_view(&b);
}

bool hearth_header_at(hearth_ctx *c, size_t i, const char **name, const char **value)
{
    if (i >= c->head.nfields)
        return false;
    *name = hearth__ctx_text(c, c->head.field[i].name);
    *value = hearth__ctx_text(c, c->head.field[i].value);
    return *name != NULL && *value != NULL;
}

const char *hearth_trailer(hearth_ctx *c, const char *name)
{
    hearth_str n = hearth__str_of(name);

    for (size_t i = 0; i < c->ntrailers; i++)
        if (hearth__str_ieq(c->trailer[i].name, n))
            return hearth__ctx_text(c, c->trailer[i].value);
    return NULL;
}

hearth_str hearth__req_type(const hearth_ctx *c)
{
    const hearth__field *f = hearth__head_find(&c->head, HEARTH__S("Content-Type"));

    return f == NULL ? HEARTH__S("") : f->value;
}

bool hearth__req_is_utf8(hearth_str type)
{
    char charset[16];

    if (!hearth__media_type_param(type, HEARTH__S("charset"), charset, sizeof charset))
        return true;
    return hearth__str_ieq(hearth__str_of(charset), HEARTH__S("utf-8"));
}

/* ---- body -------------------------------------------------------------------- */

hearth_str hearth_body(hearth_ctx *c)
{
    return c->intake == NULL ? hearth__buf_view(&c->body) : hearth__body_whole(c);
}

/* ---- which ----------------------------------------------------------------- */

#define ID_MASK ((UINT64_C(1) << 48) - 1)

static void write_hex(char *out, uint64_t v, int digits)
{
    while (digits > 0) {
        out[--digits] = "0123456789abcdef"[v & 15];
        v >>= 4;
    }
}

/* 48 random bits of this process, then the number of the request.  The number goes
 * through a bijection (times an odd constant, modulo 2^48): ids stay unique, look
 * different to people, and do not tell clients how many requests there were. */
const char *hearth_request_id(hearth_ctx *c)
{
    char *id;

    if (c->id_text != NULL)
        return c->id_text;
    id = hearth__arena_raw(&c->arena, HEARTH__ID_LEN + 1);
    if (id == NULL)
        return "000000000000000000000000";
    write_hex(id, c->app->id_seed & ID_MASK, 12);
    write_hex(id + 12,
              (c->id * UINT64_C(0x9e3779b97f4b) + (c->app->id_seed >> 16)) & ID_MASK, 12);
    id[HEARTH__ID_LEN] = '\0';
    c->id_text = id;
    return id;
}
