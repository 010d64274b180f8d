/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * The same answers from libmicrohttpd alone, written as one would by hand: a response a
 * request, the same header fields, the same options, its own epoll thread.  No routing,
 * no checks.
 */
#include "workload.h"

#include <jansson.h>
#include <microhttpd.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct MHD_Response *shared; /* BENCH_SHARED: one response for all requests */
static sqlite3_stmt *select_row;

typedef struct request {
    char body[4096];
    size_t len;
} request;

/* What Hearth tells browsers with every answer of these kinds. */
static void add_guards(struct MHD_Response *r)
{
    MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
}

static enum MHD_Result answer(struct MHD_Connection *c, const char *type,
                              const char *text, size_t len,
                              enum MHD_ResponseMemoryMode mode)
{
    struct MHD_Response *r =
        MHD_create_response_from_buffer(len, (void *)(uintptr_t)text, mode);

    MHD_add_response_header(r, "Content-Type", type);
    add_guards(r);
    enum MHD_Result ok = MHD_queue_response(c, 200, r);
    MHD_destroy_response(r);
    return ok;
}

static enum MHD_Result answer_json(struct MHD_Connection *c, json_t *j)
{
    char *text = json_dumps(j, JSON_COMPACT);

    json_decref(j);
    return answer(c, "application/json", text, strlen(text), MHD_RESPMEM_MUST_FREE);
}

static enum MHD_Result answer_row(struct MHD_Connection *c, const char *url)
{
    json_t *j = NULL;

    sqlite3_bind_int64(select_row, 1, strtoll(url + 5, NULL, 10));
    if (sqlite3_step(select_row) == SQLITE_ROW)
        j = json_pack("{s:I, s:s, s:f}", "id",
                      (json_int_t)sqlite3_column_int64(select_row, 0), "name",
                      (const char *)sqlite3_column_text(select_row, 1), "price",
                      sqlite3_column_double(select_row, 2));
    sqlite3_reset(select_row);
    return answer_json(c, j);
}

/* The least that is asked of a model: texts of at most 20 bytes. */
static bool are_short(json_t *object)
{
    const char *name;
    json_t *value;

    json_object_foreach(object, name,
                        value) if (!json_is_string(value) ||
                                   json_string_length(value) > 20) return false;
    return true;
}

static enum MHD_Result on_request(void *self, struct MHD_Connection *c, const char *url,
                                  const char *method, const char *version,
                                  const char *data, size_t *size, void **state)
{
    static request none; /* of those without a body */
    request *q = *state;

    (void)self;
    (void)version;
    if (q == NULL) {
        if (strcmp(method, "POST") == 0) {
            q = calloc(1, sizeof *q);
            *state = q;
        } else {
            *state = &none;
        }
        return MHD_YES;
    }
    if (*size > 0) {
        memcpy(q->body + q->len, data, *size); /* the bench sends 1 KB */
        q->len += *size;
        *size = 0;
        return MHD_YES;
    }
    if (strcmp(url, "/plaintext") == 0 && shared != NULL)
        return MHD_queue_response(c, 200, shared);
    if (strcmp(url, "/plaintext") == 0 || strncmp(url, "/p25/", 5) == 0)
        return answer(c, "text/plain; charset=utf-8", BENCH_TEXT, strlen(BENCH_TEXT),
                      MHD_RESPMEM_PERSISTENT);
    if (strcmp(url, "/json") == 0)
        return answer_json(c, json_pack("{s:s}", "message", BENCH_TEXT));
    if (strncmp(url, "/row/", 5) == 0)
        return answer_row(c, url);
    if (strncmp(url, "/r25/", 5) == 0) {
        char text[256], *rest;
        long long id = strtoll(url + 5, &rest, 10);
        int n = snprintf(text, sizeof text, "%lld %s\n", id, rest + 3);

        return answer(c, "text/plain; charset=utf-8", text, (size_t)n,
                      MHD_RESPMEM_MUST_COPY);
    }
    if (strcmp(url, "/post") == 0 || strcmp(url, "/model") == 0) {
        json_t *in = json_loadb(q->body, q->len, JSON_REJECT_DUPLICATES, NULL);
        json_t *out = json_pack("{s:i}", "members", (int)json_object_size(in));
        bool ok = strcmp(url, "/model") != 0 || are_short(in);

        json_decref(in);
        return ok ? answer_json(c, out) : MHD_NO;
    }
    return MHD_NO;
}

static void on_completed(void *self, struct MHD_Connection *c, void **state,
                         enum MHD_RequestTerminationCode why)
{
    (void)self;
    (void)c;
    (void)why;
    if (*state != NULL && ((request *)*state)->len > 0)
        free(*state);
}

int main(int argc, char **argv)
{
    sigset_t stop;
    sqlite3 *db = NULL;
    int sig;

    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    sigprocmask(SIG_BLOCK, &stop, NULL);
    if (argc > 1 &&
        sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) ==
            SQLITE_OK)
        sqlite3_prepare_v3(db, "SELECT id, name, price FROM items WHERE id = ?", -1,
                           SQLITE_PREPARE_PERSISTENT, &select_row, NULL);
    if (getenv("BENCH_SHARED") != NULL) {
        shared = MHD_create_response_from_buffer(strlen(BENCH_TEXT),
                                                 (void *)(uintptr_t)BENCH_TEXT,
                                                 MHD_RESPMEM_PERSISTENT);
        MHD_add_response_header(shared, "Content-Type", "text/plain; charset=utf-8");
        add_guards(shared);
    }
    struct MHD_Daemon *d =
        MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG, 0, NULL, NULL,
                         on_request, NULL, MHD_OPTION_CONNECTION_LIMIT, 10064u,
                         MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)BENCH_POOL,
                         MHD_OPTION_CONNECTION_TIMEOUT, 0u, MHD_OPTION_STRICT_FOR_CLIENT,
                         1, MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
                         MHD_OPTION_END);
    if (d == NULL)
        return 1;
    fprintf(stderr, "listening on http://127.0.0.1:%d\n",
            (int)MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT)->port);
    sigwait(&stop, &sig);
    MHD_stop_daemon(d);
    return 0;
}
