/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TEST_HTTP_H
#define HEARTH_TEST_HTTP_H

/*
 * Tables of requests and what must come back, through hearth_client: every suite built on this
 * runs over loopback, and over a real server with HEARTH_TEST_WIRE=1.
 */

#include <check.h>
#include <hearth.h>
#include <hearth/client.h>
#include <stdlib.h>
#include <string.h>

/* One request; what is NULL or 0 is the client's default, and is not looked at in the answer. */
typedef struct http_case {
    const char *method, *target, *header, *type, *body;
    int status;
    const char *says;  /* the body, in full */
    const char *field; /* "Name: value" of the answer; "Name" when it must be absent */
} http_case;

/* A client of an application with these routes. */
static inline hearth_client *http_client(const hearth_app_opts *o,
                                         const hearth_route *routes)
{
    hearth_app *app = hearth_app_new(o);

    ck_assert_ptr_nonnull(app);
    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    hearth_client *t = hearth_client_new(app);

    ck_assert_ptr_nonnull(t);
    return t;
}

/* Compare "Name: value" with the first field of that name. */
static inline void http_check_field(const hearth_answer *r, const char *field)
{
    char name[64];
    size_t n = strcspn(field, ":");

    ck_assert_uint_lt(n, sizeof name);
    memcpy(name, field, n);
    name[n] = '\0';
    const char *value = hearth_answer_header(r, name);

    if (field[n] == '\0')
        ck_assert_msg(value == NULL, "%s: %s", name, value);
    else
        ck_assert_msg(value != NULL && strcmp(value, field + n + 2) == 0,
                      "%s: %s, not %s", name, value == NULL ? "(absent)" : value,
                      field + n + 2);
}

static inline const hearth_answer *http_check(hearth_client *t, const http_case *k)
{
    const char *const headers[] = {k->header, NULL};
    const hearth_answer *r = hearth_call_do(t, &(hearth_call){.method = k->method,
                                                              .target = k->target,
                                                              .body = k->body,
                                                              .type = k->type,
                                                              .headers = headers});

    ck_assert_msg(r->status == k->status, "%s %s: %d, not %d: %s",
                  k->method == NULL ? "GET" : k->method,
                  k->target == NULL ? "/" : k->target, r->status, k->status, r->body.ptr);
    if (k->says != NULL)
        ck_assert_str_eq(r->body.ptr, k->says);
    if (k->field != NULL)
        http_check_field(r, k->field);
    return r;
}

/* A table's i-th case on a fresh client. */
static inline void http_check_one(const hearth_app_opts *o, const hearth_route *routes,
                                  const http_case *k)
{
    hearth_client *t = http_client(o, routes);

    (void)http_check(t, k);
    hearth_client_free(t);
}

/* Does the client's log hold this text? */
static inline bool http_logged(hearth_client *t, const char *text)
{
    return strstr(hearth_client_log(t), text) != NULL;
}

#endif
