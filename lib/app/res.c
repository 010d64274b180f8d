/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * The header fields of a response.  A small array searched from end to end: a response
 * has five fields or ten, and a hash would cost more than it saves.
 */
#include "app/res.h"

#include "app/ctx.h"
#include "app/problem.h"
#include "core/str.h"
#include "http/audit.h"
#include "http/param.h"

#include <hearth/res.h>
#include <string.h>

/* ---- the array --------------------------------------------------------------- */

const hearth__field *hearth__res_find(const hearth__res *r, hearth_str name)
{
    for (size_t i = 0; i < r->nfields; i++)
        if (hearth__str_ieq(r->field[i].name, name))
            return &r->field[i];
    return NULL;
}

bool hearth__res_lists(const hearth__res *r, hearth_str name, hearth_str token)
{
    for (size_t i = 0; i < r->nfields; i++) {
        hearth_str rest = r->field[i].value, element;

        if (!hearth__str_ieq(r->field[i].name, name))
            continue;
        while (hearth__param_element(&rest, &element)) {
            hearth_str head = hearth__param_head(&element);

            if (hearth__str_ieq(hearth__str_trim(hearth__str_cut(&head, '=')), token))
                return true;
        }
    }
    return false;
}

void hearth__res_no_body(hearth__res *r)
{
    r->body = HEARTH__S("");
    r->file = NULL;
    r->stream = NULL;
}

void hearth__res_forget(hearth__res *r)
{
    r->field = NULL;
    r->nfields = r->cap = 0;
}

static int room(hearth__res *r, hearth__arena *a)
{
    hearth__field *grown;

    if (r->nfields < r->cap)
        return 0;
    if (r->field == NULL) {
        r->field = r->first;
        r->cap = HEARTH__RES_FIRST;
        return 0;
    }
    grown = hearth__arena_array(a, r->cap, 2 * sizeof *grown);
    if (grown == NULL)
        return HEARTH_ENOMEM;
    memcpy(grown, r->field, r->nfields * sizeof *grown);
    r->field = grown;
    r->cap *= 2;
    return 0;
}

int hearth__res_add(hearth__res *r, hearth__arena *a, hearth_str name, hearth_str value)
{
    if (room(r, a) != 0)
        return HEARTH_ENOMEM;
    r->field[r->nfields++] = (hearth__field){name, value};
    return 0;
}

/* Close up the gaps that fields of this name leave, from the i-th on. */
static void remove_from(hearth__res *r, size_t i, hearth_str name)
{
    size_t kept = i;

    for (; i < r->nfields; i++)
        if (!hearth__str_ieq(r->field[i].name, name))
            r->field[kept++] = r->field[i];
    r->nfields = kept;
}

void hearth__res_remove(hearth__res *r, hearth_str name)
{
    remove_from(r, 0, name);
}

int hearth__res_put(hearth__res *r, hearth__arena *a, hearth_str name, hearth_str value)
{
    if (value.ptr == NULL) {
        hearth__res_remove(r, name);
        return 0;
    }
    for (size_t i = 0; i < r->nfields; i++) {
        if (hearth__str_ieq(r->field[i].name, name)) {
            r->field[i].value = value;
            remove_from(r, i + 1, name);
            return 0;
        }
    }
    return hearth__res_add(r, a, name, value);
}

/* ---- what a handler may set -------------------------------------------------- */

/* Framing and the connection are the transport's, Date is the clock's. */
static bool is_ours(hearth_str name)
{
    static const hearth_str ours[] = {
        {"Content-Length", 14},
        {"Transfer-Encoding", 17},
        {"Connection", 10},
        {"Keep-Alive", 10},
        {"Proxy-Connection", 16},
        {"Upgrade", 7},
        {"TE", 2},
        {"Trailer", 7},
        {"Date", 4},
    };

    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (hearth__str_ieq(name, ours[i]))
            return true;
    return false;
}

/* What is wrong with it, or NULL. */
static const char *objection(hearth_str name, hearth_str value)
{
    if (!hearth__is_token(name))
        return "the name is not a token";
    if (is_ours(name))
        return "the field is the library's own";
    if (value.ptr == NULL)
        return NULL;
    if (!hearth__is_field_value(value))
        return "the value holds a control character";
    if (value.len == 0)
        return "the value is empty";
    return hearth__str_trim(value).len == value.len
               ? NULL
               : "the value begins or ends with white space";
}

int hearth__res_check(hearth_str name, hearth_str value)
{
    return objection(name, value) == NULL ? 0 : HEARTH_EINVAL;
}

static int refused(hearth_ctx *c, const char *name, const char *why)
{
    return hearth__note(c, HEARTH_EINVAL, "response header \"%s\" refused: %s",
                        name == NULL ? "(null)" : name, why);
}

/* Not before the name was found to be sound: that is the caller's first mistake. */
static int too_late(hearth_ctx *c, const char *name)
{
    return hearth__note(c, HEARTH_ESTATE,
                        "response header \"%s\" comes when the head has been sent", name);
}

typedef int put_fn(hearth__res *r, hearth__arena *a, hearth_str name, hearth_str value);

/* value: memory of the request. */
static int set_value(hearth_ctx *c, put_fn *put, const char *name, hearth_str value)
{
    hearth_str n = hearth__str_of(name);
    const char *why = objection(n, value);

    if (why != NULL)
        return refused(c, name, why);
    if (c->res.shut)
        return too_late(c, name);
    n.ptr = hearth__ctx_text(c, n);
    return n.ptr == NULL ? HEARTH_ENOMEM : put(&c->res, &c->arena, n, value);
}

/* The copy comes first, so that what is checked is what is sent. */
static int set_text(hearth_ctx *c, put_fn *put, const char *name, const char *value)
{
    hearth_str v = hearth__str_of(value);

    v.ptr = hearth__ctx_text(c, v);
    return v.ptr == NULL ? HEARTH_ENOMEM : set_value(c, put, name, v);
}

int hearth_set_header(hearth_ctx *c, const char *name, const char *value)
{
    const char *why;

    if (value != NULL)
        return set_text(c, hearth__res_put, name, value);
    why = objection(hearth__str_of(name), hearth__str(NULL, 0));
    if (why != NULL)
        return refused(c, name, why);
    if (c->res.shut)
        return too_late(c, name);
    hearth__res_remove(&c->res, hearth__str_of(name));
    return 0;
}

int hearth_set_headerf(hearth_ctx *c, const char *name, const char *fmt, ...)
{
    hearth__buf b;
    va_list ap;

    hearth__buf_init(&b, &c->arena, 0);
    va_start(ap, fmt);
    hearth__buf_v(&b, fmt, ap);
    va_end(ap);
    if (b.failed)
        return HEARTH_ENOMEM;
    return set_value(c, hearth__res_put, name, hearth__buf_view(&b));
}

int hearth_add_header(hearth_ctx *c, const char *name, const char *value)
{
    if (value == NULL)
        return refused(c, name, "the value is NULL");
    return set_text(c, hearth__res_add, name, value);
}
