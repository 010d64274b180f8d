/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Calling C functions with the arguments of a template: by position, by name, and those that
 * only a "*" or "**" takes.
 */

#include "tmpl/builtin.h"

#include "core/str.h"
#include "tmpl/render.h"
#include "tmpl/set.h"

const hearth__builtin *hearth__builtin_in(const hearth__builtin *table, hearth_str name)
{
    for (; table->name != NULL; table++)
        if (hearth__str_eq(hearth__str_of(table->name), name))
            return table;
    return NULL;
}

static bool is_name(hearth_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!hearth__is_alpha(s.ptr[i]) && s.ptr[i] != '_' &&
            (i == 0 || !hearth__is_digit(s.ptr[i])))
            return false;
    return s.len > 0;
}

/* One word of the list. */
static bool add_param(hearth__params *p, hearth_str word)
{
    bool optional = word.len > 0 && word.ptr[word.len - 1] == '?';

    if (p->named)
        return false; /* "**" comes last */
    if (hearth__str_eq(word, HEARTH__S("**"))) {
        p->named = true;
        return true;
    }
    if (p->more)
        return false;
    if (hearth__str_eq(word, HEARTH__S("*"))) {
        p->more = true;
        return true;
    }
    if (optional)
        word.len--;
    if (!is_name(word) || p->n == HEARTH__PARAMS ||
        (!optional && p->n > 0 && p->optional[p->n - 1]))
        return false;
    p->name[p->n] = word;
    p->optional[p->n++] = optional;
    return true;
}

bool hearth__params_parse(hearth__params *p, const char *text)
{
    hearth_str rest = hearth__str_of(text);

    p->n = 0;
    p->more = p->named = false;
    while (rest.len > 0) {
        hearth_str word = hearth__str_cut(&rest, ' ');

        if (word.len > 0 && !add_param(p, word))
            return false;
        if (rest.ptr == NULL)
            break;
    }
    return true;
}

/* ---- calls while rendering ----------------------------------------------------------- */

struct binding {
    const hearth__builtin *b;
    hearth__params params;
    hearth_value *args;
    size_t nargs;
    hearth_template_named *named;
    size_t nnamed;
};

static int bind_named(hearth__render *r, struct binding *to,
                      const hearth_template_named *n)
{
    for (size_t i = 0; i < to->params.n; i++) {
        if (!hearth__str_eq(to->params.name[i], n->name))
            continue;
        if (to->args[i].kind != HEARTH_VALUE_UNDEFINED)
            return hearth__render_fail(r, HEARTH_EINVAL, "%s gets '%.*s' twice",
                                       to->b->name, (int)n->name.len, n->name.ptr);
        to->args[i] = n->value;
        return 0;
    }
    if (!to->params.named)
        return hearth__render_fail(r, HEARTH_EINVAL, "%s has no parameter '%.*s'",
                                   to->b->name,
                                   (int)(n->name.len > 40 ? 40 : n->name.len),
                                   n->name.ptr);
    to->named[to->nnamed++] = *n;
    return 0;
}

static int check_given(hearth__render *r, const struct binding *to, const bool *given)
{
    for (size_t i = 0; i < to->params.n; i++)
        if (!to->params.optional[i] && !given[i] &&
            to->args[i].kind == HEARTH_VALUE_UNDEFINED)
            return hearth__render_fail(r, HEARTH_EINVAL, "%s needs '%.*s'", to->b->name,
                                       (int)to->params.name[i].len,
                                       to->params.name[i].ptr);
    return 0;
}

static int bind(hearth__render *r, struct binding *to, const hearth_value *args,
                size_t nargs, const hearth_template_named *named, size_t nnamed)
{
    size_t most = nargs > to->params.n ? nargs : to->params.n;
    bool given[HEARTH__PARAMS] = {0};

    if (nargs > to->params.n && !to->params.more)
        return hearth__render_fail(r, HEARTH_EINVAL, "%s takes at most %zu arguments",
                                   to->b->name, to->params.n);
    to->args = hearth__render_array(r, most, sizeof *to->args);
    to->named = hearth__render_array(r, nnamed, sizeof *to->named);
    if (to->args == NULL || to->named == NULL)
        return r->error.code;
    for (size_t i = 0; i < most; i++)
        to->args[i] = i < nargs ? args[i] : (hearth_value){0};
    for (size_t i = 0; i < nargs && i < to->params.n; i++)
        given[i] = true;
    to->nargs = most;
    to->nnamed = 0;
    for (size_t i = 0; i < nnamed; i++)
        HEARTH_TRY(bind_named(r, to, &named[i]));
    return check_given(r, to, given);
}

int hearth__builtin_call(hearth__render *r, const hearth__builtin *b, hearth_value value,
                         const hearth_value *args, size_t nargs,
                         const hearth_template_named *named, size_t nnamed,
                         hearth_value *out)
{
    struct binding to = {.b = b};
    hearth_template_call call = {.render = r, .arg = b->arg, .value = value};

    hearth__params_parse(&to.params, b->params);
    HEARTH_TRY(bind(r, &to, args, nargs, named, nnamed));
    call.args = to.args;
    call.nargs = to.nargs;
    call.named = to.named;
    call.nnamed = to.nnamed;
    return hearth__builtin_run(r, b, &call, out);
}

int hearth__builtin_run(hearth__render *r, const hearth__builtin *b,
                        hearth_template_call *call, hearth_value *out)
{
    int rc;

    *out = (hearth_value){0};
    rc = b->fn(call, out);
    if (r->error.code != 0)
        return r->error.code;
    return rc == 0 ? 0
                   : hearth__render_fail(r, rc, "%s: %s", b->name, hearth_strerror(rc));
}

const hearth__builtin *hearth__render_filter(hearth__render *r, hearth_str name)
{
    const hearth__builtin *b = hearth__set_filter(r->set, name);

    if (b == NULL)
        hearth__render_fail(r, HEARTH_EINVAL, "there is no filter '%.*s'",
                            (int)(name.len > 40 ? 40 : name.len), name.ptr);
    return b;
}

const hearth__builtin *hearth__render_test(hearth__render *r, hearth_str name)
{
    const hearth__builtin *b = hearth__set_test(r->set, name);

    if (b == NULL)
        hearth__render_fail(r, HEARTH_EINVAL, "there is no test '%.*s'",
                            (int)(name.len > 40 ? 40 : name.len), name.ptr);
    return b;
}

int hearth__v_call(hearth__render *r, hearth_value f, const hearth_value *args,
                   size_t nargs, const hearth_template_named *named, size_t nnamed,
                   hearth_value *out)
{
    hearth_template_call call = {r, NULL, f, args, nargs, named, nnamed};

    if (f.kind == HEARTH_VALUE_UNDEFINED)
        return hearth__render_undefined(r, f);
    if (f.kind != HEARTH_VALUE_OBJECT || f.u.object->ops->call == NULL)
        return hearth__render_fail(r, HEARTH_EINVAL,
                                   "a value of kind %s cannot be called",
                                   hearth__v_kind_name(f));
    *out = (hearth_value){0};
    HEARTH_TRY(f.u.object->ops->call(f.u.object, &call, out));
    return r->error.code;
}
