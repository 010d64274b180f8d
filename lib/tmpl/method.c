/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Methods of lists and maps: those of Python that templates use.  Only what a template made
 * can be added to; the data of a rendering belongs to the program.
 */
#include "tmpl/filter.h"

/* ---- lists ------------------------------------------------------------------------------ */

static int list_append(hearth_template_call *c, hearth_value *out)
{
    *out = hearth_value_none();
    if (hearth__v_is_tree(c->value) || (c->value.flags & HEARTH_VALUE_TUPLE) != 0)
        return hearth_template_fail(c,
                                    "only a list that the template made can be added to: "
                                    "set one from [] + the other");
    if (c->args[0].kind == HEARTH_VALUE_LIST && c->args[0].u.list == c->value.u.list)
        return hearth_template_fail(c, "a list cannot be in itself");
    return hearth__list_add(c->render, c->value.u.list, c->args[0]);
}

static int list_count(hearth_template_call *c, hearth_value *out)
{
    hearth__iter it;
    hearth_value item;
    int64_t n = 0;

    HEARTH_TRY(hearth__iter_begin(c->render, c->value, &it));
    HEARTH_TRY(hearth__render_tick(c->render, it.n));
    while (hearth__iter_next(&it, &item))
        n += hearth__v_equal(item, c->args[0]);
    *out = hearth_value_int(n);
    return 0;
}

static int list_index(hearth_template_call *c, hearth_value *out)
{
    hearth__iter it;
    hearth_value item;

    HEARTH_TRY(hearth__iter_begin(c->render, c->value, &it));
    HEARTH_TRY(hearth__render_tick(c->render, it.n));
    for (int64_t i = 0; hearth__iter_next(&it, &item); i++)
        if (hearth__v_equal(item, c->args[0])) {
            *out = hearth_value_int(i);
            return 0;
        }
    return hearth_template_fail(c, "index: it is not in the list");
}

const hearth__builtin hearth__list_methods[] = {
    {"append", list_append, "item", NULL},
    {"count", list_count, "item", NULL},
    {"index", list_index, "item", NULL},
    {NULL, NULL, NULL, NULL},
};

/* ---- maps ------------------------------------------------------------------------------- */

static int map_items(hearth_template_call *c, hearth_value *out)
{
    hearth__list *list = NULL;

    HEARTH_TRY(hearth__map_items(c->render, c->value, &list));
    *out = hearth__v_list(list, false);
    return 0;
}

static int map_keys(hearth_template_call *c, hearth_value *out)
{
    hearth__list *list = NULL;

    HEARTH_TRY(hearth__v_to_list(c->render, c->value, &list));
    HEARTH_TRY(hearth__render_tick(c->render, list->n));
    *out = hearth__v_list(list, false);
    return 0;
}

static int map_values(hearth_template_call *c, hearth_value *out)
{
    hearth__list *list;
    hearth__iter it;
    hearth_value key, v;

    HEARTH_TRY(hearth__iter_begin(c->render, c->value, &it));
    HEARTH_TRY(hearth__render_tick(c->render, it.n));
    list = hearth__list_new(c->render, it.n);
    if (list == NULL)
        return HEARTH_ENOMEM;
    while (hearth__iter_next(&it, &key)) {
        HEARTH_TRY(hearth__v_item(c->render, c->value, key, &v));
        HEARTH_TRY(hearth__list_add(c->render, list, v));
    }
    *out = hearth__v_list(list, false);
    return 0;
}

static int map_get(hearth_template_call *c, hearth_value *out)
{
    bool in;

    HEARTH_TRY(hearth__v_in(c->render, c->args[0], c->value, &in));
    if (in)
        return hearth__v_item(c->render, c->value, c->args[0], out);
    *out = hearth__arg_given(c, 1) ? c->args[1] : hearth_value_none();
    return 0;
}

static int map_update(hearth_template_call *c, hearth_value *out)
{
    hearth__iter it;
    hearth_value key, v;

    *out = hearth_value_none();
    if (hearth__v_is_tree(c->value) || c->args[0].kind != HEARTH_VALUE_MAP)
        return hearth_template_fail(
            c, "only a map that the template made can be changed, by "
               "a map: set one from dict(the other)");
    HEARTH_TRY(hearth__iter_begin(c->render, c->args[0], &it));
    HEARTH_TRY(hearth__render_tick(c->render, it.n));
    while (hearth__iter_next(&it, &key)) {
        HEARTH_TRY(hearth__v_item(c->render, c->args[0], key, &v));
        if (v.kind == HEARTH_VALUE_MAP && v.u.map == c->value.u.map)
            return hearth_template_fail(c, "a map cannot be in itself");
        HEARTH_TRY(hearth__map_set(c->render, c->value.u.map, key, v));
    }
    return 0;
}

const hearth__builtin hearth__map_methods[] = {
    {"get", map_get, "key default?", NULL}, {"items", map_items, NULL, NULL},
    {"keys", map_keys, NULL, NULL},         {"update", map_update, "other", NULL},
    {"values", map_values, NULL, NULL},     {NULL, NULL, NULL, NULL},
};
