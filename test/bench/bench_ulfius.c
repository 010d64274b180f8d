/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * The same answers from Debian's ulfius, the C framework nearest to Hearth.  In its
 * default mode (a thread a connection), or with BENCH_EPOLL in one epoll thread.
 */
#include "workload.h"

#include <microhttpd.h>
#include <netinet/in.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <ulfius.h>
#include <unistd.h>

#define PORTS 20 /* tried */

static sqlite3 *db;

static int plaintext(const struct _u_request *q, struct _u_response *r, void *self)
{
    (void)q;
    (void)self;
    ulfius_set_string_body_response(r, 200, BENCH_TEXT);
    u_map_put(r->map_header, "Content-Type", "text/plain; charset=utf-8");
    return U_CALLBACK_CONTINUE;
}

static int json(const struct _u_request *q, struct _u_response *r, void *self)
{
    json_t *j = json_pack("{s:s}", "message", BENCH_TEXT);

    (void)q;
    (void)self;
    ulfius_set_json_body_response(r, 200, j);
    json_decref(j);
    return U_CALLBACK_CONTINUE;
}

static int two(const struct _u_request *q, struct _u_response *r, void *self)
{
    char text[256];

    (void)self;
    snprintf(text, sizeof text, "%lld %s\n",
             strtoll(u_map_get(q->map_url, "id"), NULL, 10),
             u_map_get(q->map_url, "name"));
    ulfius_set_string_body_response(r, 200, text);
    u_map_put(r->map_header, "Content-Type", "text/plain; charset=utf-8");
    return U_CALLBACK_CONTINUE;
}

static int post(const struct _u_request *q, struct _u_response *r, void *self)
{
    json_t *in = ulfius_get_json_body_request(q, NULL);
    json_t *out = json_pack("{s:i}", "members", (int)json_object_size(in));

    (void)self;
    ulfius_set_json_body_response(r, 200, out);
    json_decref(in);
    json_decref(out);
    return U_CALLBACK_CONTINUE;
}

/* Its handlers may run on many threads: a statement a request, on a connection that
 * SQLite locks. */
static int row(const struct _u_request *q, struct _u_response *r, void *self)
{
    sqlite3_stmt *s = NULL;
    json_t *j = NULL;

    (void)self;
    sqlite3_prepare_v2(db, "SELECT id, name, price FROM items WHERE id = ?", -1, &s,
                       NULL);
    sqlite3_bind_int64(s, 1, strtoll(u_map_get(q->map_url, "id"), NULL, 10));
    if (sqlite3_step(s) == SQLITE_ROW)
        j = json_pack("{s:I, s:s, s:f}", "id", (json_int_t)sqlite3_column_int64(s, 0),
                      "name", (const char *)sqlite3_column_text(s, 1), "price",
                      sqlite3_column_double(s, 2));
    sqlite3_finalize(s);
    ulfius_set_json_body_response(r, 200, j);
    json_decref(j);
    return U_CALLBACK_CONTINUE;
}

/* A port that is free now: another program may take it before ulfius does. */
static unsigned free_port(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    socklen_t len = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(fd, (struct sockaddr *)&a, len);
    getsockname(fd, (struct sockaddr *)&a, &len);
    close(fd);
    return ntohs(a.sin_port);
}

static void add_endpoints(struct _u_instance *u)
{
    ulfius_add_endpoint_by_val(u, "GET", NULL, "/plaintext", 0, plaintext, NULL);
    ulfius_add_endpoint_by_val(u, "GET", NULL, "/json", 0, json, NULL);
    ulfius_add_endpoint_by_val(u, "POST", NULL, "/post", 0, post, NULL);
    ulfius_add_endpoint_by_val(u, "GET", NULL, "/row/:id", 0, row, NULL);
    for (int i = 0; i < 50; i++) {
        char pattern[64];

        snprintf(pattern, sizeof pattern, "/r%d/:id/x/:name", i);
        ulfius_add_endpoint_by_val(u, "GET", NULL, pattern, 0, two, NULL);
    }
}

static int start(struct _u_instance *u)
{
    struct MHD_OptionItem ops[] = {
        {MHD_OPTION_CONNECTION_LIMIT, 10064, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, BENCH_POOL, NULL},
        {MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)ulfius_uri_logger, NULL},
        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)mhd_request_completed, NULL},
        {MHD_OPTION_END, 0, NULL},
    };

    return getenv("BENCH_EPOLL") == NULL
               ? ulfius_start_framework(u)
               : ulfius_start_framework_with_mhd_options(u, MHD_USE_EPOLL_INTERNAL_THREAD,
                                                         ops);
}

int main(int argc, char **argv)
{
    struct _u_instance u;
    sigset_t stop;
    int sig, rc = U_ERROR;
    unsigned port = 0;

    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    sigprocmask(SIG_BLOCK, &stop, NULL);
    if (argc > 1)
        sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_FULLMUTEX, NULL);
    for (int i = 0; rc != U_OK && i < PORTS; i++) {
        port = free_port();
        rc = ulfius_init_instance(&u, port, NULL, NULL);
        if (rc != U_OK)
            break;
        add_endpoints(&u);
        rc = start(&u);
        if (rc != U_OK)
            ulfius_clean_instance(&u);
    }
    if (rc != U_OK) {
        fprintf(stderr, "ulfius does not start: its error is %d\n", rc);
        return 1;
    }
    fprintf(stderr, "listening on http://127.0.0.1:%u\n", port);
    sigwait(&stop, &sig);
    ulfius_stop_framework(&u);
    ulfius_clean_instance(&u);
    return 0;
}
