/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TEST_WIRE_H
#define HEARTH_TEST_WIRE_H

/*
 * Raw bytes to a server and its answers back, for tests of what no well-behaved client
 * would send. Everything that waits has a deadline, so that a server which hangs fails
 * the test instead of hanging it.
 *
 *     wire_start(app, NULL);                      a free port, one thread, patient
 * deadlines wire w = wire_open(hearth_app_port(app)); wire_send(&w, "GET /
 * HTTP/1.1\r\nHost: x\r\n\r\n"); ck_assert(wire_read(&w, &reply));
 *     ck_assert(wire_closed(&w));
 *     wire_close(&w);
 */

#include <check.h>
#include <hearth/app.h>
#include <stdlib.h>
#include <string.h>

typedef struct wire {
    int fd;
    char *in; /* received, not yet taken */
    size_t len, cap;
    bool ended; /* the peer has closed, or the connection was reset */
} wire;

typedef struct wire_reply {
    int status;       /* of the final answer; interim ones are counted */
    int interim;      /* how many 1xx came before it */
    char head[16384]; /* from the status line to the empty line, '\0'-terminated */
    char *body;       /* '\0'-terminated, until the next read or wire_reply_clear() */
    size_t body_len;
    bool close; /* it said Connection: close */
} wire_reply;

/* Never fails: a connection that cannot be made ends the test. */
wire wire_open(int port);
/* From 127.0.0.<last>: all of 127/8 is this machine. */
wire wire_open_from(int last, int port);
/* The same to what hearth_app_address() says. */
wire wire_open_at(const char *address);
void wire_close(wire *w);
/* Send a string, or bytes; what the peer no longer wants is dropped. */
void wire_send(wire *w, const char *text);
void wire_send_n(wire *w, const void *p, size_t n);
/* The same in pieces of 1 to `most` bytes; *seed changes, so that the next call cuts
 * elsewhere. */
void wire_send_pieces(wire *w, const void *p, size_t n, size_t most, unsigned *seed);
/* No more will be sent: the peer sees the end. */
void wire_shut(wire *w);
/* End with a reset instead of an orderly close. */
void wire_reset(wire *w);

/* The next answer; false when the connection ended first, or in time nothing came.  r
 * must be zeroed before the first use. */
bool wire_read(wire *w, wire_reply *r);
/* The same for the answer to HEAD, which has no body whatever its fields say. */
bool wire_read_head(wire *w, wire_reply *r);
void wire_reply_clear(wire_reply *r);
/* The first field of that name in r, copied into a buffer of r's kind; NULL when there is
 * none. */
const char *wire_field(const wire_reply *r, const char *name, char *value, size_t max);
/* Wait until the bytes that came and were not taken yet begin with this text. */
bool wire_has(wire *w, const char *text);
/* Receive some of what comes next, to be taken later; false at the end. */
bool wire_more(wire *w);
/* Did the peer close, without another byte? */
bool wire_closed(wire *w);
/* The same, whatever it sent before. */
bool wire_ends(wire *w);
/* One whole exchange: send, read one answer. */
bool wire_ask(wire *w, const char *request, wire_reply *r);

/* Run-time version of the HTTP/1.1 engine: 0x00094B for 0.9.75, 0x01000A for 1.0.10. */
unsigned long wire_engine_version(void);

/* A repeatable source of numbers: 0 to below n. */
unsigned wire_random(unsigned *seed, unsigned n);

/* Options that suit tests: one reactor, and deadlines so long that only a deliberate
 * close can be what a test sees. */
static inline hearth_run_opts wire_opts(void)
{
    return (hearth_run_opts){.host = "127.0.0.1",
                             .port = HEARTH_PORT_ANY,
                             .threads = 1,
                             .workers = 4,
                             .head_ms = 300000,
                             .idle_ms = 300000};
}

/* Answer to every host, unless the application names its own: most tests do not care. */
void wire_any_host(hearth_app *app);

/* Start on a free port, for any host; o NULL means wire_opts(). */
static inline int wire_start(hearth_app *app, const hearth_run_opts *o)
{
    hearth_run_opts plain = wire_opts();
    hearth_error err = {0};

    wire_any_host(app);
    if (hearth_app_start(app, o == NULL ? &plain : o, &err) != 0)
        ck_abort_msg("the server did not start: %s", err.text);
    return hearth_app_port(app);
}

/* Stop cleanly and free. */
static inline void wire_stop(hearth_app *app)
{
    ck_assert_int_eq(hearth_app_stop(app), 0);
    hearth_app_free(app);
}

#endif
