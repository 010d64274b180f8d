/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TEST_ROUTES_H
#define HEARTH_TEST_ROUTES_H

/*
 * Route tables as text, for tests of the router:
 *
 *     routes_mount(r, "", "GET /|GET /{id:int}|PUT /{id:int} todo", &err)
 *
 * is a table of three routes, the last one named "todo".  The text is gone when the call
 * returns, which a router must survive.
 */

#include "app/router.h"
#include "core/str.h"

#include <check.h>
#include <stdlib.h>

#define ROUTES_MAX 120

static inline int routes_handler(hearth_ctx *c)
{
    (void)c;
    return 0;
}

static inline int routes_mount(hearth__router *r, const char *prefix, const char *list,
                               hearth_error *err)
{
    hearth_route table[ROUTES_MAX + 1] = {{.method = NULL}};
    size_t n = strlen(list), k = 0;
    char *text = malloc(n + 1), *at = text;
    int rc;

    ck_assert_ptr_nonnull(text);
    memcpy(text, list, n + 1);
    while (at != NULL && *at != '\0') {
        char *next = strchr(at, '|'), *space;

        if (next != NULL)
            *next++ = '\0';
        ck_assert_uint_lt(k, ROUTES_MAX);
        table[k].method = at;
        table[k].handler = routes_handler;
        space = strchr(at, ' ');
        ck_assert_ptr_nonnull(space);
        *space = '\0';
        table[k].pattern = space + 1;
        space = strchr(space + 1, ' ');
        if (space != NULL) {
            *space = '\0';
            table[k].name = space + 1;
        }
        k++;
        at = next;
    }
    rc = hearth__router_mount(r, prefix, table, sizeof *table, err);
    memset(text, '#', n);
    free(text);
    return rc;
}

static inline hearth__router *routes_new(const char *list)
{
    hearth__router *r = hearth__router_new();
    hearth_error err = {0};

    ck_assert_ptr_nonnull(r);
    ck_assert_msg(routes_mount(r, "", list, &err) == 0, "%s", err.text);
    return r;
}

/* "GET /todos/{id:int} id=7", or "-" when nothing matches. */
static inline void routes_show(const hearth__match *m, char *out, size_t size)
{
    hearth__buf b;

    hearth__buf_over(&b, out, size);
    if (m->route == NULL) {
        hearth__buf_text(&b, "-");
        return;
    }
    hearth__buf_f(&b, "%s %s", m->route->method, m->route->pattern);
    for (size_t i = 0; i < m->route->nparams; i++) {
        /* By its terminator, which is promised, and by its length. */
        ck_assert_uint_eq(strlen(m->param[i].ptr), m->param[i].len);
        hearth__buf_f(&b, " %s=%s", m->route->param[i].name, m->param[i].ptr);
    }
    ck_assert(!b.failed);
}

static inline void routes_target(hearth__target *t, hearth__arena *a, const char *raw)
{
    hearth__method m = *raw == '*' ? HEARTH__OPTIONS : HEARTH__GET;
    hearth__verdict v = hearth__target_parse(t, a, hearth__str_of(raw), m);

    ck_assert_msg(v.status == 0, "%s: %s", raw, v.text);
}

static inline bool routes_find(const hearth__router *r, const char *method,
                               const char *raw, int skip, char *out, size_t size)
{
    hearth__arena a;
    hearth__target t;
    hearth__match m;
    hearth_str token = hearth__str_of(method);
    bool found;

    hearth__arena_init(&a, 0);
    routes_target(&t, &a, raw);
    found = hearth__router_match(r, &t, hearth__method_of(token), token, skip, &m);
    ck_assert_int_eq(found, m.route != NULL);
    routes_show(&m, out, size);
    hearth__arena_clear(&a);
    return found;
}

static inline void routes_allow(const hearth__router *r, const char *raw, char *out,
                                size_t size)
{
    hearth__arena a;
    hearth__target t;
    hearth__buf b;

    hearth__arena_init(&a, 0);
    routes_target(&t, &a, raw);
    hearth__buf_over(&b, out, size);
    hearth__router_allow(r, &t, &b);
    ck_assert(!b.failed);
    hearth__arena_clear(&a);
}

#endif
