/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The test client's connection against a server that says exactly what it is told to say.
 */

#include "boot/client_wire.h"
#include "core/str.h"
#include "suite.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Says script to every request; closes after it, or when the client does. */
typedef struct server {
    int fd, port;
    const char *script;
    bool close;
    char heard[4096]; /* the last request up to the end of its head */
    pthread_t thread;
} server;

/* False at the end of the stream. */
static bool hear_head(server *s, int fd)
{
    size_t n = 0;

    do {
        if (n + 1 == sizeof s->heard || read(fd, s->heard + n, 1) != 1)
            return false;
        s->heard[++n] = '\0';
    } while (n < 4 || memcmp(s->heard + n - 4, "\r\n\r\n", 4) != 0);
    return true;
}

static void *serve(void *arg)
{
    server *s = arg;

    for (;;) {
        int fd = accept(s->fd, NULL, NULL);

        if (fd < 0)
            return NULL;
        while (hear_head(s, fd)) {
            if (send(fd, s->script, strlen(s->script), MSG_NOSIGNAL) < 0 || s->close)
                break;
        }
        close(fd);
    }
}

static void start(server *s, const char *script, bool close_after)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t len = sizeof at;

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    *s = (server){.fd = socket(AF_INET, SOCK_STREAM, 0),
                  .script = script,
                  .close = close_after};
    ck_assert_int_eq(bind(s->fd, (const struct sockaddr *)&at, sizeof at), 0);
    ck_assert_int_eq(listen(s->fd, 8), 0);
    ck_assert_int_eq(getsockname(s->fd, (struct sockaddr *)&at, &len), 0);
    s->port = ntohs(at.sin_port);
    ck_assert_int_eq(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void stop(server *s)
{
    shutdown(s->fd, SHUT_RDWR);
    pthread_join(s->thread, NULL);
    close(s->fd);
}

static int call(hearth__client_wire *w, hearth__arena *a, const char *method,
                hearth__loop_answer *out)
{
    const hearth__loop_call c = {.method = hearth__str_of(method),
                                 .target = HEARTH__S("/"),
                                 .body = {"", 0}};

    return hearth__client_wire_call(w, a, &c, out);
}

#define OK "HTTP/1.1 200 OK\r\n"

static const struct {
    const char *script;
    bool close;
    int status; /* 0: the call fails */
    const char *body;
} answers[] = {
    {OK "Content-Length: 5\r\n\r\nhello", false, 200, "hello"},
    {OK "content-length:5\r\n\r\nhello", false, 200, "hello"},
    {OK "Content-Length: 0\r\n\r\n", false, 200, ""},
    {"HTTP/1.1 204 No Content\r\n\r\n", false, 204, ""},
    {"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", false, 304, ""},
    {"HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", false, 200, ""},
    {OK "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;a=b\r\nllo\r\n0\r\n\r\n", false,
     200, "hello"},
    {OK "Transfer-Encoding: Chunked\r\n\r\nA\r\n0123456789\r\n0\r\nX: y\r\n\r\n", false,
     200, "0123456789"},
    {OK "\r\nhello", true, 200, "hello"},
    {OK "Connection: close\r\nContent-Length: 2\r\n\r\nhi", true, 200, "hi"},
    {"HTTP/1.1 100 Continue\r\n\r\n" OK "Content-Length: 2\r\n\r\nhi", false, 200, "hi"},
    {"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" OK "Content-Length: 2\r\n\r\nhi",
     false, 200, "hi"},
    /* faults of a server that a lenient client would not notice */
    {OK "Content-Length: 5\r\n\r\nhell", true, 0, "within the body"},
    {OK "Transfer-Encoding: chunked\r\n\r\n5\r\nhell", true, 0, "within the body"},
    {OK "Transfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n", true, 0,
     "longer than it said"},
    {OK "Transfer-Encoding: chunked\r\n\r\nx\r\n", true, 0, "size of a chunk"},
    {OK "Transfer-Encoding: chunked\r\n\r\n\r\n", true, 0, "size of a chunk"},
    {OK "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", true, 0,
     "size of a chunk"},
    {OK "Transfer-Encoding: gzip\r\n\r\n", true, 0, "coding"},
    {OK "Content-Length: x\r\n\r\n", true, 0, "Content-Length"},
    {OK "Content-Length: -1\r\n\r\n", true, 0, "Content-Length"},
    {OK "No colon\r\n\r\n", true, 0, "field"},
    {OK "Two words: x\r\n\r\n", true, 0, "field"},
    {OK "Content-Length: 0\n\r\n", true, 0, "CRLF"},
    {OK "Content-Le", true, 0, "within the head"},
    {"HTTP/1.0 200 OK\r\n\r\n", true, 0, "status line"},
    {"HTTP/1.1 2000 OK\r\n\r\n", true, 0, "status line"},
    {"HTTP/1.1 abc OK\r\n\r\n", true, 0, "status line"},
    {"nonsense\r\n\r\n", true, 0, "status line"},
    {"", true, 0, "without an answer"},
};
#define NANSWERS ((int)(sizeof answers / sizeof answers[0]))

START_TEST(answers_are_read_strictly)
{
    hearth__client_wire w;
    hearth__loop_answer got;
    hearth__arena a;
    server s;

    hearth__arena_init(&a, 0);
    start(&s, answers[_i].script, answers[_i].close);
    hearth__client_wire_init(&w, s.port);
    for (int round = 0; round < 2; round++) { /* kept, or connected anew */
        int rc = call(&w, &a, "GET", &got);

        if (answers[_i].status == 0) {
            ck_assert_int_eq(rc, HEARTH_EIO);
            ck_assert_msg(strstr(w.why, answers[_i].body) != NULL, "%s", w.why);
        } else {
            ck_assert_msg(rc == 0, "%s", w.why);
            ck_assert_int_eq(got.status, answers[_i].status);
            ck_assert_str_eq(got.body.ptr, answers[_i].body);
        }
    }
    hearth__client_wire_close(&w);
    stop(&s);
    hearth__arena_clear(&a);
}
END_TEST

START_TEST(head_has_no_body_whatever_its_fields_say)
{
    hearth__client_wire w;
    hearth__loop_answer got;
    hearth__arena a;
    server s;

    hearth__arena_init(&a, 0);
    start(&s,
          _i == 0 ? OK "Content-Length: 5\r\n\r\n"
                  : OK "Transfer-Encoding: chunked\r\n\r\n",
          false);
    hearth__client_wire_init(&w, s.port);
    for (int round = 0; round < 3; round++) {
        ck_assert_int_eq(call(&w, &a, "HEAD", &got), 0);
        ck_assert_uint_eq(got.body.len, 0);
    }
    hearth__client_wire_close(&w);
    stop(&s);
    hearth__arena_clear(&a);
}
END_TEST

START_TEST(bytes_behind_an_answer_are_an_error)
{
    hearth__client_wire w;
    hearth__loop_answer got;
    hearth__arena a;
    server s;

    hearth__arena_init(&a, 0);
    start(&s, OK "Content-Length: 2\r\n\r\nhithere", false);
    hearth__client_wire_init(&w, s.port);
    ck_assert_int_eq(call(&w, &a, "GET", &got), 0);
    ck_assert_str_eq(got.body.ptr, "hi");
    ck_assert_int_eq(call(&w, &a, "GET", &got), HEARTH_EIO);
    ck_assert_msg(strstr(w.why, "after its last answer") != NULL, "%s", w.why);
    ck_assert_int_eq(call(&w, &a, "GET", &got), 0); /* on a new connection */
    hearth__client_wire_close(&w);
    stop(&s);
    hearth__arena_clear(&a);
}
END_TEST

START_TEST(a_server_that_is_not_there_is_an_error)
{
    hearth__client_wire w;
    hearth__loop_answer got;
    hearth__arena a;
    server s;

    hearth__arena_init(&a, 0);
    start(&s, "", true);
    hearth__client_wire_init(&w, s.port);
    stop(&s);
    ck_assert_int_eq(call(&w, &a, "GET", &got), HEARTH_EIO);
    ck_assert_msg(strstr(w.why, "reached") != NULL, "%s", w.why);
    hearth__client_wire_close(&w);
    hearth__client_wire_close(&w);
    hearth__arena_clear(&a);
}
END_TEST

SUITE("boot/client_wire", LOOP(answers_are_read_strictly, 0, NANSWERS)
                              LOOP(head_has_no_body_whatever_its_fields_say, 0, 2)
                                  TEST(bytes_behind_an_answer_are_an_error)
                                      TEST(a_server_that_is_not_there_is_an_error))
