/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include <hearth/req.h>

#include "ctx.h"
#include "suite.h"

#include <arpa/inet.h>
#include <hearth/memory.h>
#include <netinet/in.h>
#include <sys/un.h>

START_TEST(the_request_line_in_parts)
{
    bare *t =
        bare_open(NULL, "GET /a%20b/c?x=1 HTTP/1.1\r\nHost: example.org:81\r\n\r\n");

    ck_assert_str_eq(hearth_method(t->c), "GET");
    ck_assert_str_eq(hearth_path(t->c), "/a b/c");
    ck_assert_str_eq(hearth_target(t->c), "/a%20b/c?x=1");
    ck_assert_str_eq(hearth_host(t->c), "example.org:81");
    ck_assert_ptr_eq(hearth_target(t->c), hearth_target(t->c));
    bare_close(t);
}
END_TEST

START_TEST(a_method_of_its_own_keeps_its_name)
{
    bare *t = bare_open(NULL, "BREW / HTTP/1.1\r\nHost: a\r\n\r\n");

    ck_assert_str_eq(hearth_method(t->c), "BREW");
    bare_close(t);
}
END_TEST

START_TEST(the_authority_of_an_absolute_target_wins_over_host)
{
    bare *t =
        bare_open(NULL, "GET http://b.example/x HTTP/1.1\r\nHost: a.example\r\n\r\n");

    ck_assert_str_eq(hearth_host(t->c), "b.example");
    ck_assert_str_eq(hearth_path(t->c), "/x");
    bare_close(t);
}
END_TEST

START_TEST(before_the_audit_everything_is_a_string)
{
    bare *t = bare_try(NULL, HEARTH__S("POST /x HTTP/1.1\r\n\r\n"));

    ck_assert_str_eq(hearth_method(t->c), "POST");
    ck_assert_str_eq(hearth_path(t->c), "");
    ck_assert_str_eq(hearth_target(t->c), "/x");
    ck_assert_str_eq(hearth_host(t->c), "");
    ck_assert_str_eq(hearth_peer(t->c), "");
    ck_assert_str_eq(hearth_query(t->c, "a", "none"), "none");
    ck_assert_ptr_null(hearth_cookie(t->c, "a"));
    ck_assert_str_eq(hearth_body(t->c).ptr, "");
    bare_close(t);
}
END_TEST

/* ---- route parameters -------------------------------------------------------- */

static void match(bare *t, hearth__route *route)
{
    *route = (hearth__route){.pattern = "/{id:int}/{x:float}/{name}", .nparams = 3};
    route->param[0].name = "id";
    route->param[1].name = "x";
    route->param[2].name = "name";
    t->c->match.route = route;
    t->c->match.param[0] = HEARTH__S("-42");
    t->c->match.param[1] = HEARTH__S("1.5");
    t->c->match.param[2] = HEARTH__S("ada");
}

START_TEST(parameters_of_the_route_are_found_by_name)
{
    bare *t = bare_get();
    hearth__route route;

    match(t, &route);
    ck_assert_str_eq(hearth_param(t->c, "name"), "ada");
    ck_assert_str_eq(hearth_param(t->c, "id"), "-42");
    ck_assert_int_eq(hearth_param_int(t->c, "id"), -42);
    ck_assert_double_eq(hearth_param_float(t->c, "x"), 1.5);
    ck_assert_str_eq(t->log->text, "");
    bare_close(t);
}
END_TEST

START_TEST(a_parameter_that_does_not_exist_is_logged)
{
    bare *t = bare_get();
    hearth__route route;

    ck_assert_ptr_null(hearth_param(t->c, "id"));
    ck_assert_ptr_nonnull(strstr(t->log->text, "without a route"));
    match(t, &route);
    ck_assert_ptr_null(hearth_param(t->c, "idd"));
    ck_assert_ptr_null(hearth_param(t->c, NULL));
    ck_assert_int_eq(hearth_param_int(t->c, "idd"), 0);
    ck_assert_int_eq(hearth_param_int(t->c, "name"), 0);
    ck_assert_double_eq(hearth_param_float(t->c, "name"), 0);
    ck_assert_ptr_nonnull(strstr(t->log->text, "idd"));
    ck_assert_ptr_nonnull(strstr(t->log->text, "{name:int}"));
    bare_close(t);
}
END_TEST

/* ---- header fields ----------------------------------------------------------- */

START_TEST(header_fields_by_name_and_in_order)
{
    bare *t =
        bare_open(NULL, "GET / HTTP/1.1\r\nHost: a\r\nX-One:  1 \r\nx-one: 2\r\n\r\n");
    const char *name, *value;

    ck_assert_str_eq(hearth_header(t->c, "X-ONE"), "1");
    ck_assert_ptr_null(hearth_header(t->c, "X-Two"));
    ck_assert(hearth_header_at(t->c, 2, &name, &value));
    ck_assert_str_eq(name, "x-one");
    ck_assert_str_eq(value, "2");
    ck_assert(!hearth_header_at(t->c, 3, &name, &value));
    ck_assert(!hearth_header_at(t->c, SIZE_MAX, &name, &value));
    bare_close(t);
}
END_TEST

START_TEST(trailers_are_not_header_fields)
{
    bare *t = bare_open(NULL, "GET / HTTP/1.1\r\nHost: a\r\nX-A: head\r\n\r\n");
    hearth__field trailer[] = {{HEARTH__S("X-A"), HEARTH__S("tail")},
                               {HEARTH__S("X-B"), HEARTH__S("more")}};

    t->c->trailer = trailer;
    t->c->ntrailers = 2;
    ck_assert_str_eq(hearth_header(t->c, "X-A"), "head");
    ck_assert_str_eq(hearth_trailer(t->c, "x-a"), "tail");
    ck_assert_ptr_null(hearth_header(t->c, "X-B"));
    ck_assert_ptr_null(hearth_trailer(t->c, "Host"));
    bare_close(t);
}
END_TEST

START_TEST(the_body_is_whole_and_ends_in_nul)
{
    bare *t = bare_open_n(NULL, HEARTH__S("POST / HTTP/1.1\r\nHost: a\r\n\r\na\0b"));

    ck_assert_uint_eq(hearth_body(t->c).len, 3);
    ck_assert_mem_eq(hearth_body(t->c).ptr, "a\0b", 4);
    bare_close(t);
}
END_TEST

/* ---- who and which ----------------------------------------------------------- */

static const struct {
    const char *address, *shown;
} v6_cases[] = {
    {"2001:db8::7", "2001:db8::7"},
    {"::1", "::1"},
    {"::ffff:192.0.2.7", "192.0.2.7"},
    {"fe80::1", "fe80::1"},
};

START_TEST(an_ipv6_peer_is_shown_and_a_mapped_one_as_ipv4)
{
    bare *t = bare_get();
    struct sockaddr_in6 a = {.sin6_family = AF_INET6, .sin6_port = 7};

    ck_assert_int_eq(inet_pton(AF_INET6, v6_cases[_i].address, &a.sin6_addr), 1);
    t->c->peer = (struct sockaddr *)&a;
    t->c->peer_len = sizeof a;
    ck_assert_str_eq(hearth_peer(t->c), v6_cases[_i].shown);
    bare_close(t);
}
END_TEST

START_TEST(an_ipv4_peer_is_shown_and_unix_is_named)
{
    bare *t = bare_get();
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = 7};
    struct sockaddr_un u = {.sun_family = AF_UNIX, .sun_path = "x"};

    t->c->peer = (struct sockaddr *)&u;
    t->c->peer_len = sizeof u;
    ck_assert_str_eq(hearth_peer(t->c), "unix:");
    inet_pton(AF_INET, "192.0.2.9", &a.sin_addr);
    t->c->peer = (struct sockaddr *)&a;
    t->c->peer_len = 4;
    ck_assert_str_eq(hearth_peer(t->c), "");
    t->c->peer_len = sizeof a;
    ck_assert_str_eq(hearth_peer(t->c), "192.0.2.9");
    bare_close(t);
}
END_TEST

START_TEST(ids_are_24_digits_and_differ)
{
    bare *t = bare_get();
    char seen[500][HEARTH__ID_LEN + 1];

    for (int i = 0; i < 500; i++) {
        hearth_ctx *c = hearth__ctx_take(NULL, t->app);
        const char *id = hearth_request_id(c);

        ck_assert_uint_eq(strspn(id, "0123456789abcdef"), HEARTH__ID_LEN);
        ck_assert_uint_eq(strlen(id), HEARTH__ID_LEN);
        ck_assert_ptr_eq(hearth_request_id(c), id);
        strncpy(seen[i], id, sizeof seen[i]);
        for (int j = 0; j < i; j++)
            ck_assert_str_ne(seen[j], seen[i]);
        hearth__ctx_put(NULL, c);
    }
    bare_close(t);
}
END_TEST

SUITE("app/req",
      TEST(the_request_line_in_parts) TEST(a_method_of_its_own_keeps_its_name)
          TEST(the_authority_of_an_absolute_target_wins_over_host)
              TEST(before_the_audit_everything_is_a_string)
                  TEST(parameters_of_the_route_are_found_by_name)
                      TEST(a_parameter_that_does_not_exist_is_logged)
                          TEST(header_fields_by_name_and_in_order)
                              TEST(trailers_are_not_header_fields)
                                  TEST(the_body_is_whole_and_ends_in_nul)
                                      LOOP(an_ipv6_peer_is_shown_and_a_mapped_one_as_ipv4,
                                           0, 4)
                                          TEST(an_ipv4_peer_is_shown_and_unix_is_named)
                                              TEST(ids_are_24_digits_and_differ))
