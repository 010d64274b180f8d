/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What comes without asking: HEAD from GET, OPTIONS, and Allow.
 */

#include "http.h"
#include "suite.h"

static int ok(hearth_ctx *c)
{
    HEARTH_TRY(hearth_set_header(c, "X-Method", hearth_method(c)));
    return hearth_text(c, 200, "hello");
}

static int own(hearth_ctx *c)
{
    HEARTH_TRY(hearth_set_header(c, "X-Own", hearth_method(c)));
    return hearth_text(c, 202, "mine");
}

static int empty(hearth_ctx *c)
{
    (void)c;
    return 204;
}

static int unchanged(hearth_ctx *c)
{
    HEARTH_TRY(hearth_set_header(c, "ETag", "\"x\""));
    hearth_text(c, 200, "a body that 304 must not have");
    return 304;
}

static int see_other(hearth_ctx *c)
{
    return hearth_redirect(c, "/get");
}

static const hearth_route routes[] = {
    HEARTH_GET("/get", ok),
    HEARTH_GET("/both", ok),
    HEARTH_ROUTE("HEAD", "/both", own),
    HEARTH_POST("/post", ok),
    HEARTH_GET("/all", ok),
    HEARTH_POST("/all", ok),
    HEARTH_PUT("/all", ok),
    HEARTH_PATCH("/all", ok),
    HEARTH_DEL("/all", ok),
    HEARTH_GET("/own", ok),
    HEARTH_ROUTE("OPTIONS", "/own", own),
    HEARTH_GET("/purge", ok),
    HEARTH_ROUTE("PURGE", "/purge", ok),
    HEARTH_GET("/empty", empty),
    HEARTH_GET("/unchanged", unchanged),
    HEARTH_GET("/see", see_other),
    HEARTH_POST("/see", see_other),
    HEARTH_GET("/{p}", ok),
    HEARTH_PUT("/{p:int}", ok),
    HEARTH_END,
};

#define HEAD    .method = "HEAD"
#define OPTIONS .method = "OPTIONS"

static const http_case requests[] = {
    {HEAD, .target = "/get", .status = 200, .says = "", .field = "Content-Length: 5"},
    {HEAD, .target = "/get", .status = 200, .field = "X-Method: HEAD"},
    {HEAD, .target = "/get", .status = 200,
     .field = "Content-Type: text/plain; charset=utf-8"},
    {HEAD, .target = "/both", .status = 202, .says = "", .field = "X-Own: HEAD"},
    {.target = "/both", .status = 200, .says = "hello"},
    {HEAD, .target = "/post", .status = 200, .field = "X-Method: HEAD"}, /* GET /{p} */
    {HEAD, .target = "/no/where", .status = 404, .says = ""},
    {HEAD, .target = "/no/where", .status = 404,
     .field = "Content-Type: application/problem+json"},
    {HEAD, .target = "/empty", .status = 204, .says = ""},
    {.target = "/empty", .status = 204, .says = "", .field = "Content-Length"},
    {.target = "/empty", .status = 204, .field = "Content-Type"},
    {.target = "/unchanged", .status = 304, .says = "", .field = "ETag: \"x\""},
    {HEAD, .target = "/unchanged", .status = 304, .says = ""},

    {OPTIONS, .target = "/get", .status = 204, .says = "",
     .field = "Allow: GET, HEAD, OPTIONS"},
    {OPTIONS, .target = "/all", .status = 204,
     .field = "Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"},
    {OPTIONS, .target = "/own", .status = 202, .says = "mine", .field = "X-Own: OPTIONS"},
    {OPTIONS, .target = "/purge", .status = 204,
     .field = "Allow: GET, HEAD, OPTIONS, PURGE"},
    {OPTIONS, .target = "/7", .status = 204, .field = "Allow: GET, HEAD, PUT, OPTIONS"},
    {OPTIONS, .target = "/no/where", .status = 404},
    {OPTIONS, .target = "*", .status = 204, .says = ""},
    {.target = "*", .status = 400},

    {.method = "DELETE",
     .target = "/get",
     .status = 405,
     .field = "Allow: GET, HEAD, OPTIONS"},
    {.method = "GET", .target = "/all", .status = 200},
    {.method = "PUT",
     .target = "/x",
     .status = 405,
     .field = "Allow: GET, HEAD, OPTIONS"},
    {.method = "PUT", .target = "/7", .status = 200},
    {.method = "TRACE", .target = "/get", .status = 501},
    {.method = "CONNECT", .target = "/get", .status = 501},

    /* where a redirect leads depends on the method */
    {.target = "/see", .status = 302, .field = "Location: /get"},
    {HEAD, .target = "/see", .status = 302, .says = "", .field = "Location: /get"},
    {.method = "POST",
     .target = "/see",
     .status = 303,
     .says = "",
     .field = "Location: /get"},
};

START_TEST(head_options_and_allow_come_of_themselves)
{
    http_check_one(NULL, routes, &requests[_i]);
}
END_TEST

/* ---- redirects within the site ------------------------------------------------------------- */

static int go(hearth_ctx *c)
{
    return hearth_redirect(c, hearth_query(c, "to", NULL));
}

static const hearth_route going[] = {HEARTH_GET("/go", go), HEARTH_END};

static const http_case ways[] = {
    {.target = "/go?to=/a/b%3Fc=d", .status = 302, .field = "Location: /a/b?c=d"},
    {.target = "/go?to=/", .status = 302, .field = "Location: /"},
    {.target = "/go?to=/%C3%A4", .status = 302, .field = "Location: /%C3%A4"},
    {.target = "/go?to=/a%2520b", .status = 302, .field = "Location: /a%20b"},
    {.target = "/go?to=//evil.example", .status = 400, .field = "Location"},
    {.target = "/go?to=/%5Cevil.example", .status = 400, .field = "Location"},
    {.target = "/go?to=%5C%5Cevil.example", .status = 400, .field = "Location"},
    {.target = "/go?to=https://evil.example", .status = 400, .field = "Location"},
    {.target = "/go?to=javascript:alert(1)", .status = 400, .field = "Location"},
    {.target = "/go?to=evil", .status = 400, .field = "Location"},
    {.target = "/go?to=", .status = 400, .field = "Location"},
    {.target = "/go", .status = 400, .field = "Location"},
    {.target = "/go?to=/a%0D%0ASet-Cookie:%20a=b", .status = 400, .field = "Set-Cookie"},
    {.target = "/go?to=/%09/evil.example", .status = 400, .field = "Location"},
    {.target = "/go?to=%20/a", .status = 400, .field = "Location"},
};

START_TEST(redirects_never_leave_the_site)
{
    http_check_one(NULL, going, &ways[_i]);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

SUITE("http/head_options",
      LOOP(head_options_and_allow_come_of_themselves, 0, COUNT(requests))
          LOOP(redirects_never_leave_the_site, 0, COUNT(ways)))
