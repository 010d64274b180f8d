/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* What is gathered, and who may see it. */

#include "app/debug.h"

#include "ctx.h"
#include "suite.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/un.h>

static bare *open_debug(bool debug, const char *host, const char *fields)
{
    char request[512];

    snprintf(request, sizeof request,
             "GET /a HTTP/1.1\r\n%s%s%sAccept: text/html\r\n%s\r\n",
             host == NULL ? "" : "Host: ", host == NULL ? "" : host,
             host == NULL ? "" : "\r\n", fields);
    return bare_open(&(hearth_app_opts){.debug = debug}, request);
}

static void come_from(bare *t, const char *address)
{
    static union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
        struct sockaddr_un un;
    } at;

    memset(&at, 0, sizeof at);
    t->c->peer = &at.any;
    if (inet_pton(AF_INET, address, &at.v4.sin_addr) == 1) {
        at.v4.sin_family = AF_INET;
        t->c->peer_len = sizeof at.v4;
    } else if (inet_pton(AF_INET6, address, &at.v6.sin6_addr) == 1) {
        at.v6.sin6_family = AF_INET6;
        t->c->peer_len = sizeof at.v6;
    } else if (strcmp(address, "unix") == 0) {
        at.un.sun_family = AF_UNIX;
        t->c->peer_len = sizeof at.un;
    } else {
        t->c->peer = NULL;
    }
}

static const struct {
    const char *peer, *host, *fields;
    bool off, near;
} visits[] = {
    {"127.0.0.1", "localhost", "", false, true},
    {"127.9.9.9", "127.0.0.1:8080", "", false, true},
    {"::1", "[::1]:8080", "", false, true},
    {"127.0.0.1", "app.localhost", "", false, true},
    /* without the option */
    {"127.0.0.1", "localhost", "", true, false},
    /* from elsewhere */
    {"192.0.2.1", "localhost", "", false, false},
    {"10.0.0.1", "localhost", "", false, false},
    {"2001:db8::1", "localhost", "", false, false},
    {"unix", "localhost", "", false, false},
    {"nobody", "localhost", "", false, false},
    /* by another name: forwarded here, or a page of another site */
    {"127.0.0.1", "example.org", "", false, false},
    {"127.0.0.1", "localhost.example.org", "", false, false},
    {"127.0.0.1", "127.0.0.1.example.org", "", false, false},
    /* somebody says that he forwards */
    {"127.0.0.1", "localhost", "Forwarded: for=192.0.2.1\r\n", false, false},
    {"127.0.0.1", "localhost", "X-Forwarded-For: 192.0.2.1\r\n", false, false},
    {"127.0.0.1", "localhost", "x-forwarded-proto: https\r\n", false, false},
    {"127.0.0.1", "localhost", "X-Real-IP: 192.0.2.1\r\n", false, false},
    {"127.0.0.1", "localhost", "Via: 1.1 tunnel\r\n", false, false},
    {"127.0.0.1", "localhost", "X-Forward: 1\r\n", false, true},
};
#define VISITS ((int)(sizeof visits / sizeof *visits))

START_TEST(internals_are_for_who_sits_at_this_machine)
{
    bare *t = open_debug(!visits[_i].off, visits[_i].host, visits[_i].fields);

    come_from(t, visits[_i].peer);
    ck_assert_int_eq(hearth__debug_near(t->c), visits[_i].near);
    ck_assert_int_eq(hearth__debug_shows(t->c, 500), visits[_i].near);
    bare_close(t);
}
END_TEST

START_TEST(a_trusted_proxy_makes_it_far)
{
    bare *t = open_debug(true, "localhost", "");

    come_from(t, "127.0.0.1");
    t->c->origin.client = HEARTH__CLIENT_ADDRESS;
    ck_assert(!hearth__debug_near(t->c));
    t->c->origin.client = HEARTH__CLIENT_UNKNOWN;
    ck_assert(!hearth__debug_near(t->c));
    t->c->origin.client = HEARTH__CLIENT_PEER;
    ck_assert(hearth__debug_near(t->c));
    bare_close(t);
}
END_TEST

static const struct {
    const char *fields;
    int status;
    bool shows;
} answers[] = {
    {"", 500, true},
    {"", 503, true},
    {"", 404, true}, /* no route */
    {"", 405, true},
    {"", 403, false},
    {"", 422, false},
    {"Sec-Fetch-Mode: navigate\r\n", 500, true},
    {"Sec-Fetch-Mode: cors\r\n", 500, false},
    {"Sec-Fetch-Mode: no-cors\r\n", 500, false},
    {"Accept: application/json;q=1\r\n", 500, true},
};
#define ANSWERS ((int)(sizeof answers / sizeof *answers))

START_TEST(the_page_is_for_faults_of_the_program)
{
    bare *t = open_debug(true, "localhost", answers[_i].fields);

    come_from(t, "127.0.0.1");
    ck_assert_int_eq(hearth__debug_shows(t->c, answers[_i].status), answers[_i].shows);
    bare_close(t);
}
END_TEST

START_TEST(the_last_lines_of_the_log_are_kept)
{
    bare *t = open_debug(true, "localhost", "");
    size_t n = 0;

    for (int i = 0; i < HEARTH__DEBUG_LINES + 3; i++)
        hearth_logf(t->c, HEARTH_LOG_WARN, "line %d", i);
    hearth_logf(t->c, HEARTH_LOG_DEBUG, "nobody wants this one");
    for (hearth__debug_line *l = t->c->debug->first; l != NULL; l = l->next)
        n++;
    ck_assert_uint_eq(n, HEARTH__DEBUG_LINES);
    ck_assert_uint_eq(t->c->debug->nlines, HEARTH__DEBUG_LINES + 3);
    ck_assert_str_eq(t->c->debug->first->text, "line 3");
    ck_assert_int_eq(t->c->debug->first->level, HEARTH_LOG_WARN);
    bare_close(t);
}
END_TEST

START_TEST(without_the_option_nothing_is_gathered)
{
    bare *t = open_debug(false, "localhost", "");

    hearth_logf(t->c, HEARTH_LOG_WARN, "a line");
    hearth__debug_mark(t->c);
    hearth__debug_begin(t->c);
    hearth__debug_settle(t->c);
    ck_assert_ptr_null(t->c->debug);
    ck_assert_ptr_null(t->c->dbs.trail);
    bare_close(t);
}
END_TEST

START_TEST(the_stack_is_that_of_the_last_error_of_the_handler)
{
    bare *t = open_debug(true, "localhost", "");
    uintptr_t first;

    hearth__debug_mark(t->c);
    ck_assert_uint_gt(t->c->debug->stack.n, 1);
    first = t->c->debug->stack.pc[0];
    hearth__debug_settle(t->c);
    hearth__debug_mark(t->c);
    ck_assert(t->c->debug->stack.pc[0] == first);
    hearth__debug_forget(t->c);
    ck_assert_uint_eq(t->c->debug->stack.n, 0);
    bare_close(t);
}
END_TEST

SUITE("app/debug",
      LOOP(internals_are_for_who_sits_at_this_machine, 0, VISITS)
          TEST(a_trusted_proxy_makes_it_far)
              LOOP(the_page_is_for_faults_of_the_program, 0, ANSWERS)
                  TEST(the_last_lines_of_the_log_are_kept)
                      TEST(without_the_option_nothing_is_gathered)
                          TEST(the_stack_is_that_of_the_last_error_of_the_handler))
