/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* What is decided when only the head is there, and whether the body is let in. */

#include "app/dispatch.h"
#include "ctx.h"
#include "suite.h"

static int handler(hearth_ctx *c)
{
    (void)c;
    return 204;
}

static int admit(hearth_ctx *c)
{
    return hearth_header(c, "X-Stop") == NULL ? 0 : 403;
}

static const hearth_route routes[] = {
    HEARTH_POST("/", handler, .max_body = 4),
    HEARTH_POST("/admit", handler, .admit = admit),
    HEARTH_END,
};

static const struct {
    const char *head; /* behind the request line's method */
    const char *body;
    int at_head, at_begin, at_body;
} refusals[] = {
    {"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4", "1234", 0, 0, 0},
    {"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5", "", 413, 0, 0},
    {"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked", "12345", 0, 0,
     413},
    {"POST /admit HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1", "1", 0, 0, 0},
    {"POST /admit HTTP/1.1\r\nHost: localhost\r\nX-Stop: 1\r\nContent-Length: 1", "", 0,
     403, 0},
    {"POST / HTTP/1.1\r\nHost: elsewhere.org\r\nContent-Length: 4", "", 421, 0, 0},
    {"POST / HTTP/1.1\r\nContent-Length: 4", "", 400, 0, 0},
    {"BREW / HTTP/1.1\r\nHost: localhost", "", 501, 0, 0},
    {"TRACE / HTTP/1.1\r\nHost: localhost", "", 501, 0, 0},
};

START_TEST(a_request_is_refused_as_early_as_can_be)
{
    char request[256];
    bare *t;

    snprintf(request, sizeof request, "%s\r\n\r\n", refusals[_i].head);
    t = bare_try(NULL, hearth__str_of(request));
    ck_assert_ptr_nonnull(t);
    ck_assert_int_eq(hearth_mount(t->app, "", routes), 0);
    ck_assert_int_eq(hearth__app_freeze(t->app, NULL), 0);
    t->c->head.target.ptr = hearth__ctx_text(t->c, t->c->head.target);
    ck_assert_int_eq(hearth__request_head(t->c), refusals[_i].at_head);
    if (refusals[_i].at_head == 0)
        ck_assert_int_eq(hearth__request_begin(t->c), refusals[_i].at_begin);
    if (refusals[_i].body[0] != '\0')
        ck_assert_int_eq(hearth__request_body(t->c, refusals[_i].body,
                                              strlen(refusals[_i].body)),
                         refusals[_i].at_body);
    ck_assert(t->c->res.close ==
              (refusals[_i].at_head + refusals[_i].at_begin + refusals[_i].at_body > 0));
    bare_close(t);
}
END_TEST

SUITE("app/intake", LOOP(a_request_is_refused_as_early_as_can_be, 0,
                         (int)(sizeof refusals / sizeof *refusals)))
