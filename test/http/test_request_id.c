/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The id of a request: one everywhere, another for every request.
 */

#include "http.h"
#include "suite.h"

static int say_id(hearth_ctx *c)
{
    const char *id = hearth_request_id(c);

    if (strcmp(id, hearth_request_id(c)) != 0)
        return 500;
    hearth_logf(c, HEARTH_LOG_INFO, "from the handler");
    return hearth_text(c, 200, id);
}

static int fail_with_id(hearth_ctx *c)
{
    HEARTH_TRY(hearth_set_header(c, "X-Id", hearth_request_id(c)));
    return hearth_fail(c, 409, "no");
}

static const hearth_route routes[] = {
    HEARTH_GET("/", say_id),
    HEARTH_GET("/fail", fail_with_id),
    HEARTH_END,
};

START_TEST(an_id_has_24_plain_characters)
{
    hearth_client *t = http_client(NULL, routes);
    const hearth_answer *r = hearth_call_get(t, "/");

    ck_assert_uint_eq(r->body.len, 24);
    ck_assert_uint_eq(strspn(r->body.ptr, "0123456789abcdef"), 24);
    hearth_client_free(t);
}
END_TEST

START_TEST(ids_differ_between_requests_and_applications)
{
    enum { CALLS = 200 };
    static char ids[2 * CALLS][25];
    hearth_client *t = http_client(NULL, routes), *u = http_client(NULL, routes);

    for (int i = 0; i < CALLS; i++) {
        memcpy(ids[2 * i], hearth_call_get(t, "/")->body.ptr, 25);
        memcpy(ids[2 * i + 1], hearth_call_get(u, "/")->body.ptr, 25);
    }
    for (int i = 0; i < 2 * CALLS; i++) {
        for (int k = 0; k < i; k++)
            ck_assert_str_ne(ids[i], ids[k]);
    }
    hearth_client_free(t);
    hearth_client_free(u);
}
END_TEST

START_TEST(the_id_is_in_every_line_and_in_error_answers)
{
    hearth_client *t = http_client(NULL, routes);
    char id[32];
    int seen = 0;

    memcpy(id, hearth_call_get(t, "/")->body.ptr, 25);
    for (const char *p = hearth_client_log(t); (p = strstr(p, id)) != NULL; p++)
        seen++;
    ck_assert_int_eq(seen, 2); /* the handler's line and the access line */
    const hearth_answer *r = hearth_call_get(t, "/fail");

    ck_assert_str_eq(hearth_answer_at(r, "/request_id"), hearth_answer_header(r, "X-Id"));
    hearth_client_free(t);
}
END_TEST

SUITE("http/request_id", TEST(an_id_has_24_plain_characters)
                             TEST(ids_differ_between_requests_and_applications)
                                 TEST(the_id_is_in_every_line_and_in_error_answers))
