/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Answers compressed on the fly: which, how, and what must never be.
 */

#include "decode.h"
#include "http.h"
#include "suite.h"

#include <stdio.h>

/* Text that repeats itself, of this size. */
static char *text_of(hearth_ctx *c, size_t n)
{
    char *p = hearth_alloc(c, n + 1);
    unsigned seed = 3;

    for (size_t i = 0; p != NULL && i < n; i++) {
        seed = seed * 1664525u + 1013904223u;
        p[i] = (char)('a' + (seed >> 24) % 4);
    }
    return p;
}

/* ?n= bytes &type= &status= &name=value of a header, &secret= &noise= */
static int answer(hearth_ctx *c)
{
    const char *type = hearth_query(c, "type", "text/plain");
    const char *name = hearth_query(c, "name", NULL);
    int64_t n, status;

    HEARTH_TRY(hearth_query_int(c, "n", 5000, &n));
    HEARTH_TRY(hearth_query_int(c, "status", 200, &status));
    char *p = text_of(c, (size_t)n);

    if (p == NULL)
        return HEARTH_ENOMEM;
    if (hearth_query(c, "noise", NULL) != NULL) {
        unsigned seed = 9;

        for (int64_t i = 0; i < n; i++) {
            seed = seed * 1664525u + 1013904223u;
            p[i] = (char)(seed >> 24);
        }
    }
    if (name != NULL)
        HEARTH_TRY(hearth_set_header(c, name, hearth_query(c, "value", "x")));
    if (hearth_query(c, "cookie", NULL) != NULL)
        HEARTH_TRY(hearth_set_cookie(c, "a", "b", NULL));
    if (hearth_query(c, "secret", NULL) != NULL)
        hearth_secret(c);
    return hearth_blob(c, (int)status, type, p, (size_t)n);
}

static int fails(hearth_ctx *c)
{
    return hearth_fail(c, 409, "%s", text_of(c, 400));
}

typedef struct source {
    const char *text;
    size_t left;
} source;

static ptrdiff_t next(void *arg, char *buf, size_t max)
{
    source *s = arg;
    size_t n = s->left < 1000 ? s->left : 1000;

    ck_assert_uint_ge(max, n);
    memcpy(buf, s->text, n);
    s->text += n;
    s->left -= n;
    return (ptrdiff_t)n;
}

static int streamed(hearth_ctx *c)
{
    source *s = HEARTH_NEW(c, source);
    int64_t length;

    if (s == NULL)
        return HEARTH_ENOMEM;
    HEARTH_TRY(hearth_query_int(c, "length", 0, &length));
    s->text = text_of(c, 50000);
    s->left = 50000;
    if (hearth_query(c, "secret", NULL) != NULL)
        hearth_secret(c);
    return hearth_stream_with(c, 200, "text/csv", next, s,
                              &(hearth_stream_opts){.length = (uint64_t)length});
}

static hearth_handler *const squeeze[] = {hearth_compress, NULL};

static const hearth_route routes[] = {
    HEARTH_GET("/a", answer, .use = squeeze),
    HEARTH_POST("/a", answer, .use = squeeze),
    HEARTH_GET("/plain", answer),
    HEARTH_GET("/fails", fails, .use = squeeze),
    HEARTH_GET("/s", streamed, .use = squeeze),
    HEARTH_END,
};

#define BR   .header = "Accept-Encoding: br"
#define GZIP .header = "Accept-Encoding: gzip, deflate"
#define VARY "Vary: Accept-Encoding"
#define NOT  .field = "Content-Encoding"

static const http_case requests[] = {
    {GZIP, .target = "/a", .status = 200, .field = "Content-Encoding: gzip"},
    {GZIP, .target = "/a", .status = 200, .field = VARY},
    {BR, .target = "/a", .status = 200, .field = "Content-Encoding: br"},
    {.header = "Accept-Encoding: gzip, br, zstd",
     .target = "/a",
     .status = 200,
     .field = "Content-Encoding: zstd"},
    {.header = "Accept-Encoding: gzip;q=1, br;q=0.5",
     .target = "/a",
     .status = 200,
     .field = "Content-Encoding: gzip"},
    {GZIP, .method = "POST", .target = "/a", .status = 200,
     .field = "Content-Encoding: gzip"},
    {GZIP, .target = "/a?status=404", .status = 404, .field = "Content-Encoding: gzip"},
    {GZIP, .target = "/a?type=application/problem%2Bjson", .status = 200,
     .field = "Content-Encoding: gzip"},
    {GZIP, .method = "HEAD", .target = "/a", .status = 200, .says = "",
     .field = "Content-Encoding: gzip"},
    {GZIP, .target = "/a?name=ETag&value=%22x%22", .status = 200,
     .field = "ETag: W/\"x\""},
    {GZIP, .target = "/a?name=ETag&value=W/%22x%22", .status = 200,
     .field = "ETag: W/\"x\""},
    {GZIP, .target = "/a?name=Vary&value=Origin", .status = 200,
     .field = "Vary: Origin, Accept-Encoding"},

    /* sent as it is, but it might have been otherwise */
    {.target = "/a", .status = 200, NOT},
    {.target = "/a", .status = 200, .field = VARY},
    {.target = "/a?name=ETag&value=%22x%22", .status = 200, .field = "ETag: \"x\""},
    {.header = "Accept-Encoding: deflate", .target = "/a", .status = 200, NOT},
    {.header = "Accept-Encoding: gzip;q=0", .target = "/a", .status = 200, .field = VARY},
    {.header = "Accept-Encoding: identity, gzip;q=0.5",
     .target = "/a",
     .status = 200,
     NOT},
    {GZIP, .target = "/a?noise=1", .status = 200, NOT},
    {GZIP, .target = "/a?noise=1", .status = 200, .field = "Content-Length: 5000"},

    /* never */
    {GZIP, .target = "/plain", .status = 200, NOT},
    {GZIP, .target = "/plain", .status = 200, .field = "Vary"},
    {GZIP, .target = "/a?n=1023", .status = 200, NOT},
    {GZIP, .target = "/a?n=1023", .status = 200, .field = "Vary"},
    {GZIP, .target = "/a?n=1024", .status = 200, .field = "Content-Encoding: gzip"},
    {GZIP, .target = "/a?type=image/png", .status = 200, NOT},
    {GZIP, .target = "/a?type=image/png", .status = 200, .field = "Vary"},
    {GZIP, .target = "/a?status=206", .status = 206, NOT},
    {GZIP, .target = "/a?status=204", .status = 204, NOT},
    {GZIP, .target = "/a?status=304", .status = 304, NOT},
    {GZIP, .target = "/a?name=Content-Encoding&value=aes128gcm", .status = 200,
     .field = "Content-Encoding: aes128gcm"},
    {GZIP, .target = "/a?name=Cache-Control&value=no-transform", .status = 200, NOT},
    {GZIP, .target = "/a?name=Content-Digest", .status = 200, NOT},

    /* secrets */
    {GZIP, .target = "/a?name=Cache-Control&value=no-store", .status = 200, NOT},
    {GZIP, .target = "/a?name=Cache-Control&value=private,%20no-store", .status = 200,
     .field = "Vary"},
    {GZIP, .target = "/a?cookie=1", .status = 200, NOT},
    {GZIP, .target = "/a?secret=1", .status = 200, NOT},
    {GZIP, .target = "/s?secret=1", .status = 200, NOT},
    {GZIP, .target = "/fails", .status = 409, NOT},

    /* streams */
    {GZIP, .target = "/s", .status = 200, .field = "Content-Encoding: gzip"},
    {GZIP, .target = "/s?length=50000", .status = 200, .field = "Content-Length"},
    {.target = "/s?length=50000", .status = 200, .field = "Content-Length: 50000"},
    {GZIP, .method = "HEAD", .target = "/s", .status = 200, .says = "",
     .field = "Content-Encoding: gzip"},
    {BR, .target = "/s", .status = 200, .field = VARY},
};

START_TEST(what_is_compressed_and_what_is_not)
{
    http_check_one(NULL, routes, &requests[_i]);
}
END_TEST

static const char *const codings[] = {"zstd", "br", "gzip"};
static const char *const targets[] = {"/a?n=1024", "/a?n=300000", "/s",
                                      "/s?length=50000"};

/* The bytes are those that the client would have had without. */
START_TEST(every_coding_says_the_same)
{
    hearth_client *t = http_client(NULL, routes);
    const char *coding = codings[_i / 4], *target = targets[_i % 4];
    char field[64];
    const char *const headers[] = {field, NULL};
    const hearth_answer *r = hearth_call_get(t, target);
    size_t n = r->body.len;
    char *plain = malloc(n);

    ck_assert_ptr_nonnull(plain);
    memcpy(plain, r->body.ptr, n);
    snprintf(field, sizeof field, "Accept-Encoding: %s", coding);
    r = hearth_call_do(t, &(hearth_call){.target = target, .headers = headers});
    ck_assert_int_eq(r->status, 200);
    ck_assert_str_eq(hearth_answer_header(r, "Content-Encoding"), coding);
    ck_assert_uint_lt(r->body.len, n);
    decoded d = decode(coding, r->body.ptr, r->body.len);

    ck_assert(d.whole);
    ck_assert_uint_eq(d.len, n);
    ck_assert_int_eq(memcmp(d.text, plain, n), 0);
    free(d.text);
    free(plain);
    hearth_client_free(t);
}
END_TEST

/* HEAD has the very length that GET has; a 304 the very tag. */
START_TEST(head_and_304_say_what_get_would)
{
    static const char *const ask[] = {"Accept-Encoding: br", NULL};
    char length[32], tag[64], match[96];
    const char *const again[] = {"Accept-Encoding: br", match, NULL};
    hearth_client *t = http_client(NULL, routes);
    const hearth_answer *r =
        hearth_call_do(t, &(hearth_call){.target = "/a", .headers = ask});

    snprintf(length, sizeof length, "%s", hearth_answer_header(r, "Content-Length"));
    snprintf(tag, sizeof tag, "%s", hearth_answer_header(r, "ETag"));
    r = hearth_call_do(t,
                       &(hearth_call){.method = "HEAD", .target = "/a", .headers = ask});
    ck_assert_str_eq(hearth_answer_header(r, "Content-Length"), length);
    ck_assert_str_eq(hearth_answer_header(r, "ETag"), tag);
    ck_assert_str_eq(hearth_answer_header(r, "Vary"), "Accept-Encoding");
    snprintf(match, sizeof match, "If-None-Match: %s", tag);
    r = hearth_call_do(t, &(hearth_call){.target = "/a", .headers = again});
    ck_assert_int_eq(r->status, 304);
    ck_assert_str_eq(hearth_answer_header(r, "ETag"), tag);
    ck_assert_str_eq(hearth_answer_header(r, "Vary"), "Accept-Encoding");
    ck_assert_ptr_null(hearth_answer_header(r, "Content-Encoding"));
    snprintf(match, sizeof match, "If-None-Match: \"x\"");
    r = hearth_call_do(t, &(hearth_call){.target = "/a?name=ETag&value=%22x%22",
                                         .headers = again});
    ck_assert_int_eq(r->status, 304);
    ck_assert_str_eq(hearth_answer_header(r, "ETag"), "W/\"x\"");
    hearth_client_free(t);
}
END_TEST

/* ---- options -------------------------------------------------------------------------- */

static hearth_client *client_with(const hearth_compress_opts *o)
{
    hearth_app *app = hearth_app_new(NULL);

    ck_assert_int_eq(hearth_use_compress(app, o), 0);
    hearth_mount(app, "", routes);
    return hearth_client_new(app);
}

START_TEST(options_hold_for_all_routes)
{
    static const char *const all[] = {"Accept-Encoding: gzip, br, zstd", NULL};
    hearth_client *t =
        client_with(&(hearth_compress_opts){.no_zstd = true, .min_bytes = 3000});
    const hearth_answer *r =
        hearth_call_do(t, &(hearth_call){.target = "/plain", .headers = all});

    ck_assert_str_eq(hearth_answer_header(r, "Content-Encoding"), "br");
    r = hearth_call_do(t, &(hearth_call){.target = "/a?n=2999", .headers = all});
    ck_assert_ptr_null(hearth_answer_header(r, "Content-Encoding"));
    r = hearth_call_do(t, &(hearth_call){.target = "/a?n=3000", .headers = all});
    ck_assert_str_eq(hearth_answer_header(r, "Content-Encoding"), "br");
    hearth_client_free(t);
}
END_TEST

START_TEST(levels_are_taken)
{
    static const char *const gzip[] = {"Accept-Encoding: gzip", NULL};
    size_t n[2];

    for (int i = 0; i < 2; i++) {
        hearth_client *t =
            client_with(&(hearth_compress_opts){.gzip_level = i == 0 ? 1 : 9});

        n[i] = hearth_call_do(t, &(hearth_call){.target = "/a?n=100000", .headers = gzip})
                   ->body.len;
        hearth_client_free(t);
    }
    ck_assert_uint_gt(n[0], n[1]);
}
END_TEST

static const hearth_compress_opts wrong[] = {
    {.gzip_level = 10},  {.br_level = 12},
    {.zstd_level = 20},  {.gzip_level = -1},
    {.max_streams = -1}, {.no_zstd = true, .no_br = true, .no_gzip = true},
};

START_TEST(wrong_options_refuse_the_start)
{
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.log = {.level = HEARTH_LOG_OFF}});

    ck_assert_int_eq(hearth_use_compress(app, &wrong[_i]), HEARTH_EINVAL);
    ck_assert_ptr_null(hearth_client_new(app));
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

SUITE("http/compress",
      LOOP(what_is_compressed_and_what_is_not, 0, COUNT(requests))
          LOOP(every_coding_says_the_same, 0, 12) TEST(head_and_304_say_what_get_would)
              TEST(options_hold_for_all_routes) TEST(levels_are_taken)
                  LOOP(wrong_options_refuse_the_start, 0, COUNT(wrong)))
