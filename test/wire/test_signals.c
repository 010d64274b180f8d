/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * hearth_app_run() in a process of its own, as main() has it: what SIGTERM and SIGINT do.
 */

#include "suite.h"
#include "wire.h"

#include <hearth.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* The server process and the pipes to it. */
typedef struct server {
    pid_t pid;
    int port;
    int say[2];  /* from the server: its log, then 'e' when the handler runs */
    int hear[2]; /* to the server: one byte lets the handler go on */
} server;

static int slow(hearth_ctx *c)
{
    const server *s = hearth_state(c);
    char byte = 'e';

    if (write(s->say[1], &byte, 1) != 1 || read(s->hear[0], &byte, 1) != 1)
        return 500;
    return hearth_text(c, 200, "done");
}

static void log_write(void *self, hearth_log_level level, hearth_str lines)
{
    const server *s = self;

    (void)level;
    (void)!write(s->say[1], lines.ptr, lines.len);
}

static void on_term(int number)
{
    (void)number;
}

static const hearth_log_ops log_ops = {.name = "pipe", .write = log_write};

/* The exit status says what hearth_app_run() returned: 0, or the code made positive; 99 when the
 * signal handler of before was not put back. */
static _Noreturn void serve(server *s, int drain_ms)
{
    const struct sigaction mine = {.sa_handler = on_term};
    struct sigaction after;
    hearth_app *app;
    int rc;

    sigaction(SIGTERM, &mine, NULL);
    app = hearth_app_new(&(hearth_app_opts){.state = s,
                                            .access_log_off = true,
                                            .log = {.ops = &log_ops, .self = s}});
    hearth_get(app, "/slow", slow);
    rc = hearth_app_run(app, &(hearth_run_opts){.host = "127.0.0.1",
                                                .port = HEARTH_PORT_ANY,
                                                .threads = 1,
                                                .drain_ms = drain_ms});
    sigaction(SIGTERM, NULL, &after);
    if (after.sa_handler != on_term)
        rc = -99;
    hearth_app_free(app);
    _exit(-rc);
}

static char hear_byte(const server *s)
{
    struct pollfd p = {.fd = s->say[0], .events = POLLIN};
    char byte;

    ck_assert_int_eq(poll(&p, 1, 30000), 1);
    ck_assert_int_eq(read(s->say[0], &byte, 1), 1);
    return byte;
}

/* Read the log up to and over this text. */
static void hear(const server *s, const char *text)
{
    for (size_t at = 0; text[at] != '\0';) {
        char byte = hear_byte(s);

        at = byte == text[at] ? at + 1 : byte == text[0];
    }
}

static server start(int drain_ms)
{
    server s = {0};

    ck_assert_int_eq(pipe(s.say), 0);
    ck_assert_int_eq(pipe(s.hear), 0);
    s.pid = fork();
    if (s.pid == 0)
        serve(&s, drain_ms);
    close(s.say[1]);
    hear(&s, "listening on http://127.0.0.1:");
    for (char byte; (byte = hear_byte(&s)) >= '0' && byte <= '9';)
        s.port = s.port * 10 + (byte - '0');
    ck_assert_int_gt(s.port, 0);
    return s;
}

/* Its end of the pipe closes when it ends; until then it may go on to log. */
static void await_end(const server *s)
{
    struct pollfd p = {.fd = s->say[0], .events = POLLIN};
    char lines[512];

    do {
        if (poll(&p, 1, 30000) != 1) {
            kill(s->pid, SIGKILL);
            ck_abort_msg("the process does not end");
        }
    } while (read(s->say[0], lines, sizeof lines) > 0);
}

static void check_exit(const server *s, int status)
{
    int got;

    await_end(s);

    ck_assert_int_eq(waitpid(s->pid, &got, 0), s->pid);
    ck_assert_msg(WIFEXITED(got), "ended by signal %d", WTERMSIG(got));
    ck_assert_int_eq(WEXITSTATUS(got), status);
}

static void await_refusal(const server *s)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)s->port)};
    bool refused;

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    do {
        int fd = socket(AF_INET, SOCK_STREAM, 0);

        refused = connect(fd, (const struct sockaddr *)&to, sizeof to) != 0;
        close(fd);
        sched_yield();
    } while (!refused);
}

START_TEST(a_signal_ends_run_with_success)
{
    server s = start(10000);
    wire_reply r = {0};
    wire w = wire_open(s.port);

    ck_assert(wire_ask(&w, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", &r));
    ck_assert_int_eq(r.status, 404);
    kill(s.pid, _i == 0 ? SIGTERM : SIGINT);
    ck_assert(wire_closed(&w));
    check_exit(&s, 0);
    wire_reply_clear(&r);
    wire_close(&w);
}
END_TEST

START_TEST(a_signal_lets_requests_in_flight_finish)
{
    server s = start(60000);
    wire_reply r = {0};
    wire w = wire_open(s.port);

    wire_send(&w, "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
    ck_assert_int_eq(hear_byte(&s), 'e');
    kill(s.pid, SIGTERM);
    await_refusal(&s);
    ck_assert_int_eq(write(s.hear[1], "", 1), 1);
    ck_assert_msg(wire_read(&w, &r), "the answer was lost");
    ck_assert_int_eq(r.status, 200);
    ck_assert_str_eq(r.body, "done");
    check_exit(&s, 0);
    wire_reply_clear(&r);
    wire_close(&w);
}
END_TEST

START_TEST(a_second_signal_ends_the_wait)
{
    server s = start(600000); /* far longer than a test may take */
    wire w = wire_open(s.port);

    wire_send(&w, "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
    ck_assert_int_eq(hear_byte(&s), 'e');
    kill(s.pid, SIGTERM);
    await_refusal(&s);
    kill(s.pid, _i == 0 ? SIGTERM : SIGINT);
    check_exit(&s, -HEARTH_ETIMEOUT); /* the handler still runs */
    ck_assert(wire_ends(&w));
    wire_close(&w);
}
END_TEST

START_TEST(a_signal_while_a_handler_is_stuck_ends_after_the_drain)
{
    server s = start(100);
    wire w = wire_open(s.port);

    wire_send(&w, "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
    ck_assert_int_eq(hear_byte(&s), 'e');
    kill(s.pid, SIGTERM);
    check_exit(&s, -HEARTH_ETIMEOUT);
    wire_close(&w);
}
END_TEST

START_TEST(clients_that_hang_up_do_not_kill_the_process)
{
    server s = start(10000);

    for (int i = 0; i < 50; i++) { /* an answer to nobody would raise SIGPIPE */
        wire w = wire_open(s.port);

        for (int k = 0; k < 20; k++)
            wire_send(&w, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        wire_reset(&w);
    }
    kill(s.pid, SIGTERM);
    check_exit(&s, 0);
}
END_TEST

SUITE("wire/signals", LOOP(a_signal_ends_run_with_success, 0,
                           2) TEST(a_signal_lets_requests_in_flight_finish)
                          LOOP(a_second_signal_ends_the_wait, 0, 2)
                              TEST(a_signal_while_a_handler_is_stuck_ends_after_the_drain)
                                  TEST(clients_that_hang_up_do_not_kill_the_process))
