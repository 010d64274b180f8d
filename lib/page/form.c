/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Forms of models in templates, whole or in pieces.  A handler says which form goes by which
 * name; all of it is made when the template asks.
 */
#include "data/form.h"
#include "core/error.h"
#include "core/str.h"
#include "page/page.h"

#include <hearth/memory.h>

struct hearth__page_form {
    struct hearth__page_form *next;
    const char *name;
    hearth__form form;
};

/* ---- for handlers ----------------------------------------------------------------- */

int hearth_page_form_sized(hearth_ctx *c, const char *name, const hearth_model *m,
                           const void *obj, const hearth_form_opts *o, size_t size)
{
    struct hearth__page_form *f = hearth__arena_alloc(&c->arena, sizeof *f);

    if (f == NULL)
        return HEARTH_ENOMEM;
    HEARTH_TRY(hearth__form_of(c, m, obj, o, size, &f->form));
    f->name = hearth__ctx_text(c, hearth__str_of(name));
    f->next = c->page_forms;
    c->page_forms = f;
    return f->name == NULL ? HEARTH_ENOMEM : 0;
}

/* ---- for templates ---------------------------------------------------------------- */

static int find(hearth_template_call *call, const hearth__form **out)
{
    const hearth_ctx *c = hearth__page_ctx(call);
    hearth_str name;

    HEARTH_TRY(hearth_template_text(call, call->args[0], &name));
    for (const struct hearth__page_form *f = c->page_forms; f != NULL; f = f->next)
        if (hearth__str_eq(hearth__str_of(f->name), name)) {
            *out = &f->form;
            return 0;
        }
    return hearth_template_fail(call,
                                "there is no form \"%.*s\": the handler calls "
                                "hearth_page_form() before it renders",
                                (int)(name.len < 100 ? name.len : 100), name.ptr);
}

static int done(hearth_template_call *call, int rc, const hearth_error *err,
                const hearth__buf *b, hearth_value *out)
{
    if (rc == HEARTH_EINVAL)
        return hearth_template_fail(call, "%s", err->text);
    if (rc != 0)
        return hearth__render_fail(call->render, rc, "%s", hearth_strerror(rc));
    return hearth__page_buf(call, b, true, out);
}

static int whole(hearth_template_call *call, hearth_value *out)
{
    hearth_ctx *c = hearth__page_ctx(call);
    const hearth__form *f;
    hearth_error err;
    hearth__buf b;

    HEARTH_TRY(find(call, &f));
    hearth__buf_init(&b, &c->arena, 0);
    return done(call, hearth__form_put(&b, f, &err), &err, &b, out);
}

static int part(hearth_template_call *call, hearth__form_part what, hearth_value *out)
{
    hearth_ctx *c = hearth__page_ctx(call);
    hearth_str field = HEARTH__S("");
    const hearth__form *f;
    hearth_error err;
    hearth__buf b;

    HEARTH_TRY(find(call, &f));
    if (what == HEARTH__FORM_FIELD)
        HEARTH_TRY(hearth_template_text(call, call->args[1], &field));
    hearth__buf_init(&b, &c->arena, 0);
    return done(call, hearth__form_put_part(&b, f, what, field, &err), &err, &b, out);
}

static int open_part(hearth_template_call *call, hearth_value *out)
{
    return part(call, HEARTH__FORM_OPEN, out);
}

static int errors_part(hearth_template_call *call, hearth_value *out)
{
    return part(call, HEARTH__FORM_ERRORS, out);
}

static int field_part(hearth_template_call *call, hearth_value *out)
{
    return part(call, HEARTH__FORM_FIELD, out);
}

static int close_part(hearth_template_call *call, hearth_value *out)
{
    return part(call, HEARTH__FORM_CLOSE, out);
}

/* For who writes a control by hand. */
static int facts(hearth_template_call *call, hearth_value *out)
{
    hearth_ctx *c = hearth__page_ctx(call);
    hearth__form_facts x;
    const hearth__form *f;
    hearth_error err;
    hearth_str name;
    json_t *o;
    int rc;

    HEARTH_TRY(find(call, &f));
    HEARTH_TRY(hearth_template_text(call, call->args[1], &name));
    rc = hearth__form_facts_of(f, name, &x, &err);
    if (rc != 0)
        return done(call, rc, &err, NULL, out);
    o = json_pack("{s:s, s:s, s:s, s:s%, s:s?, s:b}", "name", x.field->name, "id",
                  hearth_strf(c, "%s-%s", x.prefix, x.field->name), "label", x.field->doc,
                  "value", x.value.ptr, x.value.len, "error", x.fault, "required",
                  x.field->required);
    return hearth_template_set_json(call, out, o);
}

const hearth__builtin hearth__page_forms[] = {
    {"form", whole, "name", NULL},
    {"form_open", open_part, "name", NULL},
    {"form_errors", errors_part, "name", NULL},
    {"form_field", field_part, "name field", NULL},
    {"form_close", close_part, "name", NULL},
    {"form_facts", facts, "name field", NULL},
    {NULL, NULL, NULL, NULL},
};
