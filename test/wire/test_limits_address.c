/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * How many connections there may be, of one address and of all: who is closed, who is told 503, and
 * who makes room.
 */

#include "gate.h"
#include "suite.h"
#include "wire_app.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#define GET "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

static void check_serves(wire *w)
{
    wire_reply r = {0};

    ck_assert_msg(wire_ask(w, GET, &r), "no answer");
    ck_assert_int_eq(r.status, 200);
    ck_assert(!r.close);
    wire_reply_clear(&r);
}

/* Until the server has seen that somebody left: a connection is served. */
static wire open_until_served(int last, int port)
{
    wire_reply r = {0};
    wire w;

    for (int tries = 0;; tries++) {
        w = wire_open_from(last, port);
        if (wire_ask(&w, GET, &r) && r.status == 200)
            break;
        ck_assert_int_lt(tries, 20000);
        wire_close(&w);
        (void)poll(NULL, 0, 1);
    }
    wire_reply_clear(&r);
    return w;
}

START_TEST(an_address_has_its_share_and_no_more)
{
    hearth_run_opts o = wire_opts();
    int limit = _i == 0 ? 256 : 3; /* the default, and an option */
    wire w[256], more;
    wire_app a;

    o.threads = 2; /* counted over both */
    o.max_per_address = _i == 0 ? 0 : 3;
    wire_app_start(&a, &o, 0);
    for (int i = 0; i < limit; i++) {
        w[i] = wire_open_from(2, a.port);
        check_serves(&w[i]);
    }
    for (int i = 0; i < 3; i++) {
        more = wire_open_from(2, a.port);
        ck_assert_msg(wire_closed(&more), "one more is open, or was answered");
        wire_close(&more);
    }
    more = wire_open_from(3, a.port); /* which is none of the others' business */
    check_serves(&more);
    wire_close(&more);
    wire_close(&w[0]);
    w[0] = open_until_served(2, a.port);
    for (int i = 0; i < limit; i++) {
        check_serves(&w[i]);
        wire_close(&w[i]);
    }
    wire_app_stop(&a);
}
END_TEST

/* However a connection ends, its place is free again. */
static void end_in_some_way(wire *w, int how)
{
    static const char *const last[] = {
        "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "nonsense\r\n\r\n",
        "GET / HTT", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab", ""};

    wire_send(w, last[how % 5]);
    if (how % 2 == 0)
        wire_reset(w);
    else
        wire_close(w);
}

START_TEST(places_are_given_back_however_connections_end)
{
    hearth_run_opts o = wire_opts();
    wire_app a;

    o.threads = 2;
    o.max_per_address = 4;
    wire_app_start(&a, &o, 0);
    for (int i = 0; i < 200; i++) {
        wire w = open_until_served(2, a.port);

        end_in_some_way(&w, i);
    }
    wire w[4];

    for (int i = 0; i < 4; i++)
        w[i] = open_until_served(2, a.port);
    for (int i = 0; i < 4; i++) {
        check_serves(&w[i]);
        wire_close(&w[i]);
    }
    wire_app_stop(&a);
}
END_TEST

START_TEST(without_a_limit_an_address_may_have_all)
{
    hearth_run_opts o = wire_opts();
    wire w[300];
    wire_app a;

    o.max_per_address = HEARTH_UNLIMITED;
    wire_app_start(&a, &o, 0);
    for (int i = 0; i < 300; i++) {
        w[i] = wire_open_from(2, a.port);
        check_serves(&w[i]);
    }
    for (int i = 0; i < 300; i++)
        wire_close(&w[i]);
    wire_app_stop(&a);
}
END_TEST

/* ---- the table is full ------------------------------------------------------------- */

START_TEST(who_has_not_asked_yet_makes_room_oldest_first)
{
    hearth_run_opts o = wire_opts();
    wire idle, drip[2], fresh[2];
    wire_app a;

    o.max_connections = 3;
    wire_app_start(&a, &o, 0);
    idle = wire_open(a.port);
    check_serves(&idle);
    for (int i = 0; i < 2; i++) {
        drip[i] = wire_open(a.port);
        wire_send(&drip[i], "GET / HTTP/1.1\r\nHost: x\r\nX: ");
    }
    for (int i = 0; i < 2; i++) {
        fresh[i] = wire_open(a.port);
        check_serves(&fresh[i]);
        ck_assert_msg(wire_ends(&drip[i]), "%d was not the one to go", i);
        check_serves(&idle);
    }
    for (int i = 0; i < 2; i++) {
        wire_close(&drip[i]);
        wire_close(&fresh[i]);
    }
    wire_close(&idle);
    wire_app_stop(&a);
}
END_TEST

START_TEST(then_who_is_idle_between_requests)
{
    hearth_run_opts o = wire_opts();
    wire w[3], fresh;
    wire_app a;

    o.max_connections = 3;
    wire_app_start(&a, &o, 0);
    for (int i = 0; i < 3; i++) {
        w[i] = wire_open(a.port);
        check_serves(&w[i]);
    }
    check_serves(&w[0]); /* now w[1] has waited longest */
    fresh = wire_open(a.port);
    check_serves(&fresh);
    ck_assert(wire_closed(&w[1]));
    check_serves(&w[0]);
    check_serves(&w[2]);
    for (int i = 0; i < 3; i++)
        wire_close(&w[i]);
    wire_close(&fresh);
    wire_app_stop(&a);
}
END_TEST

/* Whoever has his share is closed before anybody makes room for him. */
START_TEST(who_has_his_share_drives_nobody_out)
{
    hearth_run_opts o = wire_opts();
    wire mine[2], other, more;
    wire_app a;

    o.max_connections = 3;
    o.max_per_address = 2;
    wire_app_start(&a, &o, 0);
    other = wire_open_from(3, a.port);
    check_serves(&other);
    for (int i = 0; i < 2; i++) {
        mine[i] = wire_open_from(2, a.port);
        check_serves(&mine[i]);
    }
    for (int i = 0; i < 10; i++) {
        more = wire_open_from(2, a.port);
        ck_assert(wire_closed(&more));
        wire_close(&more);
    }
    check_serves(&other);
    check_serves(&mine[0]);
    check_serves(&mine[1]);
    wire_close(&other);
    wire_close(&mine[0]);
    wire_close(&mine[1]);
    wire_app_stop(&a);
}
END_TEST

/* Others are told 503 until it is clear that he is behind. */
START_TEST(then_who_is_slow_with_a_body)
{
    hearth_run_opts o = wire_opts();
    wire_reply r = {0};
    wire_app a;
    wire slow, fresh;

    o.max_connections = 1;
    wire_app_start(&a, &o, 0);
    slow = wire_open(a.port);
    wire_send(&slow, "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                     "Content-Length: 1000\r\n\r\n");
    ck_assert(wire_has(&slow, "HTTP/1.1 100 Continue\r\n\r\n"));
    fresh = open_until_served(2, a.port);
    ck_assert(wire_read(&slow, &r));
    ck_assert_int_eq(r.status, 408);
    ck_assert(wire_ends(&slow));
    wire_reply_clear(&r);
    wire_close(&slow);
    wire_close(&fresh);
    wire_app_stop(&a);
}
END_TEST

/* More than the kernel takes from the server and for the client. */
#define BIG (32u * 1024 * 1024)

static int big(hearth_ctx *c)
{
    char *p = calloc(1, BIG);

    if (p == NULL || hearth_defer(c, free, p) != 0)
        return HEARTH_ENOMEM;
    return hearth_blob_ref(c, 200, "application/octet-stream", p, BIG);
}

static int small(hearth_ctx *c)
{
    return hearth_text(c, 200, "ok");
}

START_TEST(then_who_does_not_take_the_answer)
{
    static const hearth_route routes[] = {HEARTH_GET("/", small, .run = HEARTH_INLINE),
                                          HEARTH_GET("/big", big, .run = HEARTH_INLINE),
                                          HEARTH_END};
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.log = {.level = HEARTH_LOG_OFF}});
    hearth_run_opts o = wire_opts();
    char text[65536];
    size_t have = 0;
    ssize_t n;
    wire stuck, fresh;

    o.max_connections = 1;
    o.write_ms = 6000; /* looked at every second */
    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    int port = wire_start(app, &o);

    stuck = wire_open(port);
    wire_send(&stuck, "GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
    ck_assert(wire_has(&stuck, "HTTP/1.1 200 OK\r\n"));
    fresh = open_until_served(2, port);
    while ((n = recv(stuck.fd, text, sizeof text, 0)) > 0)
        have += (size_t)n;
    ck_assert_uint_lt(have, BIG);
    wire_close(&stuck);
    wire_close(&fresh);
    wire_stop(app);
}
END_TEST

static gate source = GATE_INIT;

static atomic_bool hold;

/* More than the client takes at once; from when it is held, one more block, late. */
static ptrdiff_t much_then_wait(void *arg, char *buf, size_t max)
{
    bool *last = arg;

    if (*last)
        return 0;
    *last = atomic_load(&hold);
    if (*last)
        gate_pass(&source);
    memset(buf, 's', max);
    return (ptrdiff_t)max;
}

static int much(hearth_ctx *c)
{
    bool *last = HEARTH_NEW(c, bool);

    return last == NULL ? HEARTH_ENOMEM
                        : hearth_stream(c, 200, "text/plain", much_then_wait, last);
}

static bool source_waits(void)
{
    pthread_mutex_lock(&source.lock);
    bool entered = source.entered > 0;

    pthread_mutex_unlock(&source.lock);
    return entered;
}

/* He was slow before: now it is his source that is. */
START_TEST(who_waits_for_the_next_block_makes_no_room)
{
    static const hearth_route routes[] = {HEARTH_GET("/", small, .run = HEARTH_INLINE),
                                          HEARTH_GET("/much", much, .run = HEARTH_WORKER),
                                          HEARTH_END};
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.log = {.level = HEARTH_LOG_OFF}});
    hearth_run_opts o = wire_opts();
    wire_reply r = {0};
    wire reader, fresh;

    o.max_connections = 1;
    o.write_ms = 6000; /* looked at every second */
    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    int port = wire_start(app, &o);

    reader = wire_open(port);
    wire_send(&reader, "GET /much HTTP/1.1\r\nHost: x\r\n\r\n");
    (void)poll(NULL, 0,
               2500); /* long enough to be seen as slow; else this shows nothing */
    atomic_store(&hold, true);
    while (!source_waits()) {
        struct pollfd p = {.fd = reader.fd, .events = POLLIN};

        if (poll(&p, 1, 1) > 0)
            ck_assert(wire_more(&reader));
    }
    fresh = wire_open_from(2, port);
    ck_assert(wire_ask(&fresh, GET, &r));
    ck_assert_int_eq(r.status, 503);
    gate_open(&source);
    ck_assert_msg(wire_read(&reader, &r), "it was cut");
    wire_reply_clear(&r);
    wire_close(&reader);
    wire_close(&fresh);
    wire_stop(app);
}
END_TEST

static gate at_work = GATE_INIT;

static int work(hearth_ctx *c)
{
    gate_pass(&at_work);
    return hearth_text(c, 200, "done");
}

START_TEST(when_all_are_at_work_the_next_is_503)
{
    hearth_run_opts o = wire_opts();
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.log = {.level = HEARTH_LOG_OFF}});
    wire_reply r = {0};
    wire w[3], late;

    o.max_connections = 3;
    ck_assert_int_eq(hearth_mount(app, "",
                                  (const hearth_route[]){HEARTH_GET("/", work,
                                                                    .run = HEARTH_WORKER),
                                                         HEARTH_END}),
                     0);
    int port = wire_start(app, &o);

    for (int i = 0; i < 3; i++) {
        w[i] = wire_open(port);
        wire_send(&w[i], GET);
    }
    gate_await(&at_work, 3);
    late = wire_open(port);
    ck_assert_msg(wire_read(&late, &r), "it was closed without a word");
    ck_assert_int_eq(r.status, 503);
    ck_assert(r.close);
    ck_assert_ptr_nonnull(strstr(r.head, "\r\nRetry-After: 1\r\n"));
    ck_assert(wire_closed(&late));
    wire_close(&late);
    gate_open(&at_work);
    for (int i = 0; i < 3; i++) {
        ck_assert(wire_read(&w[i], &r));
        ck_assert_str_eq(r.body, "done");
    }
    /* They are idle now, or will be in a moment: there is room. */
    late = open_until_served(1, port);
    for (int i = 0; i < 3; i++)
        wire_close(&w[i]);
    wire_close(&late);
    wire_reply_clear(&r);
    wire_stop(app);
}
END_TEST

/* ---- what the log says ---------------------------------------------------------------- */

static struct {
    pthread_mutex_t lock;
    int lines;
    char text[400];
} said = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void keep(void *self, hearth_log_level level, hearth_str lines)
{
    (void)self;
    (void)level;
    if (strstr(lines.ptr, "closing new connections of") == NULL)
        return;
    pthread_mutex_lock(&said.lock);
    said.lines++;
    snprintf(said.text, sizeof said.text, "%s", lines.ptr);
    pthread_mutex_unlock(&said.lock);
}

START_TEST(the_log_names_the_address_but_not_every_time)
{
    static const hearth_log_ops ops = {.name = "keep", .write = keep};
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.log = {.ops = &ops}});
    hearth_run_opts o = wire_opts();
    wire_reply r = {0};

    o.max_per_address = 1;
    int port = wire_start(app, &o);
    wire w = wire_open_from(7, port);

    ck_assert(wire_ask(&w, GET, &r));
    for (int i = 0; i < 50; i++) {
        wire more = wire_open_from(7, port);

        ck_assert(wire_closed(&more));
        wire_close(&more);
    }
    wire_close(&w);
    wire_reply_clear(&r);
    wire_stop(app); /* the log is written */
    ck_assert_int_ge(said.lines, 1);
    ck_assert_int_lt(said.lines, 50);
    ck_assert_msg(strstr(said.text, "127.0.0.7") != NULL, "%s", said.text);
    ck_assert_msg(strstr(said.text, "max_per_address") != NULL, "%s", said.text);
}
END_TEST

/* clang-format off */
SUITE("wire/limits_address",
      LOOP(an_address_has_its_share_and_no_more, 0, 2)
      TEST(places_are_given_back_however_connections_end)
      TEST(without_a_limit_an_address_may_have_all)
      TEST(who_has_not_asked_yet_makes_room_oldest_first)
      TEST(then_who_is_idle_between_requests)
      TEST(who_has_his_share_drives_nobody_out)
      TEST(then_who_is_slow_with_a_body)
      TEST(then_who_does_not_take_the_answer)
      TEST(who_waits_for_the_next_block_makes_no_room)
      TEST(when_all_are_at_work_the_next_is_503)
      TEST(the_log_names_the_address_but_not_every_time))
