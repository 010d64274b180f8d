/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Building the route tree.  All of it lives in one arena and is only read once the
 * application runs; a route that is taken out again leaves its node behind, empty, which
 * costs a failed set-up some memory and saves an inverse of everything here.
 */
#include "app/tree.h"
#include "core/error.h"

#include <stdlib.h>

hearth__router *hearth__router_new(void)
{
    hearth__router *r = calloc(1, sizeof *r);

    if (r != NULL)
        hearth__arena_init(&r->arena, 0);
    return r;
}

void hearth__router_free(hearth__router *r)
{
    if (r == NULL)
        return;
    hearth__arena_clear(&r->arena);
    free(r);
}

hearth__arena *hearth__router_arena(hearth__router *r)
{
    return &r->arena;
}

const hearth__route *hearth__router_first(const hearth__router *r)
{
    return r->first;
}

hearth__route *hearth__router_last(const hearth__router *r)
{
    return r->last;
}

hearth__token *hearth__router_token(const hearth__router *r, hearth_str method)
{
    hearth__token *t = r->tokens;

    while (t != NULL && !hearth__str_eq(hearth__str_of(t->text), method))
        t = t->next;
    return t;
}

static const char *intern(hearth__router *r, const char *method)
{
    const hearth__token *known = hearth__router_token(r, hearth__str_of(method));
    hearth__token *t;

    if (known != NULL)
        return known->text;
    t = hearth__arena_alloc(&r->arena, sizeof *t);
    if (t == NULL ||
        (t->text = hearth__arena_copy(&r->arena, method, strlen(method))) == NULL)
        return NULL;
    if (r->tokens == NULL)
        r->tokens = t;
    else
        r->tokens_last->next = t;
    r->tokens_last = t;
    return t->text;
}

/* The child for a part, made if need be; NULL when out of memory.  A node without routes
 * matches nothing, so those of a mount that fails later may stay. */
static hearth__node *child(hearth__router *r, hearth__node *n, const hearth__part *part)
{
    hearth__node *c = part->is_param ? n->param[part->conv]
                                     : hearth__index_get(&n->literal, part->text,
                                                         hearth__index_hash(part->text));

    if (c != NULL)
        return c;
    c = hearth__arena_alloc(&r->arena, sizeof *c);
    if (c == NULL)
        return NULL;
    if (!part->is_param)
        return hearth__index_put(&n->literal, &r->arena, part->text, c) == 0 ? c : NULL;
    n->param[part->conv] = c;
    if (part->conv != HEARTH__CONV_PATH)
        n->convs |= 1u << part->conv;
    return c;
}

hearth__route *hearth__node_route(const hearth__node *n, hearth__method m,
                                  const char *method)
{
    hearth__route *route = n->others;

    if (m < HEARTH__NMETHODS)
        return n->route[m];
    while (route != NULL && route->method != method)
        route = route->peer;
    return route;
}

static int out_of_memory(hearth_error *err)
{
    return hearth__error_set(err, HEARTH_ENOMEM, "out of memory for the routes");
}

static int clash(const hearth__route *a, const hearth__route *b, hearth_error *err)
{
    return hearth__error_set(
        err, HEARTH_ECONFLICT,
        "%s \"%s\" matches the same requests as %s \"%s\"; remove one, "
        "or give them different paths",
        b->method, b->pattern, a->method, a->pattern);
}

static int check_name(const hearth__router *r, const hearth__route *route,
                      hearth_error *err)
{
    const hearth__route *other = hearth__router_named(r, route->name);

    if (other == NULL)
        return 0;
    return hearth__error_set(
        err, HEARTH_EINVAL,
        "two routes are called \"%s\": %s \"%s\" and %s \"%s\"; give "
        "each a name of its own",
        route->name, other->method, other->pattern, route->method, route->pattern);
}

static void attach(hearth__router *r, hearth__route *route, hearth__node *n)
{
    route->node = n;
    if (route->m < HEARTH__NMETHODS) {
        n->route[route->m] = route;
    } else {
        route->peer = n->others;
        n->others = route;
    }
    if (r->last == NULL)
        r->first = route;
    else
        r->last->next = route;
    r->last = route;
}

/* What may fail comes first, so that a route is in everything or in nothing. */
int hearth__router_add(hearth__router *r, hearth__route *route, const hearth__pattern *p,
                       hearth_error *err)
{
    hearth__node *n = &r->root;
    const hearth__route *other;

    if (route->m >= HEARTH__NMETHODS &&
        (route->method = intern(r, route->method)) == NULL)
        return out_of_memory(err);
    for (size_t i = 0; i < p->nparts; i++) {
        n = child(r, n, &p->part[i]);
        if (n == NULL)
            return out_of_memory(err);
    }
    other = hearth__node_route(n, route->m, route->method);
    if (other != NULL)
        return clash(other, route, err);
    if (route->name != NULL) {
        HEARTH_TRY(check_name(r, route, err));
        if (hearth__index_put(&r->names, &r->arena, hearth__str_of(route->name), route) !=
            0)
            return out_of_memory(err);
    }
    attach(r, route, n);
    return 0;
}

static void detach(hearth__router *r, hearth__route *route)
{
    hearth__route **at = &route->node->others;

    if (route->m < HEARTH__NMETHODS) {
        route->node->route[route->m] = NULL;
    } else {
        while (*at != route)
            at = &(*at)->peer;
        *at = route->peer;
    }
    /* The key is there: this allocates nothing and cannot fail. */
    if (route->name != NULL)
        (void)hearth__index_put(&r->names, &r->arena, hearth__str_of(route->name), NULL);
}

void hearth__router_undo(hearth__router *r, hearth__route *last)
{
    hearth__route *route = last == NULL ? r->first : last->next;

    for (; route != NULL; route = route->next)
        detach(r, route);
    if (last == NULL)
        r->first = NULL;
    else
        last->next = NULL;
    r->last = last;
}

const hearth__route *hearth__router_named(const hearth__router *r, const char *name)
{
    hearth_str key = hearth__str_of(name);

    return hearth__index_get(&r->names, key, hearth__index_hash(key));
}
