/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Forms as browsers send them: application/x-www-form-urlencoded.
 */

#include "http.h"
#include "suite.h"

#include <stdio.h>

static int field(hearth_ctx *c)
{
    return hearth_textf(c, 200, "[%s]", hearth_form(c, "a", "(none)"));
}

static int checked(hearth_ctx *c)
{
    HEARTH_TRY(hearth_body_form(c));
    return field(c);
}

static const hearth_route routes[] = {
    HEARTH_POST("/", field),
    HEARTH_POST("/checked", checked),
    HEARTH_GET("/checked", checked),
    HEARTH_END,
};

#define FORM(target_) \
    .method = "POST", .target = target_, .type = "application/x-www-form-urlencoded"

static const http_case requests[] = {
    {FORM("/"), .body = "a=b", .status = 200, .says = "[b]"},
    {FORM("/checked"), .body = "a=b", .status = 200, .says = "[b]"},
    {FORM("/checked"), .body = "x=y&a=b+c%2B&z", .status = 200, .says = "[b c+]"},
    {FORM("/checked"), .body = "a=b&a=c", .status = 200, .says = "[b]"},
    {FORM("/checked"), .body = "a", .status = 200, .says = "[]"},
    {FORM("/checked"), .body = "a=", .status = 200, .says = "[]"},
    {FORM("/checked"), .body = "b=a", .status = 200, .says = "[(none)]"},
    {FORM("/checked"), .body = "", .status = 200, .says = "[(none)]"},
    {FORM("/checked"), .body = "a=%C3%A4", .status = 200, .says = "[\xc3\xa4]"},
    {FORM("/checked"), .body = "a=\xc3\xa4", .status = 200, .says = "[\xc3\xa4]"},
    {FORM("/checked"), .body = "a=1%0D%0A2", .status = 200, .says = "[1\r\n2]"},
    {FORM("/checked"), .body = "%61=b", .status = 200, .says = "[b]"},
    {FORM("/checked"), .body = "a=%zz", .status = 400},
    {FORM("/checked"), .body = "a=%0", .status = 400},
    {FORM("/checked"), .body = "a=%00", .status = 400},
    {FORM("/checked"), .body = "a=%ff", .status = 400},
    {FORM("/checked"), .body = "a=\xff", .status = 400},
    /* without asking first, a body that is no form has no fields */
    {FORM("/"), .body = "a=%zz", .status = 200, .says = "[(none)]"},
    {.method = "POST",
     .body = "a=b",
     .type = "text/plain",
     .status = 200,
     .says = "[(none)]"},
    {.method = "POST",
     .target = "/checked",
     .body = "a=b",
     .type = "text/plain",
     .status = 415},
    {.method = "POST", .target = "/checked", .body = "{}", .status = 415},
    {.method = "POST",
     .target = "/checked",
     .body = "a=b",
     .type = "application/x-www-form-urlencoded; charset=UTF-8",
     .status = 200,
     .says = "[b]"},
    {.method = "POST",
     .target = "/checked",
     .body = "a=b",
     .type = "application/x-www-form-urlencoded; charset=latin1",
     .status = 415},
    {.method = "POST",
     .target = "/checked",
     .body = "a=b",
     .type = "Application/X-WWW-Form-Urlencoded",
     .status = 200,
     .says = "[b]"},
    {.target = "/checked?a=b", .status = 415},
};

START_TEST(forms_are_read)
{
    http_check_one(NULL, routes, &requests[_i]);
}
END_TEST

START_TEST(a_thousand_fields_are_taken_and_one_more_is_413)
{
    hearth_client *t = http_client(NULL, routes);
    char body[8192];
    size_t n = 0;

    for (int i = 0; i < 1000 + _i; i++)
        n += (size_t)snprintf(body + n, sizeof body - n, "%sx=y", i == 0 ? "" : "&");
    const http_case k = {FORM("/checked"), .body = body, .status = _i == 0 ? 200 : 413};

    (void)http_check(t, &k);
    hearth_client_free(t);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

SUITE("http/forms", LOOP(forms_are_read, 0, COUNT(requests))
                        LOOP(a_thousand_fields_are_taken_and_one_more_is_413, 0, 2))
