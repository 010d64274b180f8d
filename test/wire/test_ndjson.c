/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * A table that is larger than the memory that its export may need, and clients that take
 * their time.
 */

#include "suite.h"
#include "wire.h"

#include <hearth.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROWS  40000
#define WIDTH 1000
#define MIB   (1024u * 1024u)
/* A sanitizer keeps what is freed, up to more than the table has. */
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define GROWTH (512u * MIB)
#else
#define GROWTH (16u * MIB)
#endif

typedef struct world {
    char dir[64], file[96];
    hearth_app *app;
    int port;
} world;

static int export_all(hearth_ctx *c)
{
    return hearth_ndjson_rows(c, 200, "SELECT id, text FROM t", HEARTH_NO_ARGS, NULL);
}

static int change(hearth_ctx *c)
{
    HEARTH_TRY(hearth_exec(c, "DELETE FROM t WHERE id > ? - 10", hearth_args(ROWS)));
    HEARTH_TRY(hearth_exec(c, "UPDATE t SET text = 'late' WHERE id = ? - 10",
                           hearth_args(ROWS)));
    HEARTH_TRY(hearth_exec(c, "INSERT INTO t VALUES (?, 'new'), (-1, 'before')",
                           hearth_args(ROWS + 5)));
    return 204;
}

/* A megabyte that has nothing to do with it. */
static int write_more(hearth_ctx *c)
{
    HEARTH_TRY(
        hearth_exec(c, "INSERT INTO other VALUES (zeroblob(1048576))", HEARTH_NO_ARGS));
    return 204;
}

static const hearth_route routes[] = {
    HEARTH_GET("/worker", export_all, .run = HEARTH_WORKER),
    HEARTH_GET("/inline", export_all, .run = HEARTH_INLINE),
    HEARTH_POST("/change", change),
    HEARTH_POST("/write", write_more),
    HEARTH_END,
};

static void start(world *w)
{
    char sql[400];
    hearth_error err;

    *w = (world){.dir = "/tmp/hearth-ndjson-XXXXXX"};
    ck_assert_ptr_nonnull(mkdtemp(w->dir));
    snprintf(w->file, sizeof w->file, "%s/t.db", w->dir);
    hearth_db *db = hearth_db_open(w->file, &err);

    ck_assert_ptr_nonnull(db);
    snprintf(sql, sizeof sql,
             "CREATE TABLE t(id INTEGER PRIMARY KEY, text TEXT) STRICT;"
             "CREATE TABLE other(b BLOB) STRICT;"
             "WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k LIMIT %d) "
             "INSERT INTO t SELECT i, printf('%%0%dd', i) FROM k",
             ROWS, WIDTH);
    ck_assert_int_eq(hearth_db_script(db, sql, &err), 0);
    w->app = hearth_app_new(&(hearth_app_opts){.log = {.level = HEARTH_LOG_OFF}});
    ck_assert_int_eq(hearth_use_db(w->app, db), 0);
    ck_assert_int_eq(hearth_mount(w->app, "", routes), 0);
    w->port = wire_start(w->app, NULL);
}

static void stop(world *w)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    char name[128];

    wire_stop(w->app);
    for (int i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "%s%s", w->file, ends[i]);
        (void)unlink(name);
    }
    ck_assert_int_eq(rmdir(w->dir), 0);
}

static size_t resident(void)
{
    FILE *f = fopen("/proc/self/statm", "r");
    unsigned long all = 0, here = 0;

    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(fscanf(f, "%lu %lu", &all, &here), 2);
    fclose(f);
    return here * (size_t)sysconf(_SC_PAGESIZE);
}

/* Where it begins, 0 when that has not come. */
static size_t body_of(const wire *c)
{
    for (size_t i = 4; i <= c->len; i++)
        if (memcmp(c->in + i - 4, "\r\n\r\n", 4) == 0)
            return i;
    return 0;
}

static wire ask(const world *w, const char *path)
{
    wire c = wire_open(w->port);
    char text[128];

    /* Version 1.0: what comes is the body as it is. */
    snprintf(text, sizeof text, "GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n", path);
    wire_send(&c, text);
    while (body_of(&c) == 0)
        ck_assert(wire_more(&c));
    return c;
}

static void post(const world *w, const char *path)
{
    wire c = wire_open(w->port);
    wire_reply r = {0};
    char text[128];

    snprintf(text, sizeof text,
             "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n", path);
    ck_assert(wire_ask(&c, text, &r));
    ck_assert_int_eq(r.status, 204);
    wire_reply_clear(&r);
    wire_close(&c);
}

/* What follows: how many lines, the last of them, and how large the process was at most. */
typedef struct seen {
    size_t lines, most;
    char last[WIDTH + 64];
} seen;

/* No assertion for each byte: they cost a system call. */
static void take(seen *s, char *line, size_t *at, const char *bytes, size_t n)
{
    while (n > 0) {
        const char *end = memchr(bytes, '\n', n);
        size_t part = end == NULL ? n : (size_t)(end + 1 - bytes);

        ck_assert_uint_lt(*at + part, WIDTH + 64);
        memcpy(line + *at, bytes, part);
        *at += part;
        bytes += part;
        n -= part;
        if (end == NULL)
            return;
        line[*at - 1] = '\0';
        s->lines++;
        memcpy(s->last, line, *at);
        *at = 0;
    }
}

static void read_on(wire *c, seen *s)
{
    static char piece[65536];
    char line[WIDTH + 64];
    size_t at = 0, body = body_of(c);
    ssize_t n;

    *s = (seen){0};
    take(s, line, &at, c->in + body, c->len - body);
    while ((n = recv(c->fd, piece, sizeof piece, 0)) > 0) {
        size_t now = resident();

        s->most = now > s->most ? now : s->most;
        take(s, line, &at, piece, (size_t)n);
    }
    ck_assert_int_eq(n, 0);
    ck_assert_uint_eq(at, 0);
}

/* Of the WAL, which cannot begin anew while somebody reads from it. */
static off_t log_size(const world *w)
{
    char name[128];
    struct stat st;

    snprintf(name, sizeof name, "%s-wal", w->file);
    ck_assert_int_eq(stat(name, &st), 0);
    return st.st_size;
}

static const char *const places[] = {"/worker", "/inline"};

START_TEST(a_large_table_needs_the_memory_of_a_page)
{
    char first[64];
    seen s;
    world w;

    start(&w);
    size_t before = resident();
    wire c = ask(&w, places[_i]);

    read_on(&c, &s);
    ck_assert_uint_eq(s.lines, ROWS);
    snprintf(first, sizeof first, "{\"id\":%d,\"text\":\"000", ROWS);
    ck_assert_int_eq(strncmp(s.last, first, strlen(first)), 0);
    ck_assert_msg(s.most < before + GROWTH, "%zu bytes, %zu before", s.most, before);
    wire_close(&c);
    stop(&w);
}
END_TEST

/* The table is larger than what lies between the two, so its end is read when the client has
 * gone on. */
START_TEST(a_reader_who_stops_holds_up_nobody_and_sees_what_came_meanwhile)
{
    seen s;
    world w;

    start(&w);
    off_t before = log_size(&w); /* all of the table, and used again from its beginning */
    wire c = ask(&w, places[_i]);

    post(&w, "/change");
    for (int i = 0; i < 20; i++)
        post(&w, "/write");
    ck_assert_msg(log_size(&w) <= before,
                  "a reader is in the way: the log has %lld bytes",
                  (long long)log_size(&w));
    read_on(&c, &s);
    ck_assert_uint_eq(s.lines, ROWS - 10 + 1);
    ck_assert_str_eq(s.last, "{\"id\":40005,\"text\":\"new\"}");
    wire_close(&c);
    stop(&w);
}
END_TEST

START_TEST(clients_that_leave_leave_nothing_behind)
{
    world w;

    start(&w);
    for (int i = 0; i < 50; i++) {
        wire c = ask(&w, places[_i]);

        i % 2 == 0 ? wire_close(&c) : wire_reset(&c);
    }
    size_t before = resident();

    for (int i = 0; i < 100; i++) {
        wire c = ask(&w, places[_i]);

        i % 2 == 0 ? wire_close(&c) : wire_reset(&c);
    }
    ck_assert_uint_lt(resident(), before + GROWTH);
    stop(&w);
}
END_TEST

SUITE("wire/ndjson",
      LOOP(a_large_table_needs_the_memory_of_a_page, 0, 2)
          LOOP(a_reader_who_stops_holds_up_nobody_and_sees_what_came_meanwhile, 0, 2)
              LOOP(clients_that_leave_leave_nothing_behind, 0, 2))
