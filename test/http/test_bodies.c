/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Bodies that are read like a file, taken while they arrive, or refused before they do.
 */

#include "form.h"
#include "http.h"
#include "suite.h"

/* ---- read like a file ------------------------------------------------------------ */

/* "size:checksum:first", read in pieces. */
static int sum(hearth_ctx *c)
{
    unsigned char piece[1500];
    unsigned long total = 0, check = 0;
    size_t got;

    do {
        HEARTH_TRY(hearth_body_read(c, piece, sizeof piece, &got));
        for (size_t i = 0; i < got; i++)
            check = check * 31 + piece[i];
        total += got;
    } while (got > 0);
    if (total != hearth_body_size(c))
        return hearth_fail(c, 500, "%lu bytes read", total);
    return hearth_textf(c, 200, "%lu:%lx", total, check & 0xffffffff);
}

static int lines(hearth_ctx *c)
{
    unsigned n = 0;
    size_t longest = 0;
    hearth_str line;
    char last[16] = "";

    for (;;) {
        HEARTH_TRY(hearth_body_line(c, &line));
        if (line.len == 0)
            break;
        n++;
        longest = line.len > longest ? line.len : longest;
        snprintf(last, sizeof last, "%.*s", (int)strcspn(line.ptr, "\n"), line.ptr);
    }
    return hearth_textf(c, 200, "%u,%zu,%s", n, longest, last);
}

static int size(hearth_ctx *c)
{
    hearth_str body = hearth_body(c);

    return hearth_textf(c, 200, "%zu:%.3s", body.len, body.ptr);
}

static int nothing(hearth_ctx *c)
{
    (void)c;
    return 204;
}

static int echo(hearth_ctx *c)
{
    json_t *in;

    HEARTH_TRY(hearth_body_json(c, &in));
    return hearth_text(c, 200, hearth_form(c, "a", "json"));
}

static int form(hearth_ctx *c)
{
    return hearth_text(c, 200, hearth_form(c, "a", "-"));
}

#define BIG (300u << 20)

static const hearth_route in_memory[] = {
    HEARTH_POST("/sum", sum),
    HEARTH_POST("/lines", lines),
    HEARTH_POST("/size", size),
    HEARTH_POST("/nothing", nothing),
    HEARTH_POST("/json", echo),
    HEARTH_POST("/form", form),
    HEARTH_END,
};

static const hearth_route files[] = {
    HEARTH_GROUP("/memory", in_memory, .max_body = BIG),
    HEARTH_GROUP("/spool", in_memory, .max_body = BIG, .spool = true),
    HEARTH_GROUP("/inline", in_memory, .max_body = BIG, .spool = true,
                 .run = HEARTH_INLINE),
    HEARTH_END,
};

static const char *const kept_in[] = {"/memory", "/spool", "/inline"};

/* What must come back of n bytes, each i % 251. */
static char *bytes(size_t n, char want[64])
{
    char *p = malloc(n + 1);
    unsigned long check = 0;

    ck_assert_ptr_nonnull(p);
    for (size_t i = 0; i < n; i++) {
        p[i] = (char)(i % 251);
        check = check * 31 + (unsigned char)p[i];
    }
    snprintf(want, 64, "%zu:%lx", n, check & 0xffffffff);
    return p;
}

static const hearth_answer *post_to(hearth_client *t, const char *prefix,
                                    const char *path, const char *body, size_t n,
                                    const char *header)
{
    const char *const headers[] = {header, NULL};
    char target[64];

    snprintf(target, sizeof target, "%s%s", prefix, path);
    return hearth_call_do(t, &(hearth_call){.method = "POST",
                                            .target = target,
                                            .type = "text/plain",
                                            .headers = headers,
                                            .body = body,
                                            .body_len = n});
}

START_TEST(a_body_is_read_in_pieces_wherever_it_is_kept)
{
    static const size_t sizes[] = {1, 1499, 1500, 65536, 65537, 200000, 3000000};
    hearth_client *t = http_client(NULL, files);
    char want[64];

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char *body = bytes(sizes[i], want);

        ck_assert_str_eq(post_to(t, kept_in[_i], "/sum", body, sizes[i], NULL)->body.ptr,
                         want);
        ck_assert_str_eq(post_to(t, kept_in[_i], "/sum", body, sizes[i],
                                 "Transfer-Encoding: chunked")
                             ->body.ptr,
                         want);
        free(body);
    }
    ck_assert_str_eq(post_to(t, kept_in[_i], "/sum", "", 0, NULL)->body.ptr, "0:0");
    ck_assert_str_eq(
        post_to(t, kept_in[_i], "/sum", "", 0, "Transfer-Encoding: chunked")->body.ptr,
        "0:0");
    hearth_client_free(t);
}
END_TEST

START_TEST(a_hundred_megabytes_go_through)
{
    hearth_client *t = http_client(NULL, files);
    size_t n = 100u << 20;
    char want[64], *body = bytes(n, want);

    ck_assert_str_eq(post_to(t, "/spool", "/sum", body, n, NULL)->body.ptr, want);
    free(body);
    hearth_client_free(t);
}
END_TEST

START_TEST(a_body_is_read_line_by_line)
{
    hearth_client *t = http_client(NULL, files);
    char *body = malloc(300000);

    ck_assert_ptr_nonnull(body);
    ck_assert_str_eq(post_to(t, kept_in[_i], "/lines", "a\nbb\n\nccc", 0, NULL)->body.ptr,
                     "4,3,ccc");
    ck_assert_str_eq(post_to(t, kept_in[_i], "/lines", "a\r\n", 0, NULL)->body.ptr,
                     "1,3,a\r");
    ck_assert_str_eq(post_to(t, kept_in[_i], "/lines", "", 0, NULL)->body.ptr, "0,0,");
    /* A very long line comes in pieces of 64 KiB. */
    memset(body, 'x', 200000);
    memcpy(body + 200000, "\nend", 5);
    ck_assert_str_eq(post_to(t, kept_in[_i], "/lines", body, 200004, NULL)->body.ptr,
                     "5,65536,end");
    free(body);
    hearth_client_free(t);
}
END_TEST

START_TEST(a_kept_body_is_there_in_every_other_way_too)
{
    hearth_client *t = http_client(NULL, files);
    char *body = malloc(200001);

    ck_assert_ptr_nonnull(body);
    memset(body, 'x', 200000);
    memcpy(body, "abc", 3);
    ck_assert_str_eq(post_to(t, kept_in[_i], "/size", body, 200000, NULL)->body.ptr,
                     "200000:abc");
    ck_assert_str_eq(post_to(t, kept_in[_i], "/size", "ab", 2, NULL)->body.ptr, "2:ab");
    ck_assert_int_eq(post_to(t, kept_in[_i], "/nothing", body, 200000, NULL)->status,
                     204);
    memset(body, ' ', 200000);
    memcpy(body, "{}", 2);
    body[200000] = '\0';
    ck_assert_str_eq(post_to(t, kept_in[_i], "/json", body, 200000,
                             "Content-Type: application/json")
                         ->body.ptr,
                     "json");
    free(body);
    hearth_client_free(t);
}
END_TEST

/* ---- taken while it arrives -------------------------------------------------------- */

struct taken {
    char log[512]; /* what was called */
    size_t bytes;
    bool began;
};

static void note(struct taken *k, const char *text, const char *more)
{
    size_t n = strlen(k->log);

    snprintf(k->log + n, sizeof k->log - n, "%s%s", text, more == NULL ? "-" : more);
}

static int on_begin(void *self, hearth_ctx *c)
{
    struct taken *k = self;
    const char *answer = hearth_header(c, "X-Begin");

    ck_assert_str_eq(k->log, "");
    ck_assert_uint_eq(hearth_body_size(c), 0);
    k->began = true;
    if (answer == NULL)
        return 0;
    return *answer == '4' ? 403 : hearth_text(c, 409, "not now");
}

static int on_part(void *self, hearth_ctx *c, const hearth_part *p)
{
    (void)c;
    note(self, "<", p->name);
    note(self, "|", p->client_name);
    note(self, "|", p->claimed_type);
    note(self, ":", "");
    return strcmp(p->name, "bad") == 0 ? 422 : 0;
}

static int on_data(void *self, hearth_ctx *c, const void *p, size_t n)
{
    struct taken *k = self;
    char text[64];

    ck_assert(k->began && n > 0);
    k->bytes += n;
    if (k->bytes < 50) {
        snprintf(text, sizeof text, "%.*s", (int)n, (const char *)p);
        note(k, text, "");
    }
    if (memchr(p, '!', n) != NULL)
        return hearth_fail(c, 418, "no '!' please");
    return memchr(p, '?', n) != NULL ? HEARTH_EBUSY : 0;
}

static int on_end(void *self, hearth_ctx *c)
{
    (void)c;
    note(self, ">", "");
    return 0;
}

static int told(hearth_ctx *c)
{
    struct taken *k = hearth_body_state(c);

    return hearth_textf(c, 200, "%s %zu %zu", k->log, k->bytes, hearth_body(c).len);
}

static int no_state(hearth_ctx *c)
{
    return hearth_text(c, 200, hearth_body_state(c) == NULL ? "none" : "some");
}

static int swallow(void *self, hearth_ctx *c, const void *p, size_t n)
{
    (void)p;
    (void)n;
    return self == NULL && c != NULL ? 0 : 500;
}

static const hearth_body_ops parts = {.name = "parts",
                                      .size = sizeof(struct taken),
                                      .begin = on_begin,
                                      .part = on_part,
                                      .data = on_data,
                                      .end = on_end};
static const hearth_body_ops raw = {.name = "raw",
                                    .size = sizeof(struct taken),
                                    .begin = on_begin,
                                    .data = on_data,
                                    .end = on_end};
static const hearth_body_ops least = {.name = "least", .data = swallow};

static const hearth_route streams[] = {
    HEARTH_POST("/parts", told, .body = &parts, .max_body = BIG),
    HEARTH_POST("/raw", told, .body = &raw),
    HEARTH_POST("/raw/inline", told, .body = &raw, .run = HEARTH_INLINE),
    HEARTH_POST("/least", no_state, .body = &least),
    HEARTH_POST("/none", no_state),
    HEARTH_GET("/raw", told, .body = &raw),
    HEARTH_END,
};

#define TWO_PARTS FORM_TEXT("a", "1") FORM_FILE("f", "x/y", "t/p", "22") FORM_END

static const http_case streamed[] = {
    {.method = "POST",
     .target = "/parts",
     .type = FORM_TYPE,
     .body = TWO_PARTS,
     .status = 200,
     .says = "<a|-|:1><f|y|t/p:22> 3 0"},
    {.method = "POST",
     .target = "/parts",
     .body = "{}",
     .status = 200,
     .says = "{}> 2 0"},
    {.method = "POST",
     .target = "/raw",
     .type = FORM_TYPE,
     .body = "--b--",
     .status = 200,
     .says = "--b--> 5 0"},
    {.method = "POST", .target = "/raw", .status = 200, .says = "> 0 0"},
    {.target = "/raw", .status = 200, .says = "> 0 0"},
    {.method = "POST",
     .target = "/raw/inline",
     .body = "x",
     .status = 200,
     .says = "x> 1 0"},
    {.method = "POST", .target = "/least", .body = "x", .status = 200, .says = "none"},
    {.method = "POST", .target = "/none", .body = "x", .status = 200, .says = "none"},
    /* each slot can end it */
    {.method = "POST",
     .target = "/raw",
     .header = "X-Begin: 4",
     .body = "x",
     .status = 403},
    {.method = "POST",
     .target = "/raw",
     .header = "X-Begin: 5",
     .body = "x",
     .status = 409,
     .says = "not now"},
    {.method = "POST", .target = "/raw", .header = "X-Begin: 5", .status = 409},
    {.method = "POST", .target = "/raw", .body = "x!", .status = 418},
    {.method = "POST", .target = "/raw", .body = "x?", .status = 503},
    {.method = "POST", .target = "/raw/inline", .body = "x!", .status = 418},
    {.method = "POST",
     .target = "/parts",
     .type = FORM_TYPE,
     .body = FORM_TEXT("bad", "1") FORM_END,
     .status = 422},
    {.method = "POST",
     .target = "/parts",
     .type = FORM_TYPE,
     .body = FORM_TEXT("a", "1"),
     .status = 400},
    {.method = "POST",
     .target = "/parts",
     .type = "multipart/form-data",
     .body = "x",
     .status = 400},
};

START_TEST(a_route_takes_its_body_while_it_arrives)
{
    http_check_one(NULL, streams, &streamed[_i]);
}
END_TEST

START_TEST(a_large_stream_arrives_whole_and_over_the_limit_is_413)
{
    hearth_client *t = http_client(NULL, streams);
    size_t n = 10u << 20;
    char *body = malloc(n);

    ck_assert_ptr_nonnull(body);
    memset(body, 'x', n);
    const hearth_answer *r = post_to(t, "", "/parts", body, n, NULL);

    ck_assert_msg(strstr(r->body.ptr, " 10485760 0") != NULL, "%s", r->body.ptr);
    ck_assert_int_eq(post_to(t, "", "/raw", body, 1u << 20, NULL)->status, 200);
    ck_assert_int_eq(post_to(t, "", "/raw", body, (1u << 20) + 1, NULL)->status, 413);
    ck_assert_int_eq(post_to(t, "", "/raw", body, (1u << 20) + 1,
                             "Transfer-Encoding: chunked")
                         ->status,
                     413);
    free(body);
    hearth_client_free(t);
}
END_TEST

/* ---- refused before it does -------------------------------------------------------- */

static int only_with_key(hearth_ctx *c)
{
    if (hearth_header(c, "X-Key") == NULL)
        return 401;
    return strcmp(hearth_header(c, "X-Key"), "text") == 0 ? hearth_text(c, 403, "said")
                                                          : 0;
}

static int open_to_all(hearth_ctx *c)
{
    (void)c;
    return 0;
}

static int declines(hearth_ctx *c)
{
    return hearth_header(c, "X-Key") != NULL ? HEARTH_DECLINED : 200;
}

static const hearth_route inner[] = {
    HEARTH_POST("/inherits", size),
    HEARTH_POST("/open", size, .admit = open_to_all),
    HEARTH_POST("/inline", size, .run = HEARTH_INLINE),
    HEARTH_GET("/inherits", size),
    HEARTH_END,
};

static const hearth_route guarded[] = {
    HEARTH_GROUP("/in", inner, .admit = only_with_key),
    HEARTH_POST("/d/{x:int}", declines),
    HEARTH_POST("/d/{x}", size, .admit = only_with_key),
    HEARTH_END,
};

static const http_case admissions[] = {
    {.method = "POST", .target = "/in/inherits", .body = "abc", .status = 401},
    {.method = "POST",
     .target = "/in/inherits",
     .header = "X-Key: 1",
     .body = "abc",
     .status = 200,
     .says = "3:abc"},
    {.method = "POST",
     .target = "/in/inherits",
     .header = "X-Key: text",
     .body = "abc",
     .status = 403,
     .says = "said"},
    {.method = "POST", .target = "/in/open", .body = "abc", .status = 200},
    {.method = "POST", .target = "/in/inline", .body = "abc", .status = 401},
    {.method = "POST",
     .target = "/in/inline",
     .header = "X-Key: 1",
     .body = "abc",
     .status = 200},
    {.method = "POST", .target = "/in/inherits", .status = 401},
    {.target = "/in/inherits", .status = 401},
    {.target = "/in/inherits", .header = "X-Key: text", .status = 403, .says = "said"},
    {.target = "/in/inherits", .header = "X-Key: 1", .status = 200},
    /* the route that answers in the end is the one that asks */
    {.method = "POST", .target = "/d/1", .body = "abc", .status = 200},
    {.method = "POST",
     .target = "/d/1",
     .header = "X-Key: text",
     .body = "abc",
     .status = 403},
    {.method = "POST",
     .target = "/d/1",
     .header = "X-Key: 1",
     .body = "abc",
     .status = 200},
};

START_TEST(a_route_says_who_may_send_it_a_body)
{
    http_check_one(NULL, guarded, &admissions[_i]);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

SUITE("http/bodies",
      LOOP(a_body_is_read_in_pieces_wherever_it_is_kept, 0, 3)
          TEST(a_hundred_megabytes_go_through) LOOP(a_body_is_read_line_by_line, 0, 3)
              LOOP(a_kept_body_is_there_in_every_other_way_too, 0, 3)
                  LOOP(a_route_takes_its_body_while_it_arrives, 0, COUNT(streamed))
                      TEST(a_large_stream_arrives_whole_and_over_the_limit_is_413)
                          LOOP(a_route_says_who_may_send_it_a_body, 0, COUNT(admissions)))
