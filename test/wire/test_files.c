/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Files over real connections: bytes in full, keep-alive behind them, files that change
 * under the sender's hands, descriptors.
 */

#include "suite.h"
#include "tree.h"
#include "wire.h"

#include <hearth.h>

#define BIG         (3 * 1024 * 1024 + 7)
#define LARGE       (64 * 1024 * 1024)
#define GET(target) "GET " target " HTTP/1.1\r\nHost: x\r\n\r\n"

typedef struct site {
    tree t;
    hearth_app *app;
    char log[8192];
} site;

static void log_write(void *self, hearth_log_level level, hearth_str lines)
{
    site *s = self;

    (void)level;
    if (strlen(s->log) + lines.len < sizeof s->log)
        strncat(s->log, lines.ptr, lines.len);
}

static const hearth_log_ops log_ops = {.name = "test", .write = log_write};

static char *pattern(size_t n)
{
    char *p = malloc(n);

    ck_assert_ptr_nonnull(p);
    for (size_t i = 0; i < n; i++)
        p[i] = (char)(i * 31 + i / 251);
    return p;
}

static int site_open(site *s, hearth_run run)
{
    char *big = pattern(BIG);

    memset(s, 0, sizeof *s);
    s->t = tree_new();
    tree_file(&s->t, "a.txt", "0123456789", 1000);
    tree_file_n(&s->t, "big.bin", big, BIG, 1000);
    free(big);
    s->app = hearth_app_new(&(
        hearth_app_opts){.access_log_off = true,
                         .log = {.level = HEARTH_LOG_WARN, .ops = &log_ops, .self = s}});
    ck_assert_ptr_nonnull(s->app);
    ck_assert_int_eq(hearth_static(s->app, "/s", s->t.dir,
                                   &(hearth_static_opts){.run = run}),
                     0);
    return wire_start(s->app, NULL);
}

static void site_close(site *s)
{
    wire_stop(s->app);
    tree_free(&s->t);
}

START_TEST(large_files_arrive_in_full_and_the_connection_goes_on)
{
    site s;
    wire w = wire_open(site_open(&s, _i == 0 ? HEARTH_INLINE : HEARTH_WORKER));
    wire_reply r = {0};
    char *big = pattern(BIG);

    for (int round = 0; round < 3; round++) {
        ck_assert(wire_ask(&w, GET("/s/big.bin"), &r));
        ck_assert_int_eq(r.status, 200);
        ck_assert_uint_eq(r.body_len, BIG);
        ck_assert_int_eq(memcmp(r.body, big, BIG), 0);
        ck_assert(wire_ask(&w, GET("/s/a.txt"), &r));
        ck_assert_str_eq(r.body, "0123456789");
    }
    free(big);
    wire_reply_clear(&r);
    wire_close(&w);
    site_close(&s);
}
END_TEST

static const struct {
    const char *range;
    size_t first, len; /* of one part; 0: several */
} ranges[] = {
    {"bytes=0-0", 0, 1},
    {"bytes=1000000-2000000", 1000000, 1000001},
    {"bytes=-100000", BIG - 100000, 100000},
    {"bytes=3000000-", 3000000, BIG - 3000000},
};

START_TEST(a_range_of_a_large_file_is_that_part_of_it)
{
    site s;
    wire w = wire_open(site_open(&s, HEARTH_INLINE));
    wire_reply r = {0};
    char *big = pattern(BIG), request[200];

    snprintf(request, sizeof request,
             "GET /s/big.bin HTTP/1.1\r\nHost: x\r\nRange: %s\r\n\r\n", ranges[_i].range);
    ck_assert(wire_ask(&w, request, &r));
    ck_assert_int_eq(r.status, 206);
    ck_assert_uint_eq(r.body_len, ranges[_i].len);
    ck_assert_int_eq(memcmp(r.body, big + ranges[_i].first, ranges[_i].len), 0);
    free(big);
    wire_reply_clear(&r);
    wire_close(&w);
    site_close(&s);
}
END_TEST

START_TEST(several_ranges_arrive_as_one_body_of_known_length)
{
    site s;
    wire w = wire_open(site_open(&s, HEARTH_INLINE));
    wire_reply r = {0};
    char *big = pattern(BIG), *part;

    ck_assert(wire_ask(&w,
                       "GET /s/big.bin HTTP/1.1\r\nHost: x\r\n"
                       "Range: bytes=0-299999,1000000-1299999\r\n\r\n",
                       &r));
    ck_assert_int_eq(r.status, 206);
    part = strstr(r.body, "\r\n\r\n");
    ck_assert_ptr_nonnull(part);
    part += 4;
    ck_assert_int_eq(memcmp(part, big, 300000), 0);
    part = strstr(part + 300000, "\r\n\r\n");
    ck_assert_ptr_nonnull(part);
    part += 4;
    ck_assert_int_eq(memcmp(part, big + 1000000, 300000), 0);
    ck_assert_int_eq(strncmp(part + 300000, "\r\n--", 4), 0);
    ck_assert(wire_ask(&w, GET("/s/a.txt"), &r));
    ck_assert_str_eq(r.body, "0123456789");
    free(big);
    wire_reply_clear(&r);
    wire_close(&w);
    site_close(&s);
}
END_TEST

START_TEST(head_and_304_have_no_body)
{
    site s;
    wire w = wire_open(site_open(&s, HEARTH_INLINE));
    wire_reply r = {0};
    char value[100];

    wire_send(&w, "HEAD /s/big.bin HTTP/1.1\r\nHost: x\r\n\r\n");
    ck_assert(wire_read_head(&w, &r));
    ck_assert_str_eq(wire_field(&r, "Content-Length", value, sizeof value), "3145735");
    wire_send(&w, "GET /s/big.bin HTTP/1.1\r\nHost: x\r\nIf-None-Match: *\r\n\r\n");
    ck_assert(wire_read_head(&w, &r));
    ck_assert_int_eq(r.status, 304);
    if (wire_engine_version() >= 0x010000)
        ck_assert_ptr_null(wire_field(&r, "Content-Length", value, sizeof value));
    ck_assert(wire_ask(&w, GET("/s/a.txt"), &r));
    ck_assert_str_eq(r.body, "0123456789");
    wire_reply_clear(&r);
    wire_close(&w);
    site_close(&s);
}
END_TEST

/* A file so large that the sockets cannot hold it, sparse; opened before it changes. */
static wire begin_large(site *s)
{
    char path[TREE_PATH];
    wire w = wire_open(site_open(s, HEARTH_INLINE));

    tree_file(&s->t, "large.bin", "", 1000);
    ck_assert_int_eq(truncate(tree_path(&s->t, "large.bin", path), LARGE), 0);
    wire_send(&w, GET("/s/large.bin"));
    ck_assert(wire_has(&w, "HTTP/1.1 200"));
    return w;
}

START_TEST(a_file_deleted_while_it_is_sent_arrives_in_full)
{
    site s;
    wire w = begin_large(&s);
    wire_reply r = {0};
    char path[TREE_PATH];

    ck_assert_int_eq(unlink(tree_path(&s.t, "large.bin", path)), 0);
    ck_assert(wire_read(&w, &r));
    ck_assert_uint_eq(r.body_len, LARGE);
    wire_reply_clear(&r);
    wire_close(&w);
    site_close(&s);
}
END_TEST

START_TEST(a_file_cut_short_while_it_is_sent_ends_the_connection)
{
    site s;
    wire w = begin_large(&s);
    wire_reply r = {0};
    char path[TREE_PATH];

    ck_assert_int_eq(truncate(tree_path(&s.t, "large.bin", path), 1000), 0);
    ck_assert(!wire_read(&w, &r));
    ck_assert(w.ended);
    ck_assert_uint_lt(w.len, LARGE);
    wire_close(&w);
    wire_reply_clear(&r);
    ck_assert_int_eq(hearth_app_stop(s.app), 0);
    ck_assert_ptr_nonnull(strstr(s.log, "a file became shorter while it was sent"));
    hearth_app_free(s.app);
    tree_free(&s.t);
}
END_TEST

START_TEST(clients_that_leave_take_their_descriptors_along)
{
    site s;
    int port = site_open(&s, HEARTH_INLINE), before;
    wire_reply r = {0};
    char path[TREE_PATH];
    wire w = wire_open(port);

    tree_file(&s.t, "large.bin", "", 1000);
    ck_assert_int_eq(truncate(tree_path(&s.t, "large.bin", path), LARGE), 0);
    ck_assert(wire_ask(&w, GET("/s/a.txt"), &r));
    before = tree_descriptors();
    for (int i = 0; i < 20; i++) {
        wire leaving = wire_open(port);

        wire_send(&leaving, i % 2 == 0 ? GET("/s/large.bin")
                                       : "GET /s/large.bin HTTP/1.1\r\nHost: x\r\n"
                                         "Range: bytes=0-9999999,20000000-\r\n\r\n");
        ck_assert(wire_has(&leaving, "HTTP/1.1 20"));
        wire_reset(&leaving);
        wire_close(&leaving);
    }
    for (int i = 0; i < 2000 && tree_descriptors() > before; i++)
        ck_assert(wire_ask(&w, GET("/s/a.txt"), &r));
    ck_assert_int_le(tree_descriptors(), before);
    wire_reply_clear(&r);
    wire_close(&w);
    site_close(&s);
}
END_TEST

SUITE("files on the wire",
      LOOP(large_files_arrive_in_full_and_the_connection_goes_on, 0, 2)
          LOOP(a_range_of_a_large_file_is_that_part_of_it, 0, 4)
              TEST(several_ranges_arrive_as_one_body_of_known_length)
                  TEST(head_and_304_have_no_body)
                      TEST(a_file_deleted_while_it_is_sent_arrives_in_full)
                          TEST(a_file_cut_short_while_it_is_sent_ends_the_connection)
                              TEST(clients_that_leave_take_their_descriptors_along))
