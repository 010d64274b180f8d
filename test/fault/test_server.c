/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * A real server while memory runs out, libmicrohttpd's included where it is the private
 * one.  Which allocation is the n-th depends on threads, so only what must hold whichever
 * it was is asserted: a start succeeds or says why it did not, and a client gets the
 * answer, one 503, or a closed connection.
 */

#include "fault.h"
#include "suite.h"

#include <arpa/inet.h>
#include <hearth.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_MS 20000
#define MOST        400 /* allocations tried; a request has far fewer */

static int hello(hearth_ctx *c)
{
    return hearth_textf(c, 200, "hello %s", hearth_query(c, "who", "you"));
}

static int echo(hearth_ctx *c)
{
    return hearth_textf(c, 200, "%s", hearth_body(c).ptr);
}

static const hearth_route table[] = {
    HEARTH_GET("/inline", hello, .run = HEARTH_INLINE),
    HEARTH_GET("/worker", hello, .run = HEARTH_WORKER),
    HEARTH_POST("/inline", echo, .run = HEARTH_INLINE),
    HEARTH_POST("/worker", echo, .run = HEARTH_WORKER),
    HEARTH_END,
};

static void drop_lines(void *self, hearth_log_level level, hearth_str lines)
{
    (void)self;
    (void)level;
    (void)lines;
}

static const hearth_log_ops quiet = {.name = "quiet", .write = drop_lines};

static const hearth_run_opts options = {.host = "127.0.0.1",
                                        .port = HEARTH_PORT_ANY,
                                        .threads = 2,
                                        .workers = 2};

static hearth_app *make_app(void)
{
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.log = {.ops = &quiet}});

    ck_assert_ptr_nonnull(app);
    ck_assert_int_eq(hearth_mount(app, "", table), 0);
    return app;
}

/* ---- a client that needs no memory -------------------------------------------------- */

typedef struct reply {
    char text[2048];
    size_t len;
    bool whole; /* head and as much body as it announced */
} reply;

static int dial(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&to, sizeof to) == 0)
        return fd;
    close(fd);
    return -1;
}

static bool is_whole(const reply *r)
{
    const char *end = strstr(r->text, "\r\n\r\n");
    const char *length = strstr(r->text, "Content-Length: ");

    return end != NULL && length != NULL &&
           r->len == (size_t)(end + 4 - r->text) + strtoul(length + 16, NULL, 10);
}

/* Send, and receive until the answer is whole or the connection ends. */
static void ask(int fd, const char *request, reply *r)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};

    *r = (reply){.len = 0};
    (void)!send(fd, request, strlen(request), MSG_NOSIGNAL);
    while (!is_whole(r) && r->len < sizeof r->text - 1) {
        if (poll(&p, 1, PATIENCE_MS) <= 0) {
            r->len = 0;
            snprintf(r->text, sizeof r->text, "TIMEOUT");
            return;
        }
        ssize_t n = recv(fd, r->text + r->len, sizeof r->text - 1 - r->len, 0);

        if (n <= 0)
            break;
        r->len += (size_t)n;
        r->text[r->len] = '\0';
    }
    r->whole = is_whole(r);
}

static bool is_status(const reply *r, const char *status)
{
    return r->whole && strncmp(r->text, "HTTP/1.1 ", 9) == 0 &&
           strncmp(r->text + 9, status, 3) == 0;
}

static void check_well(int port)
{
    static const char *const requests[] = {
        "GET /inline?who=me HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /worker?who=me HTTP/1.1\r\nHost: localhost\r\n\r\n",
    };
    int fd = dial(port);
    reply r;

    ck_assert_int_ge(fd, 0);
    for (int i = 0; i < 2; i++) {
        ask(fd, requests[i], &r);
        ck_assert_msg(is_status(&r, "200"), "%s", r.text);
        ck_assert_ptr_nonnull(strstr(r.text, "\r\n\r\nhello me"));
    }
    close(fd);
}

/* ---- tests ------------------------------------------------------------------------ */

START_TEST(a_start_without_memory_says_so_and_may_be_tried_again)
{
    hearth_app *app = make_app();
    int refused = 0;

    for (long n = 0; n < MOST; n++) {
        hearth_error err = {0};

        fault_at(n);
        int rc = hearth_app_start(app, &options, &err);
        int stopped = rc == 0 ? hearth_app_stop(app) : 0;
        bool hit = fault_hit();

        ck_assert_int_eq(stopped, 0);
        if (rc != 0) {
            ck_assert(hit);
            ck_assert_str_ne(err.text, "");
            ck_assert_int_eq(hearth_app_port(app), 0);
            refused++;
        }
        if (!hit) {
            ck_assert_int_eq(rc, 0);
            break;
        }
    }
    ck_assert_int_gt(refused, 5);
    ck_assert_int_eq(hearth_app_start(app, &options, NULL), 0);
    check_well(hearth_app_port(app));
    ck_assert_int_eq(hearth_app_stop(app), 0);
    hearth_app_free(app);
}
END_TEST

static const struct {
    const char *request, *answer;
} requests[] = {
    {"GET /inline?who=a HTTP/1.1\r\nHost: localhost\r\n\r\n", "hello a"},
    {"GET /worker?who=a HTTP/1.1\r\nHost: localhost\r\n\r\n", "hello a"},
    {"POST /inline HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbody", "body"},
    {"POST /worker HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
     "4\r\nbody\r\n0\r\nX-T: 1\r\n\r\n",
     "body"},
};
#define REQUESTS (int)(sizeof requests / sizeof *requests)

START_TEST(a_request_without_memory_is_answered_refused_or_dropped)
{
    hearth_app *app = make_app();
    bool hit = true;
    int answered = 0;

    ck_assert_int_eq(hearth_app_start(app, &options, NULL), 0);
    int port = hearth_app_port(app);

    check_well(port);
    for (long n = 0; hit && n < MOST; n++) {
        reply r;

        fault_at(n);
        int fd = dial(port);

        ask(fd, requests[_i].request, &r);
        hit = fault_hit();
        close(fd);
        ck_assert_str_ne(r.text, "TIMEOUT");
        if (is_status(&r, "200")) {
            ck_assert_str_eq(strstr(r.text, "\r\n\r\n") + 4, requests[_i].answer);
            answered++;
        } else if (is_status(&r, "503")) {
            ck_assert(hit);
            ck_assert_ptr_nonnull(strstr(r.text, "Retry-After: 1\r\n"));
        } else {
            ck_assert(hit);
            ck_assert_msg(r.len == 0, "allocation %ld: half an answer: %s", n, r.text);
        }
        check_well(port);
    }
    ck_assert(!hit);
    ck_assert_int_gt(answered, 0);
    ck_assert_int_eq(hearth_app_stop(app), 0);
    hearth_app_free(app);
}
END_TEST

SUITE("fault/server",
      TEST(a_start_without_memory_says_so_and_may_be_tried_again)
          LOOP(a_request_without_memory_is_answered_refused_or_dropped, 0, REQUESTS))
