/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Filters that go through a list with another filter, a test or an attribute: map, select,
 * reject and theirs.
 */
#include "tmpl/filter.h"

static const hearth_template_named *named(const hearth_template_call *c, hearth_str name)
{
    for (size_t i = 0; i < c->nnamed; i++)
        if (hearth__str_eq(c->named[i].name, name))
            return &c->named[i];
    return NULL;
}

/* The items of what is filtered, and a list for what comes of them. */
static int begin(hearth_template_call *c, hearth__list **items, hearth__list **result)
{
    int rc = hearth__v_to_list(c->render, c->value, items);

    if (rc == 0)
        rc = hearth__render_tick(c->render, (*items)->n);
    if (rc != 0)
        return rc;
    *result = hearth__list_new(c->render, 0);
    return *result == NULL ? HEARTH_ENOMEM : 0;
}

/* ---- map -------------------------------------------------------------------------------- */

static int map_attribute(hearth_template_call *c, hearth_value attribute,
                         const hearth__list *items, hearth__list *result)
{
    const hearth_template_named *fallback = named(c, HEARTH__S("default"));
    hearth__path path;
    int rc = hearth__path_of(c->render, attribute, &path);

    for (size_t i = 0; rc == 0 && i < c->nnamed; i++)
        if (!hearth__str_eq(c->named[i].name, HEARTH__S("attribute")) &&
            !hearth__str_eq(c->named[i].name, HEARTH__S("default")))
            return hearth_template_fail(c,
                                        "map has no parameter \"%.*s\" beside attribute",
                                        (int)c->named[i].name.len, c->named[i].name.ptr);
    if (rc == 0 && fallback != NULL && fallback->value.kind != HEARTH_VALUE_NONE)
        path.fallback = fallback->value;
    for (size_t i = 0; rc == 0 && i < items->n; i++) {
        hearth_value v;

        rc = hearth__path_get(c->render, &path, items->at[i], &v);
        if (rc == 0)
            rc = hearth__list_add(c->render, result, v);
    }
    return rc;
}

static int map_filter(hearth_template_call *c, const hearth__list *items,
                      hearth__list *result)
{
    const hearth__builtin *filter;
    int rc = 0;

    if (c->nargs == 0 || !hearth__v_is_text(c->args[0]))
        return hearth_template_fail(
            c, "map needs the name of a filter, or attribute=: map(\"upper\")");
    filter = hearth__render_filter(c->render, hearth__v_bytes(c->args[0]));
    if (filter == NULL)
        return HEARTH_EINVAL;
    for (size_t i = 0; rc == 0 && i < items->n; i++) {
        hearth_value v = hearth__v_undefined(HEARTH__S("map"));

        rc = hearth__builtin_call(c->render, filter, items->at[i], c->args + 1,
                                  c->nargs - 1, c->named, c->nnamed, &v);
        if (rc == 0)
            rc = hearth__list_add(c->render, result, v);
    }
    return rc;
}

static int map(hearth_template_call *c, hearth_value *out)
{
    const hearth_template_named *attribute = named(c, HEARTH__S("attribute"));
    hearth__list *items, *result;
    int rc = begin(c, &items, &result);

    if (rc != 0)
        return rc;
    rc = c->nargs == 0 && attribute != NULL
             ? map_attribute(c, attribute->value, items, result)
             : map_filter(c, items, result);
    *out = hearth__v_list(result, false);
    return rc;
}

/* ---- select and reject ------------------------------------------------------------------ */

typedef struct picking {
    hearth_template_call *call;
    const hearth__builtin *test; /* NULL: the truth of it */
    size_t skip;                 /* arguments before those of the test */
    hearth__path path;
} picking;

static int test_of(picking *p, size_t at)
{
    hearth_template_call *c = p->call;

    p->test = NULL;
    p->skip = at + 1;
    if (c->nargs <= at)
        return 0;
    if (!hearth__v_is_text(c->args[at]))
        return hearth_template_fail(c, "the name of a test is a text: select(\"odd\")");
    p->test = hearth__render_test(c->render, hearth__v_bytes(c->args[at]));
    return p->test == NULL ? HEARTH_EINVAL : 0;
}

static int passes(picking *p, hearth_value item, bool *out)
{
    hearth_template_call *c = p->call;
    hearth_value v = hearth_value_bool(false);
    int rc = hearth__path_get(c->render, &p->path, item, &item);

    if (rc == 0 && p->test == NULL)
        return item.kind == HEARTH_VALUE_UNDEFINED && !c->render->strict
                   ? (*out = false, 0)
                   : hearth__v_truth(c->render, item, out);
    if (rc == 0)
        rc = hearth__builtin_call(c->render, p->test, item, c->args + p->skip,
                                  c->nargs - p->skip, c->named, c->nnamed, &v);
    return rc != 0 ? rc : hearth__v_truth(c->render, v, out);
}

static int pick(picking *p, bool wanted, hearth_value *out)
{
    hearth_template_call *c = p->call;
    hearth__list *items, *result;
    bool pass;
    int rc = begin(c, &items, &result);

    if (rc != 0)
        return rc;
    for (size_t i = 0; rc == 0 && i < items->n; i++) {
        rc = passes(p, items->at[i], &pass);
        if (rc == 0 && pass == wanted)
            rc = hearth__list_add(c->render, result, items->at[i]);
    }
    *out = hearth__v_list(result, false);
    return rc;
}

static int pick_items(hearth_template_call *c, bool wanted, hearth_value *out)
{
    picking p = {.call = c};
    int rc = test_of(&p, 0);

    return rc != 0 ? rc : pick(&p, wanted, out);
}

/* By an attribute, which is the first parameter. */
static int pick_by(hearth_template_call *c, bool wanted, hearth_value *out)
{
    picking p = {.call = c};
    int rc = hearth__path_of(c->render, c->args[0], &p.path);

    if (rc == 0)
        rc = test_of(&p, 1);
    return rc != 0 ? rc : pick(&p, wanted, out);
}

static int select_items(hearth_template_call *c, hearth_value *out)
{
    return pick_items(c, true, out);
}

static int reject(hearth_template_call *c, hearth_value *out)
{
    return pick_items(c, false, out);
}

static int selectattr(hearth_template_call *c, hearth_value *out)
{
    return pick_by(c, true, out);
}

static int rejectattr(hearth_template_call *c, hearth_value *out)
{
    return pick_by(c, false, out);
}

/* ---- attr and items --------------------------------------------------------------------- */

/* What an object has under a name; members of a map are no attributes of it. */
static int attr(hearth_template_call *c, hearth_value *out)
{
    hearth_str name;
    int rc = hearth__v_str(c->render, c->args[0], &name);

    if (rc != 0)
        return rc;
    if (c->value.kind == HEARTH_VALUE_OBJECT)
        return hearth__v_attr(c->render, c->value, name, out);
    *out = hearth__v_undefined(HEARTH__S("attribute"));
    return 0;
}

int hearth__map_items(hearth__render *r, hearth_value map_value, hearth__list **out)
{
    hearth__iter it;
    hearth_value key, v;
    hearth__list *pair;
    int rc = hearth__iter_begin(r, map_value, &it);

    if (rc == 0)
        rc = hearth__render_tick(r, it.n);
    if (rc != 0)
        return rc;
    *out = hearth__list_new(r, it.n);
    if (*out == NULL)
        return HEARTH_ENOMEM;
    while (rc == 0 && hearth__iter_next(&it, &key)) {
        rc = hearth__v_item(r, map_value, key, &v);
        pair = rc == 0 ? hearth__list_new(r, 2) : NULL;
        if (rc == 0 && pair == NULL)
            return HEARTH_ENOMEM;
        if (rc == 0)
            rc = hearth__list_add(r, pair, key);
        if (rc == 0)
            rc = hearth__list_add(r, pair, v);
        if (rc == 0)
            rc = hearth__list_add(r, *out, hearth__v_list(pair, true));
    }
    return rc;
}

static int items_of(hearth_template_call *c, hearth_value *out)
{
    hearth__list *list;
    int rc;

    if (c->value.kind != HEARTH_VALUE_MAP && c->value.kind != HEARTH_VALUE_UNDEFINED)
        return hearth_template_fail(c, "items needs a map, not %s",
                                    hearth__v_kind_name(c->value));
    rc = hearth__map_items(c->render, c->value, &list);
    if (rc == 0)
        *out = hearth__v_list(list, false);
    return rc;
}

const hearth__builtin hearth__filters_pick[] = {
    {"attr", attr, "name", NULL},
    {"items", items_of, NULL, NULL},
    {"map", map, "* **", NULL},
    {"reject", reject, "* **", NULL},
    {"rejectattr", rejectattr, "attribute * **", NULL},
    {"select", select_items, "* **", NULL},
    {"selectattr", selectattr, "attribute * **", NULL},
    {NULL, NULL, NULL, NULL},
};
