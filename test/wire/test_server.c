/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Starting and stopping in the background of a host program.
 */

#include "gate.h"
#include "suite.h"
#include "wire.h"

#include <hearth.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static int name(hearth_ctx *c)
{
    return hearth_text(c, 200, hearth_state(c));
}

static int slow(hearth_ctx *c)
{
    gate_pass(hearth_state(c));
    return hearth_text(c, 200, "done");
}

static int peer(hearth_ctx *c)
{
    return hearth_text(c, 200, hearth_peer(c));
}

static hearth_app *quiet_app(const void *state)
{
    static const hearth_route routes[] = {
        HEARTH_GET("/", name),
        HEARTH_GET("/slow", slow, .run = HEARTH_WORKER),
        HEARTH_GET("/peer", peer),
        HEARTH_END,
    };
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.state = (void *)(uintptr_t)state,
                                          .log = {.level = HEARTH_LOG_OFF}});

    ck_assert_ptr_nonnull(app);
    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    return app;
}

static void check_says(int port, const char *target, const char *body)
{
    char request[128];
    wire_reply r = {0};
    wire w = wire_open(port);

    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n",
             target);
    ck_assert(wire_ask(&w, request, &r));
    ck_assert_int_eq(r.status, 200);
    ck_assert_str_eq(r.body, body);
    wire_reply_clear(&r);
    wire_close(&w);
}

static bool is_refused(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bool refused = connect(fd, (const struct sockaddr *)&to, sizeof to) != 0;

    close(fd);
    return refused;
}

START_TEST(the_port_is_known_while_the_application_runs)
{
    hearth_app *app = quiet_app("a");

    ck_assert_int_eq(hearth_app_port(app), 0);
    wire_start(app, NULL);
    ck_assert_int_gt(hearth_app_port(app), 0);
    ck_assert_int_le(hearth_app_port(app), 65535);
    check_says(hearth_app_port(app), "/", "a");
    ck_assert_int_eq(hearth_app_stop(app), 0);
    ck_assert_int_eq(hearth_app_port(app), 0);
    hearth_app_free(app);
}
END_TEST

START_TEST(an_answer_has_one_date_also_when_it_closes)
{
    static const char *const requests[] = {
        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
    };
    hearth_app *app = quiet_app("a");
    wire_reply r = {0};

    wire_start(app, NULL);
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        wire w = wire_open(hearth_app_port(app));

        ck_assert(wire_ask(&w, requests[i], &r));
        const char *date = strstr(r.head, "\r\nDate: ");

        ck_assert_msg(date != NULL && strstr(date + 2, "\r\nDate: ") == NULL, "%s",
                      r.head);
        wire_close(&w);
    }
    wire_reply_clear(&r);
    wire_stop(app);
}
END_TEST

START_TEST(several_applications_run_at_once)
{
    static char names[][2] = {"a", "b", "c", "d"};
    hearth_app *app[4];

    for (int i = 0; i < 4; i++) {
        app[i] = quiet_app(names[i]);
        wire_start(app[i], NULL);
    }
    for (int i = 3; i >= 0; i--)
        check_says(hearth_app_port(app[i]), "/", names[i]);
    wire_stop(app[1]);
    check_says(hearth_app_port(app[2]), "/", "c");
    wire_stop(app[0]);
    wire_stop(app[3]);
    check_says(hearth_app_port(app[2]), "/", "c");
    wire_stop(app[2]);
}
END_TEST

START_TEST(a_stopped_application_may_be_started_again)
{
    hearth_app *app = quiet_app("a");

    for (int i = 0; i < 5; i++) {
        int port = wire_start(app, NULL);

        check_says(port, "/", "a");
        ck_assert_int_eq(hearth_app_stop(app), 0);
        ck_assert(is_refused(port));
    }
    hearth_app_free(app);
}
END_TEST

START_TEST(stopping_what_does_not_run_is_fine)
{
    hearth_app *app = quiet_app("a");

    ck_assert_int_eq(hearth_app_stop(app), 0);
    wire_start(app, NULL);
    ck_assert_int_eq(hearth_app_stop(app), 0);
    ck_assert_int_eq(hearth_app_stop(app), 0);
    hearth_app_free(app);
    hearth_app_free(NULL);
}
END_TEST

START_TEST(freeing_a_running_application_stops_it)
{
    hearth_app *app = quiet_app("a");
    int port = wire_start(app, NULL);
    wire w = wire_open(port);
    wire_reply r = {0};

    ck_assert(wire_ask(&w, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", &r));
    hearth_app_free(app);
    ck_assert(wire_closed(&w));
    ck_assert(is_refused(port));
    wire_reply_clear(&r);
    wire_close(&w);
}
END_TEST

START_TEST(starting_twice_is_a_state_error)
{
    hearth_app *app = quiet_app("a");
    hearth_run_opts o = wire_opts();
    hearth_error err = {0};
    int port = wire_start(app, NULL);

    ck_assert_int_eq(hearth_app_start(app, &o, &err), HEARTH_ESTATE);
    ck_assert_int_eq(err.code, HEARTH_ESTATE);
    ck_assert_str_ne(err.text, "");
    ck_assert_int_eq(hearth_app_start(app, &o, NULL), HEARTH_ESTATE);
    check_says(port, "/", "a");
    wire_stop(app);
}
END_TEST

START_TEST(set_up_after_the_start_is_a_state_error)
{
    static const hearth_route routes[] = {HEARTH_GET("/late", name), HEARTH_END};
    hearth_app *app = quiet_app("a");

    wire_start(app, NULL);
    ck_assert_int_eq(hearth_get(app, "/late", name), HEARTH_ESTATE);
    ck_assert_int_eq(hearth_mount(app, "/x", routes), HEARTH_ESTATE);
    ck_assert_int_eq(hearth_use(app, name), HEARTH_ESTATE);
    ck_assert_int_eq(hearth_use_at(app, "/x", name), HEARTH_ESTATE);
    ck_assert_int_eq(hearth_fallback(app, name), HEARTH_ESTATE);
    ck_assert_int_eq(hearth_on_error(app, NULL), HEARTH_ESTATE);
    check_says(hearth_app_port(app), "/", "a");
    wire_stop(app);
}
END_TEST

START_TEST(a_failed_set_up_call_refuses_the_start_with_its_sentence)
{
    hearth_app *app = quiet_app("a");
    hearth_run_opts o = wire_opts();
    hearth_error err = {0};

    ck_assert_int_ne(hearth_get(app, "no-slash", name), 0);
    ck_assert_int_ne(hearth_use(app, NULL), 0);
    ck_assert_int_eq(hearth_app_start(app, &o, &err), HEARTH_EINVAL);
    ck_assert_msg(strstr(err.text, "no-slash") != NULL, "%s", err.text);
    ck_assert_int_eq(hearth_app_port(app), 0);
    hearth_app_free(app);
}
END_TEST

START_TEST(an_address_in_use_is_said_so)
{
    hearth_app *first = quiet_app("a"), *second = quiet_app("b");
    hearth_run_opts o = wire_opts();
    hearth_error err = {0};
    char address[32];

    o.port = wire_start(first, NULL);
    ck_assert_int_eq(hearth_app_start(second, &o, &err), HEARTH_EUNAVAILABLE);
    snprintf(address, sizeof address, "127.0.0.1:%d", o.port);
    ck_assert_msg(strstr(err.text, address) != NULL, "%s", err.text);
    ck_assert_msg(strstr(err.text, "in use") != NULL, "%s", err.text);
    ck_assert_int_eq(hearth_app_port(second), 0);
    check_says(o.port, "/", "a");
    wire_stop(first);
    /* When it is free the same application starts there after all. */
    ck_assert_int_eq(hearth_app_start(second, &o, &err), 0);
    check_says(o.port, "/", "b");
    wire_stop(second);
}
END_TEST

START_TEST(an_address_of_another_machine_is_unavailable)
{
    hearth_app *app = quiet_app("a");
    hearth_run_opts o = wire_opts();
    hearth_error err = {0};

    o.host = "192.0.2.1"; /* RFC 5737: nobody's */
    wire_any_host(app);
    ck_assert_int_eq(hearth_app_start(app, &o, &err), HEARTH_EUNAVAILABLE);
    ck_assert_msg(strstr(err.text, "192.0.2.1") != NULL, "%s", err.text);
    hearth_app_free(app);
}
END_TEST

START_TEST(outside_loopback_an_application_must_know_its_hosts)
{
    hearth_app *app = quiet_app("a");
    hearth_run_opts o = wire_opts();
    hearth_error err = {0};

    o.host = "0.0.0.0";
    ck_assert_int_eq(hearth_app_start(app, &o, &err), HEARTH_EINVAL);
    ck_assert_msg(strstr(err.text, " can be reached from other machines") != NULL, "%s",
                  err.text);
    ck_assert_msg(strstr(err.text, "HEARTH_HOSTS") != NULL, "%s", err.text);
    ck_assert_int_eq(setenv("HEARTH_HOSTS", " example.org, ,localhost", 1), 0);
    ck_assert_msg(hearth_app_start(app, &o, &err) == 0, "%s", err.text);
    check_says(hearth_app_port(app), "/", "a");
    unsetenv("HEARTH_HOSTS");
    wire_stop(app);
}
END_TEST

static const struct {
    const char *name;
    hearth_run_opts o;
} odd[] = {
    {"port", {.port = 65536}},
    {"port", {.port = -2}},
    {"threads", {.threads = -1}},
    {"workers", {.workers = -1}},
    {"worker_queue", {.worker_queue = -1}},
    {"max_connections", {.max_connections = -1}},
    {"pool_bytes", {.pool_bytes = 8191}},
    {"pool_bytes", {.pool_bytes = 32769}},
    {"head_ms", {.head_ms = -1}},
    {"idle_ms", {.idle_ms = -1}},
    {"handler_ms", {.handler_ms = -1}},
    {"drain_ms", {.drain_ms = -1}},
    {"max_per_address", {.max_per_address = -2}},
    {"body_rate", {.body_rate = -1}},
    {"body_grace_ms", {.body_grace_ms = -1}},
    {"write_ms", {.write_ms = -1}},
};

START_TEST(an_option_out_of_range_is_named)
{
    hearth_app *app = quiet_app("a");
    hearth_run_opts o = odd[_i].o;
    hearth_error err = {0};

    if (o.port == 0)
        o.port = HEARTH_PORT_ANY;
    ck_assert_int_eq(hearth_app_start(app, &o, &err), HEARTH_EINVAL);
    ck_assert_msg(strstr(err.text, odd[_i].name) != NULL, "%s", err.text);
    hearth_app_free(app);
}
END_TEST

START_TEST(an_application_that_is_null_does_not_start)
{
    hearth_error err = {0};

    ck_assert_int_eq(hearth_app_start(NULL, NULL, &err), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_app_run(NULL, NULL), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_app_stop(NULL), 0);
}
END_TEST

/* ---- where it listens ----------------------------------------------------------------- */

START_TEST(debug_refuses_to_listen_outside_loopback)
{
    static const char *const hosts[] = {"0.0.0.0", "::"};
    hearth_app *app = hearth_app_new(
        &(hearth_app_opts){.debug = true, .log = {.level = HEARTH_LOG_OFF}});
    hearth_run_opts o = wire_opts();
    hearth_error err = {0};

    o.host = hosts[_i];
    int rc = hearth_app_start(app, &o, &err);

    if (_i == 1 && rc == HEARTH_EUNAVAILABLE) {
        fprintf(stderr, "not tested, this machine has no IPv6: %s\n", err.text);
        hearth_app_free(app);
        return;
    }
    ck_assert_int_eq(rc, HEARTH_EINVAL);
    ck_assert_msg(strstr(err.text, "debug") != NULL, "%s", err.text);
    o.host = "127.0.0.1";
    ck_assert_int_eq(hearth_app_start(app, &o, &err), 0);
    wire_stop(app);
}
END_TEST

START_TEST(the_environment_says_where_when_the_options_do_not)
{
    hearth_app *app = quiet_app("a");
    hearth_error err = {0};

    setenv("HEARTH_HOST", "localhost", 1);
    setenv("HEARTH_PORT", "0", 1);
    ck_assert_int_eq(hearth_app_start(app, NULL, &err), 0);
    ck_assert_int_gt(hearth_app_port(app), 0);
    ck_assert_int_eq(hearth_app_stop(app), 0);
    setenv("HEARTH_PORT", "http", 1);
    ck_assert_int_eq(hearth_app_start(app, NULL, &err), HEARTH_EINVAL);
    ck_assert_msg(strstr(err.text, "HEARTH_PORT") != NULL, "%s", err.text);
    /* What the program says beats what the environment says. */
    hearth_run_opts o = wire_opts();

    setenv("HEARTH_HOST", "192.0.2.1", 1);
    ck_assert_int_eq(hearth_app_start(app, &o, &err), 0);
    wire_stop(app);
}
END_TEST

START_TEST(the_client_has_an_address)
{
    hearth_app *app = quiet_app("a");

    wire_start(app, NULL);
    check_says(hearth_app_port(app), "/peer", "127.0.0.1");
    wire_stop(app);
}
END_TEST

/* ---- stopping -------------------------------------------------------------------------- */

typedef struct stopper {
    hearth_app *app;
    int rc;
} stopper;

static void *stop_it(void *arg)
{
    stopper *s = arg;

    s->rc = hearth_app_stop(s->app);
    return NULL;
}

START_TEST(stop_lets_a_handler_finish_and_its_answer_arrive)
{
    gate g = GATE_INIT;
    hearth_app *app = quiet_app(&g);
    int port = wire_start(app, NULL);
    stopper s = {app, -1};
    wire_reply r = {0};
    pthread_t thread;
    wire w = wire_open(port);

    wire_send(&w, "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
    gate_await(&g, 1);
    ck_assert_int_eq(pthread_create(&thread, NULL, stop_it, &s), 0);
    while (!is_refused(port)) /* until the stop has begun */
        sched_yield();
    gate_open(&g);
    ck_assert_msg(wire_read(&w, &r), "the answer was lost");
    ck_assert_int_eq(r.status, 200);
    ck_assert_str_eq(r.body, "done");
    ck_assert(r.close);
    ck_assert(wire_closed(&w));
    pthread_join(thread, NULL);
    ck_assert_int_eq(s.rc, 0);
    wire_reply_clear(&r);
    wire_close(&w);
    hearth_app_free(app);
}
END_TEST

/* It cannot be ended and must not be freed: the process keeps it until it ends. */
static hearth_app *never_freed;
static gate never_opened = GATE_INIT;

START_TEST(a_handler_that_never_returns_makes_stop_say_so)
{
    hearth_run_opts o = wire_opts();
    hearth_error err = {0};
    int port;

    o.drain_ms = 100;
    never_freed = quiet_app(&never_opened);
    port = wire_start(never_freed, &o);
    wire w = wire_open(port);

    wire_send(&w, "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
    gate_await(&never_opened, 1);
    ck_assert_int_eq(hearth_app_stop(never_freed), HEARTH_ETIMEOUT);
    ck_assert(wire_ends(&w));
    ck_assert(is_refused(port));
    ck_assert_int_eq(hearth_app_stop(never_freed), HEARTH_ETIMEOUT);
    ck_assert_int_eq(hearth_app_start(never_freed, &o, &err), HEARTH_ESTATE);
    hearth_app_free(never_freed); /* leaves it in memory */
    /* The handler may still use everything. */
    gate_open(&never_opened);
    gate_await_passed(&never_opened, 1);
    wire_close(&w);
}
END_TEST

START_TEST(start_and_stop_leave_signals_alone)
{
    static const int numbers[] = {SIGTERM, SIGINT, SIGPIPE, SIGHUP, SIGCHLD};
    struct sigaction before[5], after;
    hearth_app *app = quiet_app("a");

    for (int i = 0; i < 5; i++)
        sigaction(numbers[i], NULL, &before[i]);
    for (int round = 0; round < 2; round++) {
        wire_start(app, NULL);
        for (int i = 0; i < 5; i++) {
            sigaction(numbers[i], NULL, &after);
            ck_assert(after.sa_handler == before[i].sa_handler);
        }
        ck_assert_int_eq(hearth_app_stop(app), 0);
    }
    for (int i = 0; i < 5; i++) {
        sigaction(numbers[i], NULL, &after);
        ck_assert(after.sa_handler == before[i].sa_handler);
    }
    hearth_app_free(app);
}
END_TEST

SUITE(
    "wire/server",
    TEST(an_answer_has_one_date_also_when_it_closes) TEST(
        the_port_is_known_while_the_application_runs)
        TEST(several_applications_run_at_once) TEST(
            a_stopped_application_may_be_started_again)
            TEST(stopping_what_does_not_run_is_fine) TEST(
                freeing_a_running_application_stops_it)
                TEST(starting_twice_is_a_state_error) TEST(
                    set_up_after_the_start_is_a_state_error)
                    TEST(a_failed_set_up_call_refuses_the_start_with_its_sentence) TEST(
                        an_address_in_use_is_said_so)
                        TEST(an_address_of_another_machine_is_unavailable) TEST(
                            outside_loopback_an_application_must_know_its_hosts)
                            LOOP(an_option_out_of_range_is_named, 0,
                                 12) TEST(an_application_that_is_null_does_not_start)
                                LOOP(debug_refuses_to_listen_outside_loopback, 0, 2) TEST(
                                    the_environment_says_where_when_the_options_do_not)
                                    TEST(the_client_has_an_address) TEST(
                                        stop_lets_a_handler_finish_and_its_answer_arrive)
                                        TEST(
                                            a_handler_that_never_returns_makes_stop_say_so)
                                            TEST(start_and_stop_leave_signals_alone))
