/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Requests that are too much, of every kind: refused with the status that says so, before they cost
 * anything, and never run.
 */

#include "suite.h"
#include "wire_app.h"

#include <stdio.h>

#define OLD_ENGINE (wire_engine_version() < 0x010000)
#define BIG        (40 * 1024)

/* n times the letter 'a'; freed by the caller. */
static char *letters(size_t n)
{
    char *s = malloc(n + 1);

    ck_assert_ptr_nonnull(s);
    memset(s, 'a', n);
    s[n] = '\0';
    return s;
}

/* One request with a big part in the middle: the answer must be one of these and the end, or,
 * where maybe is set, only the end. */
static void check_big(const char *before, const char *after, const int *accept,
                      bool maybe)
{
    char *big = letters(BIG);
    hearth_run_opts o = wire_opts();
    wire_reply r = {0};
    wire_app a;
    wire w;

    o.head_ms = 2000; /* some engines wait for the end of what they will refuse */
    wire_app_start(&a, &o, 0);
    w = wire_open(a.port);
    wire_send(&w, before);
    wire_send(&w, big);
    wire_send(&w, after);
    wire_send(&w, "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");
    if (wire_read(&w, &r)) {
        const int *at = accept;

        while (*at != 0 && *at != r.status)
            at++;
        ck_assert_msg(*at != 0, "%s", r.head);
        ck_assert(r.close);
    } else {
        ck_assert_msg(maybe, "no answer");
    }
    ck_assert(wire_ends(&w));
    ck_assert_int_eq(atomic_load(&a.hits), 0);
    ck_assert_int_eq(atomic_load(&a.smuggled), 0);
    free(big);
    wire_reply_clear(&r);
    wire_close(&w);
    wire_app_stop(&a);
}

START_TEST(a_target_of_40_kilobytes_is_414)
{
    check_big("GET /", " HTTP/1.1\r\nHost: x\r\n\r\n", (int[]){414, 0}, false);
}
END_TEST

START_TEST(a_field_of_40_kilobytes_is_431)
{
    check_big("GET / HTTP/1.1\r\nHost: x\r\nX: ", "\r\n\r\n", (int[]){431, 0}, false);
}
END_TEST

START_TEST(a_field_name_of_40_kilobytes_is_431)
{
    check_big("GET / HTTP/1.1\r\nHost: x\r\n", ": x\r\n\r\n", (int[]){431, 0}, false);
}
END_TEST

START_TEST(a_method_of_40_kilobytes_is_refused)
{
    check_big("", " / HTTP/1.1\r\nHost: x\r\n\r\n", (int[]){400, 414, 431, 501, 0}, true);
}
END_TEST

START_TEST(a_trailer_of_40_kilobytes_is_refused)
{
    check_big("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ",
              "\r\n\r\n", (int[]){400, 413, 431, 0}, true);
}
END_TEST

/* 500 is what the old engine says. */
START_TEST(a_chunk_extension_of_40_kilobytes_is_refused)
{
    check_big("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;",
              "\r\nhello\r\n0\r\n\r\n", (int[]){400, 408, 413, OLD_ENGINE ? 500 : 400, 0},
              true);
}
END_TEST

/* A head of just so many bytes, with a target of just so many, on a server of these limits. */
static const struct {
    size_t max_target, max_head; /* 0: default */
    int pool;
    size_t target, head;
    int status;
} sizes[] = {
    {0, 0, 0, 4096, 8192, 200},
    {0, 0, 0, 4097, 8192, 414},
    {0, 0, 0, 1, 8192, 200},
    {0, 0, 0, 1, 8193, 431},
    {100, 0, 0, 100, 200, 200},
    {100, 0, 0, 101, 200, 414},
    {0, 300, 0, 10, 300, 200},
    {0, 300, 0, 10, 301, 431},
    {12000, 20000, 32768, 12000, 16000, 200},
    {12000, 20000, 32768, 12001, 16000, 414},
    {0, 15000, 32768, 1, 15000, 200},
    {0, 15000, 32768, 1, 15001, 431},
};
#define NSIZES ((int)(sizeof sizes / sizeof sizes[0]))

static char *head_of(size_t target, size_t head)
{
    char *big = letters(head), *at = big;
    static const char end[] = " HTTP/1.1\r\nHost: x\r\nX: ";

    memcpy(at, "GET /", 5);
    if (target > 1)
        at[5] = '?';
    memcpy(at + 4 + target, end, sizeof end - 1);
    memcpy(big + head - 4, "\r\n\r\n", 4);
    return big;
}

START_TEST(a_head_is_taken_up_to_its_limits_and_not_a_byte_further)
{
    char *head = head_of(sizes[_i].target, sizes[_i].head);
    hearth_run_opts o = wire_opts();
    wire_reply r = {0};
    wire_app a;
    wire w;

    o.pool_bytes = sizes[_i].pool;
    wire_app_start_limits(&a, &o,
                          &(hearth_app_opts){.max_target = sizes[_i].max_target,
                                             .max_head = sizes[_i].max_head});
    w = wire_open(a.port);
    wire_send_n(&w, head, sizes[_i].head);
    ck_assert_msg(wire_read(&w, &r), "no answer");
    ck_assert_int_eq(r.status, sizes[_i].status);
    ck_assert_int_eq(r.close, r.status != 200);
    if (r.status != 200)
        ck_assert(wire_closed(&w));
    free(head);
    wire_reply_clear(&r);
    wire_close(&w);
    wire_app_stop(&a);
}
END_TEST

/* A connection's memory bounds a head whatever the options say. */
START_TEST(a_head_that_the_pool_cannot_hold_is_refused_whatever_the_limits)
{
    char *head = head_of(_i == 0 ? 1 : 30000, 40000);
    hearth_run_opts o = wire_opts();
    wire_reply r = {0};
    wire_app a;
    wire w;

    o.pool_bytes = 32768;
    wire_app_start_limits(&a, &o,
                          &(hearth_app_opts){.max_target = 100000, .max_head = 100000});
    w = wire_open(a.port);
    wire_send_n(&w, head, 40000);
    wire_send(&w, "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");
    ck_assert_msg(wire_read(&w, &r), "no answer");
    ck_assert_msg(r.status == 431 || (_i == 1 && r.status == 414), "%d", r.status);
    ck_assert(wire_ends(&w));
    ck_assert_int_eq(atomic_load(&a.smuggled), 0);
    free(head);
    wire_reply_clear(&r);
    wire_close(&w);
    wire_app_stop(&a);
}
END_TEST

/* _i fields beside Host. */
static void check_fields(int n, int status)
{
    wire_reply r = {0};
    wire_app a;
    wire w;

    wire_app_start(&a, NULL, 0);
    w = wire_open(a.port);
    wire_send(&w, "GET / HTTP/1.1\r\nHost: x\r\n");
    for (int i = 0; i < n; i++)
        wire_send(&w, "A: b\r\n");
    wire_send(&w, "\r\n");
    ck_assert(wire_read(&w, &r));
    ck_assert_int_eq(r.status, status);
    ck_assert_int_eq(r.close, status != 200);
    wire_reply_clear(&r);
    wire_close(&w);
    wire_app_stop(&a);
}

START_TEST(a_hundred_fields_are_allowed_and_one_more_is_431)
{
    check_fields(99, 200);
    check_fields(100, 431);
}
END_TEST

START_TEST(two_thousand_fields_are_431)
{
    check_fields(2000, 431);
}
END_TEST

START_TEST(empty_lines_before_a_request_are_skipped_but_not_for_ever)
{
    hearth_run_opts o = wire_opts();
    wire_reply r = {0};
    wire_app a;
    wire w;

    o.head_ms = 1000;
    wire_app_start(&a, &o, 0);
    w = wire_open(a.port);
    for (int i = 0; i < 100; i++)
        wire_send(&w, "\r\n");
    wire_send(&w, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    if (wire_read(&w, &r))
        ck_assert_msg(r.status == 200 || (r.status == 400 && r.close), "%s", r.head);
    else
        ck_assert(wire_ends(&w));
    wire_close(&w);
    /* Only empty lines, no request: the time for a head still runs. */
    w = wire_open(a.port);
    for (int i = 0; i < 20; i++)
        wire_send(&w, "\r\n");
    ck_assert(wire_ends(&w));
    ck_assert_int_le(atomic_load(&a.hits), 1);
    wire_reply_clear(&r);
    wire_close(&w);
    wire_app_stop(&a);
}
END_TEST

/* ---- bodies ----------------------------------------------------------------------- */

#define MAX_BODY 1000

START_TEST(a_length_over_the_limit_is_413_before_the_body_is_sent)
{
    static const char *const lengths[] = {"1001", "1000000", "9223372036854775807"};
    char request[256];
    wire_reply r = {0};
    wire_app a;
    wire w;

    wire_app_start(&a, NULL, MAX_BODY);
    w = wire_open(a.port);
    snprintf(request, sizeof request,
             "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
             "Content-Length: %s\r\n\r\n",
             lengths[_i]);
    ck_assert(wire_ask(&w, request, &r));
    ck_assert_int_eq(r.status, 413);
    ck_assert_int_eq(r.interim, 0); /* it never said: go on */
    ck_assert(r.close);
    ck_assert(wire_closed(&w));
    ck_assert_int_eq(atomic_load(&a.hits), 0);
    wire_reply_clear(&r);
    wire_close(&w);
    wire_app_stop(&a);
}
END_TEST

START_TEST(a_body_of_just_the_limit_is_taken)
{
    char *body = letters(MAX_BODY), want[16];
    wire_reply r = {0};
    wire_app a;
    wire w;

    wire_app_start(&a, NULL, MAX_BODY);
    w = wire_open(a.port);
    wire_send(&w, _i == 0
                      ? "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
                      : "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                        "3e8\r\n");
    wire_send(&w, body);
    if (_i == 1)
        wire_send(&w, "\r\n0\r\n\r\n");
    ck_assert(wire_read(&w, &r));
    ck_assert_int_eq(r.status, 200);
    snprintf(want, sizeof want, "%.5s", r.body);
    ck_assert_str_eq(want, "1000:");
    free(body);
    wire_reply_clear(&r);
    wire_close(&w);
    wire_app_stop(&a);
}
END_TEST

START_TEST(chunks_that_pass_the_limit_are_413)
{
    wire_reply r = {0};
    wire_app a;
    wire w;

    wire_app_start(&a, NULL, MAX_BODY);
    w = wire_open(a.port);
    wire_send(&w, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 101; i++)
        wire_send(&w, "a\r\n0123456789\r\n");
    wire_send(&w, "0\r\n\r\n");
    wire_send(&w, "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");
    ck_assert(wire_read(&w, &r));
    ck_assert_int_eq(r.status, 413);
    ck_assert(r.close);
    ck_assert(wire_ends(&w));
    ck_assert_int_eq(atomic_load(&a.hits) + atomic_load(&a.smuggled), 0);
    wire_reply_clear(&r);
    wire_close(&w);
    wire_app_stop(&a);
}
END_TEST

/* Past what is worth listening to for politeness the connection is cut. */
START_TEST(chunks_without_end_are_cut_off)
{
    char *chunk = letters(65536);
    wire_app a;
    wire w;
    int sent = 0;

    wire_app_start(&a, NULL, MAX_BODY);
    w = wire_open(a.port);
    wire_send(&w, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (; sent < 1000 && !w.ended; sent++) {
        wire_send(&w, "10000\r\n");
        wire_send(&w, chunk);
        wire_send(&w, "\r\n");
    }
    ck_assert_int_lt(sent, 1000);
    ck_assert_int_eq(atomic_load(&a.hits), 0);
    free(chunk);
    wire_close(&w);
    wire_app_stop(&a);
}
END_TEST

/* A client that sends the whole body before it reads must still see why it was refused. */
START_TEST(a_client_that_sends_first_still_reads_413)
{
    char *body = letters(5000);
    wire_reply r = {0};
    wire_app a;
    wire w;

    wire_app_start(&a, NULL, MAX_BODY);
    w = wire_open(a.port);
    wire_send(&w, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n");
    wire_send(&w, body);
    ck_assert_msg(wire_read(&w, &r), "the answer was lost");
    ck_assert_int_eq(r.status, 413);
    free(body);
    wire_reply_clear(&r);
    wire_close(&w);
    wire_app_stop(&a);
}
END_TEST

SUITE("wire/limits",
      LOOP(a_head_is_taken_up_to_its_limits_and_not_a_byte_further, 0,
           NSIZES) LOOP(a_head_that_the_pool_cannot_hold_is_refused_whatever_the_limits,
                        0, 2) TEST(a_target_of_40_kilobytes_is_414)
          TEST(a_field_of_40_kilobytes_is_431) TEST(a_field_name_of_40_kilobytes_is_431)
              TEST(a_method_of_40_kilobytes_is_refused)
                  TEST(a_trailer_of_40_kilobytes_is_refused)
                      TEST(a_chunk_extension_of_40_kilobytes_is_refused) TEST(
                          a_hundred_fields_are_allowed_and_one_more_is_431)
                          TEST(two_thousand_fields_are_431) TEST(
                              empty_lines_before_a_request_are_skipped_but_not_for_ever)
                              LOOP(a_length_over_the_limit_is_413_before_the_body_is_sent,
                                   0, 3) LOOP(a_body_of_just_the_limit_is_taken, 0, 2)
                                  TEST(chunks_that_pass_the_limit_are_413)
                                      TEST(chunks_without_end_are_cut_off)
                                          LOOP(a_client_that_sends_first_still_reads_413,
                                               0, 10))
