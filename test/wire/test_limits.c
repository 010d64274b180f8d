/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Requests that are too much, of every kind: refused with the status that says so, before they cost
 * anything, and never run.
 *
 * Every limit of the server is tested from both sides, what it just allows and what is one
 * too much.  Where (those of test/http run over loopback and over sockets):
 *
 *   request target, 414            a_head_is_taken_up_to_its_limits_and_not_a_byte_further,
 *                                  http/test_limits.c
 *   head and its fields, 431       the same, a_hundred_fields_are_allowed_and_one_more_is_431
 *   body, 413                      a_body_of_just_the_limit_is_taken,
 *                                  a_length_over_the_limit_is_413_before_the_body_is_sent,
 *                                  chunks_that_pass_the_limit_are_413; 1 MiB and those of
 *                                  routes: http/test_limits.c
 *   fields and files of a form     http/test_uploads.c; with them the number of its parts
 *   head of a part, 413            the_head_of_a_part_has_8_kilobytes_and_no_more
 *   uploaded file, 413             http/test_uploads.c (10 MiB);
 *                                  a_file_over_its_limit_leaves_no_temporary_file
 *   depth of JSON, 400             json_has_64_levels_and_no_more
 *   time of a head, 408            test_deadlines.c: a_head_that_is_slow_but_in_time_...,
 *                                  a_head_that_drips_is_given_up
 *   rate of a body, 408            a_body_that_is_slow_but_keeps_the_rate_is_taken,
 *                                  a_body_that_drips_is_408
 *   idle connection, closed        an_idle_connection_is_kept_for_its_time,
 *                                  an_idle_connection_is_closed_without_a_word
 *   handler on a worker, 504       a_handler_that_is_slow_but_in_time_is_heard,
 *                                  a_handler_that_takes_too_long_is_504
 *   reader that is stuck, closed   a_reader_that_is_slow_but_goes_on_is_left_alone,
 *                                  a_reader_that_takes_nothing_is_cut
 *   connections, 503               test_limits_address.c
 *   of one address, closed         an_address_has_its_share_and_no_more (256)
 *   queue for workers, 503         the_queue_for_workers_takes_1024_and_no_more
 *   stop                           test_server.c: stop_lets_a_handler_finish_...,
 *                                  a_handler_that_never_returns_makes_stop_say_so
 *
 * The times that nobody wants to wait for are the_defaults_that_take_long_are_as_documented.
 */

#include "gate.h"
#include "suite.h"
#include "tree.h"
#include "wire_app.h"

#include "transport/h1.h"

#include <poll.h>
#include <stdio.h>
#include <sys/resource.h>

#define BIG (40 * 1024)

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

START_TEST(a_method_of_40_kilobytes_is_refused)
{
    check_big("", " / HTTP/1.1\r\nHost: x\r\n\r\n", (int[]){400, 414, 431, 501, 0}, true);
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

/* ---- what handlers read ------------------------------------------------------------ */

static gate busy = GATE_INIT;

static int take_json(hearth_ctx *c)
{
    json_t *in;

    HEARTH_TRY(hearth_body_json(c, &in));
    return hearth_text(c, 200, "read");
}

static int take_form(hearth_ctx *c)
{
    HEARTH_TRY(hearth_body_form(c));
    return hearth_text(c, 200, "read");
}

static int wait_there(hearth_ctx *c)
{
    gate_pass(&busy);
    return hearth_text(c, 200, "through");
}

static const hearth_route routes[] = {
    HEARTH_POST("/json", take_json, .run = HEARTH_INLINE),
    HEARTH_POST("/form", take_form, .max_body = 10u << 20, .max_file = 100000),
    HEARTH_GET("/wait", wait_there, .run = HEARTH_WORKER),
    HEARTH_END,
};

static hearth_app *start(const hearth_run_opts *o, const char *upload_dir)
{
    hearth_app *app = hearth_app_new(
        &(hearth_app_opts){.upload_dir = upload_dir, .log = {.level = HEARTH_LOG_OFF}});

    ck_assert_ptr_nonnull(app);
    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    wire_start(app, o);
    return app;
}

/* The answer's status; r holds the rest. */
static int post(hearth_app *app, const char *target, const char *type, const char *body,
                size_t n)
{
    wire w = wire_open(hearth_app_port(app));
    wire_reply r = {0};
    char head[256];

    snprintf(head, sizeof head,
             "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\n"
             "Content-Length: %zu\r\n\r\n",
             target, type, n);
    wire_send(&w, head);
    wire_send_n(&w, body, n);
    ck_assert_msg(wire_read(&w, &r), "no answer");
    int status = r.status;

    wire_reply_clear(&r);
    wire_close(&w);
    return status;
}

/* Arrays, objects, and one within the other. */
START_TEST(json_has_64_levels_and_no_more)
{
    static const struct {
        const char *open, *core, *close;
        int levels;
    } kinds[] = {{"[", "1", "]", 1},
                 {"{\"a\":", "1", "}", 1},
                 {"[{\"a\":", "1", "}]", 2}};
    hearth_app *app = start(NULL, NULL);

    for (int n = 64; n <= 66; n++) {
        char body[1000] = "";

        for (int i = 0; i < n / kinds[_i].levels; i++)
            strcat(body, kinds[_i].open);
        strcat(body, kinds[_i].core);
        for (int i = 0; i < n / kinds[_i].levels; i++)
            strcat(body, kinds[_i].close);
        if (n % kinds[_i].levels == 0)
            ck_assert_int_eq(post(app, "/json", "application/json", body, strlen(body)),
                             n == 64 ? 200 : 400);
    }
    wire_stop(app);
}
END_TEST

/* From behind the boundary's line up to the empty line. */
static int post_part_head(hearth_app *app, size_t n)
{
    static const char begin[] =
        "--b\r\nContent-Disposition: form-data; name=\"a\"\r\nX: ";
    static const char end[] = "\r\n\r\ntext\r\n--b--\r\n";
    size_t fill = n - (sizeof begin - 1 - 5) - 4, at = sizeof begin - 1;
    char *body = letters(at + fill + sizeof end - 1);

    memcpy(body, begin, at);
    memcpy(body + at + fill, end, sizeof end - 1);
    int status = post(app, "/form", "multipart/form-data; boundary=b", body,
                      at + fill + sizeof end - 1);

    free(body);
    return status;
}

START_TEST(the_head_of_a_part_has_8_kilobytes_and_no_more)
{
    hearth_app *app = start(NULL, NULL);

    ck_assert_int_eq(post_part_head(app, 8192), 200);
    ck_assert_int_eq(post_part_head(app, 8193), 413);
    wire_stop(app);
}
END_TEST

static int post_file(hearth_app *app, size_t n)
{
    static const char begin[] =
        "--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b\"\r\n\r\n";
    static const char end[] = "\r\n--b--\r\n";
    size_t at = sizeof begin - 1;
    char *body = letters(at + n + sizeof end - 1);

    memcpy(body, begin, at);
    memcpy(body + at + n, end, sizeof end - 1);
    int status = post(app, "/form", "multipart/form-data; boundary=b", body,
                      at + n + sizeof end - 1);

    free(body);
    return status;
}

START_TEST(a_file_over_its_limit_leaves_no_temporary_file)
{
    tree t = tree_new();
    hearth_app *app = start(NULL, t.dir);
    int before;

    ck_assert_int_eq(post_file(app, 100000), 200); /* past 64 KiB: it was in a file */
    ck_assert_int_eq(post_file(app, 100000), 200);
    before = tree_descriptors();
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(post_file(app, 100001), 413);
    /* The server sees a little later that a client has left. */
    for (int i = 0; tree_descriptors() > before + 1 && i < 20000; i++)
        (void)poll(NULL, 0, 1);
    ck_assert_int_le(tree_descriptors(), before + 1);
    ck_assert_int_eq(rmdir(t.dir), 0); /* nothing is in it */
    wire_stop(app);
}
END_TEST

/* ---- workers ------------------------------------------------------------------------- */

#define QUEUE 1024
#define OVER  3

/* How many of them are answered already; all of these with 503. */
static int refusals(wire *w, struct pollfd *p, int n)
{
    wire_reply r = {0};
    int refused = 0;

    for (int i = 0; i < n; i++) {
        if (p[i].fd < 0 || p[i].revents == 0)
            continue;
        ck_assert(wire_read(&w[i], &r));
        ck_assert_int_eq(r.status, 503);
        ck_assert_ptr_nonnull(strstr(r.head, "\r\nRetry-After: "));
        p[i].fd = -1;
        refused++;
    }
    wire_reply_clear(&r);
    return refused;
}

START_TEST(the_queue_for_workers_takes_1024_and_no_more)
{
    static wire w[1 + QUEUE + OVER];
    static struct pollfd p[1 + QUEUE + OVER];
    struct rlimit files = {.rlim_cur = 4096, .rlim_max = 4096};
    hearth_run_opts o = wire_opts();
    int refused = 0, served = 0;
    wire_reply r = {0};
    hearth_app *app;

    (void)getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_cur < 2 * (QUEUE + OVER) + 100) {
        fprintf(stderr, "the limit on open files is too low: %llu\n",
                (unsigned long long)files.rlim_cur);
        return;
    }
    o.workers = 1;
    o.max_per_address = HEARTH_UNLIMITED;
    app = start(&o, NULL);
    for (int i = 0; i <= QUEUE + OVER; i++) {
        w[i] = wire_open(hearth_app_port(app));
        wire_send(&w[i], "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
        p[i] = (struct pollfd){.fd = w[i].fd, .events = POLLIN};
        if (i == 0)
            gate_await(&busy, 1); /* the one worker */
    }
    while (refused < OVER) {
        ck_assert_int_gt(poll(p, 1 + QUEUE + OVER, 30000), 0);
        refused += refusals(w, p, 1 + QUEUE + OVER);
    }
    gate_open(&busy);
    for (int i = 0; i <= QUEUE + OVER; i++) {
        if (p[i].fd >= 0) {
            ck_assert(wire_read(&w[i], &r));
            ck_assert_int_eq(r.status, 200);
            served++;
        }
        wire_close(&w[i]);
    }
    ck_assert_int_eq(served, 1 + QUEUE);
    wire_reply_clear(&r);
    wire_stop(app);
}
END_TEST

/* What a server runs with, at the beginning of what lib/boot keeps of it. */
START_TEST(the_defaults_that_take_long_are_as_documented)
{
    const hearth_run_opts o = {.host = "127.0.0.1", .port = HEARTH_PORT_ANY};
    hearth_app *app = start(&o, NULL);
    const hearth__h1_opts *h1 = app->running;

    ck_assert_ptr_eq(h1->app, app);
    ck_assert_int_eq(h1->max_connections, 10000);
    ck_assert_uint_eq(h1->pool_bytes, 16384);
    ck_assert_int_eq(h1->head_ms, 10000);
    ck_assert_int_eq(h1->idle_ms, 30000);
    ck_assert_int_eq(h1->handler_ms, 30000);
    ck_assert_int_eq(h1->write_ms, 30000);
    ck_assert_int_eq(h1->body_grace_ms, 10000);
    ck_assert_int_eq(h1->body_rate, 1024);
    wire_stop(app);
}
END_TEST

/* clang-format off */
SUITE("wire/limits",
      LOOP(a_head_is_taken_up_to_its_limits_and_not_a_byte_further, 0, NSIZES)
      LOOP(a_head_that_the_pool_cannot_hold_is_refused_whatever_the_limits, 0, 2)
      TEST(a_method_of_40_kilobytes_is_refused)
      TEST(a_hundred_fields_are_allowed_and_one_more_is_431)
      TEST(empty_lines_before_a_request_are_skipped_but_not_for_ever)
      LOOP(a_length_over_the_limit_is_413_before_the_body_is_sent, 0, 3)
      LOOP(a_body_of_just_the_limit_is_taken, 0, 2)
      TEST(chunks_that_pass_the_limit_are_413)
      TEST(chunks_without_end_are_cut_off)
      LOOP(a_client_that_sends_first_still_reads_413, 0, 10)
      LOOP(json_has_64_levels_and_no_more, 0, 3)
      TEST(the_head_of_a_part_has_8_kilobytes_and_no_more)
      TEST(a_file_over_its_limit_leaves_no_temporary_file)
      TEST(the_queue_for_workers_takes_1024_and_no_more)
      TEST(the_defaults_that_take_long_are_as_documented))
