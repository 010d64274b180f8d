/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The functions of the language: range, dict, namespace, cycler and joiner.  The last three
 * make objects that remember something, for loops that cannot.
 */
#include "core/str.h"
#include "tmpl/builtin.h"
#include "tmpl/render.h"

/* ---- range ------------------------------------------------------------------------------ */

/* How many there are from first towards end. */
static uint64_t steps(int64_t first, int64_t end, int64_t step)
{
    uint64_t way;

    if (step > 0 ? first >= end : first <= end)
        return 0;
    way = step > 0 ? (uint64_t)end - (uint64_t)first : (uint64_t)first - (uint64_t)end;
    return (way - 1) / (step > 0 ? (uint64_t)step : 0 - (uint64_t)step) + 1;
}

static int range(hearth_template_call *c, hearth_value *out)
{
    int64_t first = 0, end, step = 1;
    hearth__list *list;
    uint64_t n;

    HEARTH_TRY(hearth_template_int(c, c->args[0], &end));
    if (c->args[1].kind != HEARTH_VALUE_UNDEFINED) {
        first = end;
        HEARTH_TRY(hearth_template_int(c, c->args[1], &end));
    }
    if (c->args[2].kind != HEARTH_VALUE_UNDEFINED)
        HEARTH_TRY(hearth_template_int(c, c->args[2], &step));
    if (step == 0)
        return hearth_template_fail(c, "range: a step of 0 never ends");
    n = steps(first, end, step);
    if (n > SIZE_MAX / sizeof(hearth_value))
        n = SIZE_MAX / sizeof(hearth_value); /* too many in any case */
    HEARTH_TRY(hearth__render_tick(c->render, (size_t)n));
    list = hearth__list_new(c->render, (size_t)n);
    if (list == NULL)
        return HEARTH_ENOMEM;
    for (uint64_t i = 0; i < n; i++)
        HEARTH_TRY(hearth__list_add(c->render, list,
                                    hearth_value_int((int64_t)((uint64_t)first +
                                                               i * (uint64_t)step))));
    *out = hearth__v_list(list, false);
    return 0;
}

/* ---- dict and namespace ------------------------------------------------------------------ */

static int put_pairs(hearth_template_call *c, hearth_value from, hearth__map_value *m)
{
    hearth__iter it;
    hearth_value item, key, v;

    HEARTH_TRY(hearth__iter_begin(c->render, from, &it));
    HEARTH_TRY(hearth__render_tick(c->render, it.n));
    while (hearth__iter_next(&it, &item)) {
        size_t n = 0;

        if (from.kind == HEARTH_VALUE_MAP) {
            key = item;
            HEARTH_TRY(hearth__v_item(c->render, from, key, &v));
        } else {
            if (item.kind == HEARTH_VALUE_LIST)
                HEARTH_TRY(hearth__v_len(c->render, item, &n));
            if (n != 2)
                return hearth_template_fail(c, "a map is made of maps or of pairs");
            key = hearth__v_at(item, 0);
            v = hearth__v_at(item, 1);
        }
        HEARTH_TRY(hearth__map_set(c->render, m, key, v));
    }
    return 0;
}

/* What dict() and namespace() are given: a map or pairs, and names. */
static int members(hearth_template_call *c, hearth__map_value **out)
{
    *out = hearth__map_new_value(c->render);
    if (*out == NULL)
        return HEARTH_ENOMEM;
    if (c->args[0].kind != HEARTH_VALUE_UNDEFINED)
        HEARTH_TRY(put_pairs(c, c->args[0], *out));
    for (size_t i = 0; i < c->nnamed; i++)
        HEARTH_TRY(
            hearth__map_set_text(c->render, *out, c->named[i].name, c->named[i].value));
    return 0;
}

static int dict(hearth_template_call *c, hearth_value *out)
{
    hearth__map_value *m;

    HEARTH_TRY(members(c, &m));
    *out = hearth__v_map(m);
    return 0;
}

typedef struct names {
    hearth__object object;
    hearth__map_value *members;
} names;

static int namespace_get(hearth__render *r, hearth__object *self, hearth_str name,
                         hearth_value *out)
{
    (void)r;
    *out = hearth__v_member(hearth__v_map(((names *)self)->members), name);
    return out->kind == HEARTH_VALUE_UNDEFINED ? HEARTH_ENOTFOUND : 0;
}

static int namespace_set(hearth__render *r, hearth__object *self, hearth_str name,
                         hearth_value v)
{
    return hearth__map_set_text(r, ((names *)self)->members, name, v);
}

static int namespace_print(hearth__render *r, hearth__object *self, hearth__buf *out)
{
    hearth__buf_text(out, "<Namespace ");
    HEARTH_TRY(hearth__v_repr(r, hearth__v_map(((names *)self)->members), out));
    hearth__buf_char(out, '>');
    return 0;
}

static const hearth__object_ops namespace_ops = {
    .name = "namespace",
    .get = namespace_get,
    .set = namespace_set,
    .print = namespace_print,
};

static int make_namespace(hearth_template_call *c, hearth_value *out)
{
    names *n = hearth__render_alloc(c->render, sizeof *n);

    if (n == NULL)
        return HEARTH_ENOMEM;
    n->object.ops = &namespace_ops;
    HEARTH_TRY(members(c, &n->members));
    *out = hearth__v_object(&n->object);
    return 0;
}

/* ---- cycler and joiner -------------------------------------------------------------------- */

typedef struct cycler {
    hearth__object object;
    hearth_value *items;
    size_t n, at;
} cycler;

static int cycler_get(hearth__render *r, hearth__object *self, hearth_str name,
                      hearth_value *out)
{
    const cycler *c = (const cycler *)self;

    (void)r;
    if (!hearth__str_eq(name, HEARTH__S("current")))
        return HEARTH_ENOTFOUND;
    *out = c->items[c->at];
    return 0;
}

static int cycler_method(hearth__object *self, hearth_str name,
                         hearth_template_call *call, hearth_value *out)
{
    cycler *c = (cycler *)self;
    bool next = hearth__str_eq(name, HEARTH__S("next"));

    if (!next && !hearth__str_eq(name, HEARTH__S("reset")))
        return HEARTH_ENOTFOUND;
    if (call->nargs > 0 || call->nnamed > 0)
        return hearth_template_fail(call, "next() and reset() take no arguments");
    *out = next ? c->items[c->at] : hearth_value_none();
    c->at = next ? (c->at + 1) % c->n : 0;
    return 0;
}

static const hearth__object_ops cycler_ops = {
    .name = "cycler",
    .get = cycler_get,
    .method = cycler_method,
};

static int make_cycler(hearth_template_call *c, hearth_value *out)
{
    cycler *made = hearth__render_alloc(c->render, sizeof *made);

    if (c->nargs == 0)
        return hearth_template_fail(
            c, "cycler needs what it goes through: cycler(\"a\", \"b\")");
    if (made == NULL)
        return HEARTH_ENOMEM;
    *made = (cycler){{&cycler_ops},
                     hearth__render_array(c->render, c->nargs, sizeof *c->args),
                     c->nargs,
                     0};
    if (made->items == NULL)
        return HEARTH_ENOMEM;
    memcpy(made->items, c->args, c->nargs * sizeof *c->args);
    *out = hearth__v_object(&made->object);
    return 0;
}

typedef struct joiner {
    hearth__object object;
    hearth_value between;
    bool used;
} joiner;

static int joiner_call(hearth__object *self, hearth_template_call *call,
                       hearth_value *out)
{
    joiner *j = (joiner *)self;

    if (call->nargs > 0 || call->nnamed > 0)
        return hearth_template_fail(call, "what joiner() makes takes no arguments");
    *out = j->used ? j->between : hearth__v_textn("", 0, 0);
    j->used = true;
    return 0;
}

static const hearth__object_ops joiner_ops = {
    .name = "joiner",
    .call = joiner_call,
};

static int make_joiner(hearth_template_call *c, hearth_value *out)
{
    joiner *made = hearth__render_alloc(c->render, sizeof *made);

    if (made == NULL)
        return HEARTH_ENOMEM;
    *made = (joiner){{&joiner_ops}, c->args[0], false};
    if (c->args[0].kind == HEARTH_VALUE_UNDEFINED)
        made->between = hearth__v_textn(", ", 2, 0);
    *out = hearth__v_object(&made->object);
    return 0;
}

static const hearth__builtin functions[] = {
    {"cycler", make_cycler, "*", NULL},
    {"dict", dict, "from? **", NULL},
    {"joiner", make_joiner, "sep?", NULL},
    {"namespace", make_namespace, "from? **", NULL},
    {"range", range, "start stop? step?", NULL},
    {NULL, NULL, NULL, NULL},
};

const hearth__builtin *const hearth__functions[] = {functions, NULL};
