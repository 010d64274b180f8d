/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Files over HTTP: what is served, how it is presented, conditions, ranges.
 */

#include "http.h"
#include "suite.h"
#include "tree.h"

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

#define TEXT "0123456789"
/* The time of a.txt. */
#define TIME   784111777
#define SAME   "Sun, 06 Nov 1994 08:49:37 GMT"
#define BEFORE "Sun, 06 Nov 1994 08:49:36 GMT"

static int specific(hearth_ctx *c)
{
    return hearth_text(c, 200, "specific");
}

static int fallback(hearth_ctx *c)
{
    return hearth_text(c, 404, "fallback");
}

static int one(hearth_ctx *c)
{
    return hearth_file(c, hearth_state(c), hearth_query(c, "path", "a.txt"), NULL);
}

static int download(hearth_ctx *c)
{
    return hearth_file(c, hearth_state(c), "a.txt",
                       &(hearth_file_opts){.download = hearth_query(c, "as", ""),
                                           .max_age_s = 60,
                                           .type = "text/x-mine"});
}

static int sorry(hearth_ctx *c)
{
    return hearth_file(c, hearth_state(c), "a.txt",
                       &(hearth_file_opts){.status = 503, .untrusted = true});
}

static int private_one(hearth_ctx *c)
{
    HEARTH_TRY(hearth_set_header(c, "Cache-Control", "no-store"));
    return hearth_file(c, hearth_state(c), "a.txt",
                       &(hearth_file_opts){.immutable = true});
}

static int nowhere(hearth_ctx *c)
{
    return hearth_file(c, "no/such/folder", "a.txt", NULL);
}

static void fill(const tree *t)
{
    static char big[100000];

    for (size_t i = 0; i < sizeof big; i++)
        big[i] = (char)('a' + i % 26);
    tree_file(t, "a.txt", TEXT, TIME);
    tree_file(t, "empty.txt", "", TIME);
    tree_file_n(t, "big.bin", big, sizeof big, TIME);
    tree_file(t, "index.html", "<p>top", TIME);
    tree_file(t, "docs/index.html", "<p>docs", TIME);
    tree_file(t, "docs/a b.txt", "spaced", TIME);
    tree_file(t, "bare/x.txt", "x", TIME);
    tree_file(t, "app.3f2a9c1b.js", "js", TIME);
    tree_file(t, ".secret", "secret", TIME);
    tree_file(t, ".git/config", "secret", TIME);
    tree_file(t, ".well-known/security.txt", "well-known", TIME);
    tree_file(t, ".well-known/.secret", "secret", TIME);
    tree_file(t, "z.css", "plain", TIME);
    tree_file(t, "z.css.br", "brotli", TIME);
    tree_file(t, "z.css.zst", "zstd", TIME - 60);
    tree_file(t, "z.css.gz", "gzipped", TIME);
    tree_file(t, "old.css", "new", TIME);
    tree_file(t, "old.css.gz", "stale", TIME - 61);
    tree_file(t, "p.png", "png", TIME);
    tree_file(t, "p.png.gz", "never", TIME);
    tree_file(t, "back\\slash.txt", "secret", TIME);
    tree_link(t, "a.txt", "link.txt");
    tree_link(t, "/etc/passwd", "out.txt");
    tree_fifo(t, "fifo.txt");
}

static hearth_client *client_of(tree *t, const char *prefix, const hearth_static_opts *o)
{
    static const hearth_route routes[] = {
        HEARTH_GET("/s/specific.txt", specific),
        HEARTH_GET("/one", one),
        HEARTH_POST("/one", one),
        HEARTH_GET("/download", download),
        HEARTH_GET("/sorry", sorry),
        HEARTH_GET("/private", private_one),
        HEARTH_GET("/nowhere", nowhere),
        HEARTH_END,
    };
    hearth_app *app;

    *t = tree_new();
    fill(t);
    app = hearth_app_new(&(hearth_app_opts){.state = t->dir});
    ck_assert_ptr_nonnull(app);
    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    ck_assert_int_eq(hearth_static(app, prefix, t->dir, o), 0);
    ck_assert_int_eq(hearth_fallback(app, fallback), 0);
    hearth_client *made = hearth_client_new(app);
    ck_assert_ptr_nonnull(made);
    return made;
}

static void run_case(const char *prefix, const hearth_static_opts *o, const http_case *k)
{
    tree t;
    hearth_client *client = client_of(&t, prefix, o);

    (void)http_check(client, k);
    hearth_client_free(client);
    tree_free(&t);
}

/* ---- what is there, and what not --------------------------------------------- */

static const http_case served[] = {
    {.target = "/s/a.txt",
     .status = 200,
     .says = TEXT,
     .field = "Content-Type: text/plain; charset=utf-8"},
    {.target = "/s/a.txt", .status = 200, .field = "Content-Length: 10"},
    {.target = "/s/a.txt", .status = 200, .field = "Last-Modified: " SAME},
    {.target = "/s/a.txt", .status = 200, .field = "Cache-Control: no-cache"},
    {.target = "/s/a.txt", .status = 200, .field = "X-Content-Type-Options: nosniff"},
    {.target = "/s/a.txt", .status = 200, .field = "Accept-Ranges: bytes"},
    {.target = "/s/a.txt", .status = 200, .field = "Content-Encoding"},
    {.target = "/s/a.txt", .status = 200, .field = "Vary: Accept-Encoding"},
    {.target = "/s/p.png", .status = 200, .field = "Vary"},
    {.target = "/s/a.txt?x=1", .status = 200, .says = TEXT},
    {.target = "/s/empty.txt", .status = 200, .says = "", .field = "Content-Length: 0"},
    {.method = "HEAD",
     .target = "/s/a.txt",
     .status = 200,
     .says = "",
     .field = "Content-Length: 10"},
    {.method = "HEAD",
     .target = "/s/big.bin",
     .status = 200,
     .says = "",
     .field = "Content-Length: 100000"},
    {.target = "/s/big.bin", .status = 200, .field = "Content-Length: 100000"},
    {.target = "/s/app.3f2a9c1b.js",
     .status = 200,
     .field = "Cache-Control: public, max-age=31536000, immutable"},
    {.target = "/s/docs/a%20b.txt", .status = 200, .says = "spaced"},
    {.target = "/s/specific.txt", .status = 200, .says = "specific"},
    {.method = "POST",
     .target = "/s/a.txt",
     .status = 405,
     .field = "Allow: GET, HEAD, OPTIONS"},
    /* directories */
    {.target = "/s", .status = 308, .field = "Location: /s/"},
    {.target = "/s/",
     .status = 200,
     .says = "<p>top",
     .field = "Content-Type: text/html; charset=utf-8"},
    {.target = "/s/docs", .status = 308, .field = "Location: /s/docs/"},
    {.target = "/s/docs?q=1", .status = 308, .field = "Location: /s/docs/?q=1"},
    {.target = "/s/docs/", .status = 200, .says = "<p>docs"},
    {.target = "/s/bare", .status = 404, .says = "fallback"},
    {.target = "/s/bare/", .status = 404},
    /* nothing to find */
    {.target = "/s/nothing.txt", .status = 404, .says = "fallback"},
    {.target = "/s/a.txt/", .status = 404},
    {.target = "/s/a.txt/b", .status = 404},
    {.target = "/s/.secret", .status = 404},
    {.target = "/s/.git/config", .status = 404},
    {.target = "/s/.well-known/security.txt", .status = 404},
    {.target = "/s/link.txt", .status = 404},
    {.target = "/s/out.txt", .status = 404},
    {.target = "/s/fifo.txt", .status = 404},
    {.target = "/s/back%5Cslash.txt", .status = 404},
    {.target = "/s/..%5Ca.txt", .status = 404},
    {.target = "/s/docs%2Findex.html", .status = 404},
    {.target = "/s/docs/..%2Fa.txt", .status = 400},
    {.target = "/s/%2e%2e/a.txt", .status = 400},
    {.target = "/s/docs/../a.txt", .status = 400},
    {.target = "/s/a.txt%00.png", .status = 400},
    {.target = "/S/a.txt", .status = 404},
};

START_TEST(a_directory_is_served)
{
    run_case("/s", NULL, &served[_i]);
    run_case("/s/", NULL, &served[_i]);
}
END_TEST

static const http_case at_top[] = {
    {.target = "/", .status = 200, .says = "<p>top"},
    {.target = "/a.txt", .status = 200, .says = TEXT},
    {.target = "/docs", .status = 308, .field = "Location: /docs/"},
    {.target = "/docs/", .status = 200, .says = "<p>docs"},
    {.target = "/one", .status = 200, .says = TEXT},
    {.target = "/.well-known/security.txt", .status = 200, .says = "well-known"},
    {.target = "/.well-known/.secret", .status = 404},
    {.target = "/.well-known", .status = 404},
    {.target = "/.secret", .status = 404},
};

START_TEST(the_top_may_be_a_directory)
{
    run_case("", NULL, &at_top[_i]);
    run_case("/", NULL, &at_top[_i]);
}
END_TEST

/* ---- options ------------------------------------------------------------------ */

static const struct {
    hearth_static_opts opts;
    http_case k;
} options[] = {
    {{.max_age_s = 60},
     {.target = "/s/a.txt", .status = 200, .field = "Cache-Control: public, max-age=60"}},
    {{.max_age_s = 60},
     {.target = "/s/app.3f2a9c1b.js",
      .status = 200,
      .field = "Cache-Control: public, max-age=31536000, immutable"}},
    {{.hashes_off = true},
     {.target = "/s/app.3f2a9c1b.js", .status = 200, .field = "Cache-Control: no-cache"}},
    {{.immutable = true},
     {.target = "/s/a.txt",
      .status = 200,
      .field = "Cache-Control: public, max-age=31536000, immutable"}},
    {{.index = "a.txt"}, {.target = "/s/", .status = 200, .says = TEXT}},
    {{.index_off = true}, {.target = "/s/", .status = 404}},
    {{.index_off = true}, {.target = "/s/docs", .status = 404}},
    {{.index_off = true}, {.target = "/s/index.html", .status = 200}},
    {{.symlinks = true}, {.target = "/s/link.txt", .status = 200, .says = TEXT}},
    {{.symlinks = true}, {.target = "/s/out.txt", .status = 404}},
    {{.dot_files = true}, {.target = "/s/.secret", .status = 200, .says = "secret"}},
    {{.dot_files = true}, {.target = "/s/.git/config", .status = 200}},
    {{.untrusted = true},
     {.target = "/s/index.html",
      .status = 200,
      .field = "Content-Disposition: attachment; filename=\"index.html\""}},
    {{.untrusted = true},
     {.target = "/s/index.html",
      .status = 200,
      .field = "Content-Security-Policy: default-src 'none'; sandbox"}},
    {{.untrusted = true}, {.target = "/s/", .status = 404}},
    {{.precompressed_off = true},
     {.target = "/s/z.css",
      .header = "Accept-Encoding: br",
      .status = 200,
      .says = "plain",
      .field = "Vary"}},
    {{.run = HEARTH_INLINE}, {.target = "/s/a.txt", .status = 200, .says = TEXT}},
    /* a single-page application */
    {{.spa = "index.html"},
     {.target = "/s/users/7",
      .header = "Accept: text/html,*/*;q=0.8",
      .status = 200,
      .says = "<p>top",
      .field = "Cache-Control: no-cache"}},
    {{.spa = "index.html"},
     {.target = "/s/users/7",
      .header = "Accept: text/html",
      .status = 200,
      .field = "Vary: Accept, Sec-Fetch-Mode, Accept-Encoding"}},
    {{.spa = "index.html"},
     {.target = "/s/bare/",
      .header = "Accept: text/html",
      .status = 200,
      .says = "<p>top"}},
    {{.spa = "index.html"},
     {.target = "/s/users/7", .header = "Accept: application/json", .status = 404}},
    {{.spa = "index.html"},
     {.target = "/s/users/7", .header = "Accept: */*", .status = 404}},
    {{.spa = "index.html"}, {.target = "/s/users/7", .status = 404}},
    {{.spa = "index.html"},
     {.target = "/s/logo.png", .header = "Accept: text/html", .status = 404}},
    {{.spa = "index.html"},
     {.target = "/s/a.txt", .header = "Accept: text/html", .status = 200, .says = TEXT}},
    {{.spa = "nothing.html"},
     {.target = "/s/users/7", .header = "Accept: text/html", .status = 404}},
    {{.spa = "index.html", .immutable = true},
     {.target = "/s/users/7",
      .header = "Accept: text/html",
      .status = 200,
      .field = "Cache-Control: no-cache"}},
};

START_TEST(each_option_does_what_it_says)
{
    run_case("/s", &options[_i].opts, &options[_i].k);
}
END_TEST

START_TEST(only_a_navigation_gets_the_page_of_an_application)
{
    static const struct {
        const char *mode;
        int status;
    } modes[] = {{"Sec-Fetch-Mode: navigate", 200}, {"Sec-Fetch-Mode: cors", 404}};
    tree t;
    hearth_client *client =
        client_of(&t, "/s", &(hearth_static_opts){.spa = "index.html"});

    for (size_t i = 0; i < 2; i++) {
        const char *const headers[] = {"Accept: text/html", modes[i].mode, NULL};
        const hearth_answer *r =
            hearth_call_do(client,
                           &(hearth_call){.target = "/s/users/7", .headers = headers});

        ck_assert_int_eq(r->status, modes[i].status);
    }
    hearth_client_free(client);
    tree_free(&t);
}
END_TEST

/* ---- precompressed ------------------------------------------------------------- */

static const struct {
    const char *target, *accept, *says, *encoding;
} encodings[] = {
    {"/s/z.css", "br", "brotli", "br"},
    {"/s/z.css", "zstd", "zstd", "zstd"},
    {"/s/z.css", "gzip", "gzipped", "gzip"},
    {"/s/z.css", "gzip, deflate, br, zstd", "brotli", "br"},
    {"/s/z.css", "gzip, zstd", "zstd", "zstd"},
    {"/s/z.css", "br;q=0.5, gzip;q=0.9", "gzipped", "gzip"},
    {"/s/z.css", "*", "brotli", "br"},
    {"/s/z.css", "*;q=0.5, br;q=0", "zstd", "zstd"},
    {"/s/z.css", "br;q=0", "plain", NULL},
    {"/s/z.css", "identity, br;q=0.5", "plain", NULL},
    {"/s/z.css", "deflate", "plain", NULL},
    {"/s/z.css", "identity;q=0", "plain", NULL},
    {"/s/old.css", "gzip", "new", NULL},
    {"/s/p.png", "gzip", "png", NULL},
    {"/s/a.txt", "br, gzip", TEXT, NULL},
};

START_TEST(the_sibling_that_is_wanted_most_is_sent)
{
    char accept[64], field[64] = "Content-Encoding";
    tree t;
    hearth_client *client = client_of(&t, "/s", NULL);

    snprintf(accept, sizeof accept, "Accept-Encoding: %s", encodings[_i].accept);
    if (encodings[_i].encoding != NULL)
        snprintf(field, sizeof field, "Content-Encoding: %s", encodings[_i].encoding);
    (void)http_check(client, &(http_case){.target = encodings[_i].target,
                                          .header = accept,
                                          .status = 200,
                                          .says = encodings[_i].says,
                                          .field = field});
    hearth_client_free(client);
    tree_free(&t);
}
END_TEST

/* The sibling is its own representation: type of the original, everything else its own. */
START_TEST(a_sibling_has_its_own_tag_and_ranges)
{
    tree t;
    hearth_client *client = client_of(&t, "/s", NULL);
    char plain[64], gzip[64], if_range[80];
    const hearth_answer *r = hearth_call_get(client, "/s/z.css");

    snprintf(plain, sizeof plain, "%s", hearth_answer_header(r, "ETag"));
    r = http_check(client,
                   &(http_case){.target = "/s/z.css",
                                .header = "Accept-Encoding: gzip",
                                .status = 200,
                                .field = "Content-Type: text/css; charset=utf-8"});
    snprintf(gzip, sizeof gzip, "%s", hearth_answer_header(r, "ETag"));
    ck_assert_str_ne(plain, gzip);
    for (int i = 0; i < 2; i++) {
        const char *const headers[] = {"Accept-Encoding: gzip", "Range: bytes=0-1",
                                       if_range, NULL};

        snprintf(if_range, sizeof if_range, "If-Range: %s", i == 0 ? gzip : plain);
        r = hearth_call_do(client,
                           &(hearth_call){.target = "/s/z.css", .headers = headers});
        ck_assert_int_eq(r->status, i == 0 ? 206 : 200);
        ck_assert_str_eq(r->body.ptr, i == 0 ? "gz" : "gzipped");
        http_check_field(r, "Content-Encoding: gzip");
    }
    hearth_client_free(client);
    tree_free(&t);
}
END_TEST

/* ---- ranges --------------------------------------------------------------------- */

static const http_case ranges[] = {
    {.target = "/s/a.txt",
     .header = "Range: bytes=2-4",
     .status = 206,
     .says = "234",
     .field = "Content-Range: bytes 2-4/10"},
    {.target = "/s/a.txt",
     .header = "Range: bytes=2-4",
     .status = 206,
     .field = "Content-Length: 3"},
    {.target = "/s/a.txt",
     .header = "Range: bytes=2-4",
     .status = 206,
     .field = "Content-Type: text/plain; charset=utf-8"},
    {.target = "/s/a.txt", .header = "Range: bytes=7-", .status = 206, .says = "789"},
    {.target = "/s/a.txt", .header = "Range: bytes=-2", .status = 206, .says = "89"},
    {.target = "/s/a.txt",
     .header = "Range: bytes=0-1,1-3",
     .status = 206,
     .says = "0123"},
    {.target = "/s/a.txt",
     .header = "Range: bytes=10-",
     .status = 416,
     .field = "Content-Range: bytes */10"},
    {.target = "/s/a.txt", .header = "Range: bytes=4-2", .status = 200, .says = TEXT},
    {.target = "/s/a.txt", .header = "Range: lines=1-2", .status = 200, .says = TEXT},
    {.target = "/s/empty.txt",
     .header = "Range: bytes=0-",
     .status = 416,
     .field = "Content-Range: bytes */0"},
    {.method = "HEAD",
     .target = "/s/a.txt",
     .header = "Range: bytes=2-4",
     .status = 200,
     .field = "Content-Length: 10"},
    {.target = "/s/big.bin",
     .header = "Range: bytes=26-50025",
     .status = 206,
     .field = "Content-Length: 50000"},
    {.method = "POST",
     .target = "/one",
     .header = "Range: bytes=2-4",
     .status = 200,
     .says = TEXT},
};

START_TEST(a_range_is_a_part_of_the_file)
{
    run_case("/s", NULL, &ranges[_i]);
}
END_TEST

START_TEST(several_ranges_are_parts_of_one_answer)
{
    tree t;
    hearth_client *client = client_of(&t, "/s", NULL);
    const hearth_answer *r =
        http_check(client, &(http_case){.target = "/s/a.txt",
                                        .header = "Range: bytes=0-1,8-9",
                                        .status = 206});
    const char *type = hearth_answer_header(r, "Content-Type"), *boundary;
    char want[1000];

    boundary = strstr(type, "multipart/byteranges; boundary=");
    ck_assert_ptr_eq(boundary, type);
    boundary += strlen("multipart/byteranges; boundary=");
    snprintf(want, sizeof want,
             "\r\n--%s\r\nContent-Type: text/plain; charset=utf-8\r\n"
             "Content-Range: bytes 0-1/10\r\n\r\n01"
             "\r\n--%s\r\nContent-Type: text/plain; charset=utf-8\r\n"
             "Content-Range: bytes 8-9/10\r\n\r\n89\r\n--%s--\r\n",
             boundary, boundary, boundary);
    ck_assert_str_eq(r->body.ptr, want);
    http_check_field(r, "Content-Range");
    hearth_client_free(client);
    tree_free(&t);
}
END_TEST

/* ---- conditions -------------------------------------------------------------------- */

static const http_case dates[] = {
    {.target = "/s/a.txt",
     .header = "If-Modified-Since: " SAME,
     .status = 304,
     .says = "",
     .field = "Content-Type"},
    {.target = "/s/a.txt",
     .header = "If-Modified-Since: " SAME,
     .status = 304,
     .field = "Cache-Control: no-cache"},
    {.target = "/s/a.txt",
     .header = "If-Modified-Since: " SAME,
     .status = 304,
     .field = "Vary: Accept-Encoding"},
    {.target = "/s/a.txt",
     .header = "If-Modified-Since: " BEFORE,
     .status = 200,
     .says = TEXT},
    {.target = "/s/a.txt", .header = "If-Modified-Since: soon", .status = 200},
    {.method = "HEAD",
     .target = "/s/big.bin",
     .header = "If-Modified-Since: " SAME,
     .status = 304},
    {.target = "/s/a.txt", .header = "If-Unmodified-Since: " BEFORE, .status = 412},
    {.target = "/s/a.txt", .header = "If-Unmodified-Since: " SAME, .status = 200},
    {.target = "/s/a.txt", .header = "If-Match: *", .status = 200},
    {.target = "/s/a.txt", .header = "If-Match: \"x\"", .status = 412},
    {.target = "/s/a.txt", .header = "If-None-Match: *", .status = 304},
    {.target = "/s/a.txt", .header = "If-None-Match: \"x\"", .status = 200},
    {.target = "/s/nothing", .header = "If-None-Match: *", .status = 404},
    {.method = "POST",
     .target = "/one",
     .header = "If-None-Match: *",
     .status = 200,
     .says = TEXT},
    {.target = "/sorry", .header = "If-None-Match: *", .status = 503, .says = TEXT},
};

START_TEST(conditions_are_heeded)
{
    run_case("/s", NULL, &dates[_i]);
}
END_TEST

START_TEST(a_tag_that_was_sent_is_known_again)
{
    tree t;
    hearth_client *client = client_of(&t, "/s", NULL);
    char tag[64], header[100];
    const hearth_answer *r = hearth_call_get(client, "/s/a.txt");

    snprintf(tag, sizeof tag, "%s", hearth_answer_header(r, "ETag"));
    ck_assert_int_eq(tag[0], '"');
    snprintf(header, sizeof header, "If-None-Match: \"x\", %s", tag);
    r = http_check(client, &(http_case){.target = "/s/a.txt",
                                        .header = header,
                                        .status = 304,
                                        .field = "Last-Modified: " SAME});
    ck_assert_str_eq(hearth_answer_header(r, "ETag"), tag);
    tree_file(&t, "a.txt", TEXT "!", TIME);
    (void)http_check(client, &(http_case){.target = "/s/a.txt",
                                          .header = header,
                                          .status = 200,
                                          .says = TEXT "!"});
    hearth_client_free(client);
    tree_free(&t);
}
END_TEST

START_TEST(a_file_that_has_just_changed_has_a_weak_tag)
{
    tree t;
    hearth_client *client = client_of(&t, "/s", NULL);
    char path[TREE_PATH];
    const struct timespec now[2] = {{.tv_nsec = UTIME_NOW}, {.tv_nsec = UTIME_NOW}};
    const char *const headers[] = {"Range: bytes=0-1", NULL};
    const hearth_answer *r;

    ck_assert_int_eq(utimensat(AT_FDCWD, tree_path(&t, "a.txt", path), now, 0), 0);
    r = hearth_call_do(client, &(hearth_call){.target = "/s/a.txt", .headers = headers});
    ck_assert_int_eq(r->status, 206);
    ck_assert_int_eq(strncmp(hearth_answer_header(r, "ETag"), "W/\"", 3), 0);
    hearth_client_free(client);
    tree_free(&t);
}
END_TEST

START_TEST(a_time_to_come_is_no_last_modified)
{
    tree t;
    hearth_client *client = client_of(&t, "/s", NULL);

    tree_file(&t, "a.txt", TEXT, 4102444800);
    (void)http_check(client, &(http_case){.target = "/s/a.txt",
                                          .status = 200,
                                          .says = TEXT,
                                          .field = "Last-Modified"});
    hearth_client_free(client);
    tree_free(&t);
}
END_TEST

/* ---- one file of a handler ------------------------------------------------------- */

static const http_case ones[] = {
    {.target = "/one", .status = 200, .says = TEXT, .field = "Cache-Control: no-cache"},
    {.target = "/one", .status = 200, .field = "Vary"},
    {.target = "/one", .status = 200, .field = "Content-Disposition"},
    {.target = "/one?path=docs/index.html", .status = 200, .says = "<p>docs"},
    {.target = "/one?path=nothing", .status = 404},
    {.target = "/one?path=docs", .status = 404},
    {.target = "/one?path=../x", .status = 404},
    {.target = "/one?path=/etc/passwd", .status = 404},
    {.target = "/one?path=.secret", .status = 404},
    {.target = "/one?path=link.txt", .status = 404},
    {.target = "/one?path=", .status = 404},
    {.target = "/one", .header = "Range: bytes=0-0", .status = 206, .says = "0"},
    {.target = "/download",
     .status = 200,
     .field = "Content-Disposition: attachment; filename=\"download\""},
    {.target = "/download?as=na%C3%AFve.txt",
     .status = 200,
     .field = "Content-Disposition: attachment; filename=\"na_ve.txt\"; "
              "filename*=UTF-8''na%C3%AFve.txt"},
    {.target = "/download", .status = 200, .field = "Cache-Control: private, max-age=60"},
    {.target = "/download", .status = 200, .field = "Content-Type: text/x-mine"},
    {.target = "/sorry",
     .status = 503,
     .says = TEXT,
     .field = "Content-Disposition: attachment; filename=\"a.txt\""},
    {.target = "/sorry",
     .header = "Range: bytes=0-0",
     .status = 503,
     .says = TEXT,
     .field = "Accept-Ranges"},
    {.target = "/private", .status = 200, .field = "Cache-Control: no-store"},
    {.target = "/nowhere", .status = 500},
};

START_TEST(a_handler_answers_with_a_file)
{
    run_case("/s", NULL, &ones[_i]);
}
END_TEST

START_TEST(no_request_leaves_a_descriptor_open)
{
    tree t;
    hearth_client *client = client_of(&t, "/s", NULL);
    int before;

    (void)hearth_call_get(client, "/s/a.txt");
    before = tree_descriptors();
    for (int i = 0; i < 20; i++) {
        (void)http_check(client, &served[i % N(served)]);
        (void)http_check(client, &ranges[i % N(ranges)]);
        (void)http_check(client, &dates[i % N(dates)]);
        (void)http_check(client, &(http_case){.target = "/s/big.bin", .status = 200});
        (void)http_check(client,
                         &(http_case){.target = "/s/big.bin",
                                      .header = "Range: bytes=0-40000,50000-99998",
                                      .status = 206});
    }
    (void)hearth_call_get(client, "/s/a.txt");
    ck_assert_int_eq(tree_descriptors(), before);
    hearth_client_free(client);
    tree_free(&t);
}
END_TEST

SUITE("files",
      LOOP(a_directory_is_served, 0,
           N(served)) LOOP(the_top_may_be_a_directory, 0,
                           N(at_top)) LOOP(each_option_does_what_it_says, 0, N(options))
          TEST(only_a_navigation_gets_the_page_of_an_application)
              LOOP(the_sibling_that_is_wanted_most_is_sent, 0,
                   N(encodings)) TEST(a_sibling_has_its_own_tag_and_ranges)
                  LOOP(a_range_is_a_part_of_the_file, 0, N(ranges))
                      TEST(several_ranges_are_parts_of_one_answer)
                          LOOP(conditions_are_heeded, 0, N(dates))
                              TEST(a_tag_that_was_sent_is_known_again)
                                  TEST(a_file_that_has_just_changed_has_a_weak_tag)
                                      TEST(a_time_to_come_is_no_last_modified)
                                          LOOP(a_handler_answers_with_a_file, 0, N(ones))
                                              TEST(no_request_leaves_a_descriptor_open))
