/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* What the decisions of HEARTH_AUTO look like from outside. */
#include "app/app.h"
#include "app/router.h"

#include <string.h>

static uint64_t count_of(const atomic_uint_fast64_t *n)
{
    return atomic_load_explicit(n, memory_order_relaxed);
}

static int64_t time_of(const atomic_llong *n)
{
    return atomic_load_explicit(n, memory_order_relaxed);
}

bool hearth_app_figures_sized(const hearth_app *app, size_t i, hearth_route_figures *f,
                              size_t size)
{
    const hearth__route *route = hearth__router_first(app->router);
    const hearth__placement *p = app->lost;
    hearth_route_figures all;

    while (route != NULL && i > 0) {
        route = route->next;
        i--;
    }
    if (i > 0)
        return false;
    if (route != NULL)
        p = &route->place;
    all = (hearth_route_figures){
        .method = route == NULL ? "" : route->method,
        .pattern = route == NULL ? "" : route->pattern,
        .run = p->wanted,
        .is_inline = hearth__placement_inline(p),
        .moves = atomic_load_explicit(&p->moves, memory_order_relaxed),
        .inline_runs = count_of(&p->inline_runs),
        .worker_runs = count_of(&p->worker_runs),
        .total_us = time_of(&p->total_us),
        .longest_us = time_of(&p->longest_us),
    };
    memcpy(f, &all, size < sizeof all ? size : sizeof all);
    return true;
}
