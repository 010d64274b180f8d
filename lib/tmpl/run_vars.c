/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Variables by name.
 */

#include "core/str.h"
#include "tmpl/run.h"

hearth__vars *hearth__vars_new(hearth__render *r, const hearth__page *page,
                               const json_t *data, hearth__vars *outer)
{
    hearth__vars *vars = hearth__render_alloc(r, sizeof *vars);
    size_t n = page->nnames;

    if (vars == NULL)
        return NULL;
    *vars = (hearth__vars){.page = page, .data = data, .outer = outer};
    vars->value = hearth__render_array(r, n, sizeof *vars->value);
    vars->state = hearth__render_alloc(r, n);
    if (vars->value == NULL || vars->state == NULL)
        return NULL;
    memset(vars->state, HEARTH__VAR_UNKNOWN, n);
    return vars;
}

int hearth__vars_see(hearth__frame *f, hearth__vars *vars, const hearth__visible *visible,
                     size_t n)
{
    hearth_value *seen = hearth__render_array(f->r, n, sizeof *seen);

    if (seen == NULL)
        return f->r->error.code;
    for (size_t i = 0; i < n; i++)
        seen[i] = f->slot[visible[i].slot];
    vars->visible = visible;
    vars->seen = seen;
    vars->nvisible = n;
    return 0;
}

/* By name, from the inside out. */
static hearth_value look_for(hearth__render *r, const hearth__vars *vars, hearth_str name)
{
    const json_t *found = NULL;

    for (; vars != NULL; vars = vars->outer) {
        for (size_t i = 0; i < vars->nvisible; i++)
            if (hearth__str_eq(vars->visible[i].name, name))
                return vars->seen[i];
        if (vars->outer == NULL)
            break;
        for (size_t i = 0; i < vars->outer->page->nnames; i++)
            if (vars->outer->state[i] == HEARTH__VAR_SET &&
                hearth__str_eq(vars->outer->page->names[i], name))
                return vars->outer->value[i];
    }
    if (vars != NULL && vars->data != NULL)
        found = json_object_getn(vars->data, name.ptr, name.len);
    return found != NULL ? hearth__v_json(found) : hearth__set_global(r->set, name);
}

hearth_value hearth__vars_get(hearth__render *r, hearth__vars *vars, uint32_t name)
{
    if (vars->state[name] == HEARTH__VAR_UNKNOWN) {
        vars->value[name] = look_for(r, vars, vars->page->names[name]);
        vars->state[name] = HEARTH__VAR_FOUND;
    }
    return vars->value[name];
}
