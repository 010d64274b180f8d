/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Compressed streams are as prompt as plain ones, other people's decoders read them, and a
 * 304 says nothing of a length.
 */

#include "decode.h"
#include "gate.h"
#include "suite.h"
#include "wire.h"

#include <hearth.h>
#include <stdio.h>
#include <sys/socket.h>

typedef struct source {
    gate *gate;
    int blocks;
} source;

#define LINES 200

/* One block of lines, then another when the gate is open. */
static ptrdiff_t next(void *arg, char *buf, size_t max)
{
    source *s = arg;
    size_t n = 0;

    if (s->blocks == 2)
        return 0;
    if (s->blocks == 1)
        gate_pass(s->gate);
    for (int i = 0; i < LINES; i++)
        n += (size_t)snprintf(buf + n, max - n, "block %d line %d\n", s->blocks, i);
    s->blocks++;
    return (ptrdiff_t)n;
}

static int streamed(hearth_ctx *c)
{
    source *s = HEARTH_NEW(c, source);

    if (s == NULL)
        return HEARTH_ENOMEM;
    s->gate = hearth_state(c);
    return hearth_stream(c, 200, "text/csv", next, s);
}

static int whole(hearth_ctx *c)
{
    char *p = hearth_alloc(c, 100001);

    if (p == NULL)
        return HEARTH_ENOMEM;
    for (int i = 0; i < 100000; i++)
        p[i] = (char)('a' + i / 10 % 26);
    return hearth_text(c, 200, p);
}

static hearth_app *start(gate *g, int *port)
{
    static const hearth_route routes[] = {
        HEARTH_GET("/s", streamed, .run = HEARTH_WORKER),
        HEARTH_GET("/whole", whole),
        HEARTH_END,
    };
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.state = g, .log = {.level = HEARTH_LOG_OFF}});

    ck_assert_int_eq(hearth_use(app, hearth_compress), 0);
    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    *port = wire_start(app, NULL);
    return app;
}

static const char *const codings[] = {"zstd", "br", "gzip"};

/* The bytes of the chunks that are there so far. */
static size_t unchunk(const char *p, size_t n, char *out)
{
    size_t len = 0;
    const char *end = p + n, *body = strstr(p, "\r\n\r\n");

    if (body == NULL)
        return 0;
    for (p = body + 4; p < end;) {
        char *rest;
        size_t size = strtoul(p, &rest, 16);

        if (rest + 2 + size > end || size == 0)
            break;
        memcpy(out + len, rest + 2, size);
        len += size;
        p = rest + 2 + size + 2;
    }
    return len;
}

START_TEST(a_compressed_block_can_be_read_before_there_is_another)
{
    gate g = GATE_INIT;
    static char in[100000], chunks[100000];
    char request[200];
    size_t len = 0;
    bool done = false;
    int port;
    hearth_app *app = start(&g, &port);
    wire c = wire_open(port);

    snprintf(request, sizeof request,
             "GET /s HTTP/1.1\r\nHost: x\r\nAccept-Encoding: %s\r\n\r\n", codings[_i]);
    wire_send(&c, request);
    gate_await(&g, 1);
    while (!done) {
        ssize_t n = recv(c.fd, in + len, sizeof in - 1 - len, 0);

        ck_assert_int_gt(n, 0);
        len += (size_t)n;
        in[len] = '\0';
        size_t have = unchunk(in, len, chunks);

        if (have == 0)
            continue;
        decoded d = decode(codings[_i], chunks, have);

        ck_assert(!d.whole);
        done = strstr(d.text, "block 0 line 199\n") != NULL;
        ck_assert_ptr_null(strstr(d.text, "block 1"));
        free(d.text);
    }
    gate_open(&g);
    while (memcmp(in + len - 5, "0\r\n\r\n", 5) != 0) {
        ssize_t n = recv(c.fd, in + len, sizeof in - 1 - len, 0);

        ck_assert_int_gt(n, 0);
        len += (size_t)n;
        in[len] = '\0';
    }
    decoded d = decode(codings[_i], chunks, unchunk(in, len, chunks));

    ck_assert(d.whole);
    ck_assert_ptr_nonnull(strstr(d.text, "block 1 line 199\n"));
    free(d.text);
    wire_close(&c);
    wire_stop(app);
}
END_TEST

/* What curl makes of it, byte for byte. */
START_TEST(curl_reads_it)
{
    static const char *const asks[] = {"--compressed",
                                       "-H 'Accept-Encoding: br' --compressed",
                                       "-H 'Accept-Encoding: gzip' --compressed",
                                       "-H 'Accept-Encoding: zstd' --compressed"};
    gate g = GATE_INIT;
    static char text[200001];
    char command[300];
    int port;
    hearth_app *app = start(&g, &port);

    gate_open(&g);
    snprintf(command, sizeof command,
             "curl -sS %s -w '%%{http_code}' http://127.0.0.1:%d/whole 2>&1", asks[_i],
             port);
    FILE *f = popen(command, "r");

    ck_assert_ptr_nonnull(f);
    size_t n = fread(text, 1, sizeof text - 1, f);

    text[n] = '\0';
    int rc = pclose(f);

    if (_i == 3 && rc != 0) /* a curl without zstd says so */
        ck_assert_msg(strstr(text, "encoding") != NULL, "%s", text);
    else {
        ck_assert_uint_eq(n, 100003);
        ck_assert_str_eq(text + 100000, "200");
        for (int i = 0; i < 100000; i++)
            ck_assert_int_eq(text[i], 'a' + i / 10 % 26);
    }
    wire_stop(app);
}
END_TEST

START_TEST(a_304_has_no_length)
{
    gate g = GATE_INIT;
    int port;
    hearth_app *app = start(&g, &port);
    wire c = wire_open(port);
    wire_reply r = {0};
    char value[64];

    for (int i = 0; i < 3; i++) {
        ck_assert(wire_ask(&c,
                           "GET /whole HTTP/1.1\r\nHost: x\r\nIf-None-Match: *\r\n\r\n",
                           &r));
        ck_assert_int_eq(r.status, 304);
        if (wire_engine_version() >= 0x010000) /* 0.9.x says 0 */
            ck_assert_ptr_null(wire_field(&r, "Content-Length", value, sizeof value));
        ck_assert_ptr_nonnull(wire_field(&r, "ETag", value, sizeof value));
    }
    wire_reply_clear(&r);
    wire_close(&c);
    wire_stop(app);
}
END_TEST

SUITE("wire/compress", LOOP(a_compressed_block_can_be_read_before_there_is_another, 0, 3)
                           LOOP(curl_reads_it, 0, 4) TEST(a_304_has_no_length))
