/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* Hosts and proxies as an application sees them, over both ways of the client. */

#include "http.h"
#include "suite.h"

#include <stdio.h>

static int where(hearth_ctx *c)
{
    return hearth_textf(c, 200, "%s %s %s %s", hearth_peer(c), hearth_scheme(c),
                        hearth_origin(c), hearth_absolute(c, NULL));
}

static int late(hearth_ctx *c)
{
    return where(c);
}

static const hearth_route routes[] = {
    HEARTH_GET("/where", where, .run = HEARTH_INLINE),
    HEARTH_GET("/late", late, .run = HEARTH_WORKER),
    HEARTH_END,
};

static const char *const proxies[] = {"127.0.0.0/8", NULL};
static const char *const hosts[] = {"shop.example", NULL};

/* The headers of a call, ended by NULL. */
static const struct {
    const char *headers[6];
    const char *target;
    int status;
    const char *says;
} calls[] = {
    {{"Host: shop.example", NULL},
     "/where?a=b",
     200,
     "127.0.0.1 http http://shop.example http://shop.example/where?a=b"},
    {{"Host: backend:8080", "X-Forwarded-Host: Shop.example:8443",
      "X-Forwarded-For: 9.9.9.9, 192.0.2.7", "X-Forwarded-Proto: https", NULL},
     "/where?a=%20b",
     200,
     "192.0.2.7 https https://shop.example:8443 https://shop.example:8443/where?a=%20b"},
    {{"Host: backend:8080", "X-Forwarded-Host: Shop.example:8443",
      "X-Forwarded-For: 9.9.9.9, 192.0.2.7", "X-Forwarded-Proto: https", NULL},
     "/late",
     200,
     "192.0.2.7 https https://shop.example:8443 https://shop.example:8443/late"},
    {{"Host: backend", "Forwarded: for=\"[2001:db8::7]\";proto=https;host=shop.example",
      NULL},
     "/late",
     200,
     "2001:db8::7 https https://shop.example https://shop.example/late"},
    {{"Host: backend", NULL}, "/where", 421, NULL},
    {{"Host: shop.example", "X-Forwarded-Host: evil.example", NULL}, "/where", 421, NULL},
    {{"Host: shop.example", "X-Forwarded-Host: a b", NULL}, "/where", 400, NULL},
    {{"Host: evil.example", NULL}, "/nowhere", 421, NULL},
};
#define CALLS (int)(sizeof calls / sizeof *calls)

START_TEST(a_trusted_proxy_is_believed)
{
    hearth_client *t =
        http_client(&(hearth_app_opts){.trusted_proxies = proxies, .hosts = hosts},
                    routes);
    const hearth_answer *r =
        hearth_call_do(t, &(hearth_call){.target = calls[_i].target,
                                         .headers = calls[_i].headers});

    ck_assert_msg(r->status == calls[_i].status, "%d: %s", r->status, r->body.ptr);
    if (calls[_i].says != NULL)
        ck_assert_str_eq(r->body.ptr, calls[_i].says);
    if (r->status == 421)
        ck_assert(http_logged(t, "refused a request for the host"));
    hearth_client_free(t);
}
END_TEST

START_TEST(by_default_nothing_is_believed)
{
    static const char *const headers[] = {
        "Host: localhost",
        "X-Forwarded-For: 192.0.2.7",
        "X-Forwarded-Proto: https",
        "X-Forwarded-Host: evil.example",
        "Forwarded: for=192.0.2.8;proto=https;host=evil",
        NULL};
    hearth_client *t = http_client(NULL, routes);
    const hearth_answer *r =
        hearth_call_do(t, &(hearth_call){.target = "/where", .headers = headers});

    ck_assert_str_eq(r->body.ptr,
                     "127.0.0.1 http http://localhost http://localhost/where");
    hearth_client_free(t);
}
END_TEST

START_TEST(the_access_log_names_the_client)
{
    static const char *const headers[] = {"Host: shop.example",
                                          "X-Forwarded-For: 192.0.2.7", NULL};
    hearth_client *t =
        http_client(&(hearth_app_opts){.trusted_proxies = proxies, .hosts = hosts},
                    routes);

    (void)hearth_call_do(t, &(hearth_call){.target = "/where", .headers = headers});
    ck_assert_msg(http_logged(t, "192.0.2.7 \"GET /where\" 200"), "%s",
                  hearth_client_log(t));
    hearth_client_free(t);
}
END_TEST

/* Recognised hosts are not looked at again: those that only look like them are. */
static const struct {
    const char *host;
    int status;
} turns[] = {
    {"shop.example", 200}, {"shop.example", 200},  {"shop.exampl", 421},
    {"shop.examplf", 421}, {"shop.example.", 200}, {"evil.example", 421},
    {"evil.example", 421}, {"shop.example", 200},
};

START_TEST(a_host_that_was_ours_makes_no_other_one_so)
{
    hearth_client *t = http_client(&(hearth_app_opts){.hosts = hosts}, routes);

    for (size_t i = 0; i < sizeof turns / sizeof *turns; i++) {
        char field[64];
        const char *const headers[] = {field, NULL};

        snprintf(field, sizeof field, "Host: %s", turns[i].host);
        ck_assert_int_eq(hearth_call_do(t, &(hearth_call){.target = "/where",
                                                          .headers = headers})
                             ->status,
                         turns[i].status);
    }
    hearth_client_free(t);
}
END_TEST

SUITE("http/where",
      LOOP(a_trusted_proxy_is_believed, 0, CALLS) TEST(by_default_nothing_is_believed)
          TEST(the_access_log_names_the_client)
              TEST(a_host_that_was_ours_makes_no_other_one_so))
