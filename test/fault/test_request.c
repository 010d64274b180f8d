/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Whole requests while memory runs out: every allocation fails once in turn, in Hearth,
 * in jansson and in SQLite.  The client must get the very answer that it gets otherwise,
 * or one 503; the next request finds everything in order.
 */

#include "allocators.h"
#include "fault.h"
#include "request_app.h"
#include "suite.h"

#include <hearth/client.h>
#include <stdio.h>
#include <string.h>

#define URLENC "application/x-www-form-urlencoded"

static hearth_client *make_client(bool own_pages)
{
    hearth_client *t = hearth_client_new(make_app(own_pages));

    ck_assert_ptr_nonnull(t);
    return t;
}

/* ---- requests ------------------------------------------------------------------------ */

static const char *const accept_image[] = {"Accept: image/png", "Accept: a/b", NULL};
static const char *const accept_html[] = {"Accept: text/html", NULL};
static const char *const many[] = {"X-One: 1",   "X-Two: 2",         "X-Three: 3",
                                   "X-Four: 4",  "X-Five: 5",        "X-Six: 6",
                                   "X-Seven: 7", "X-Eight: 8",       "X-Nine: 9",
                                   "X-Ten: 10",  "X-11: 11",         "X-12: 12",
                                   "X-13: 13",   "X-14: 14",         "X-15: 15",
                                   "X-16: 16",   "Cookie: a=b; c=d", NULL};
static const char *const trailers[] = {"TE: gzip", "TE: trailers", NULL};
static const char *const one_cookie[] = {"Cookie: taste=sour; a=b", NULL};

static const char *const any_match[] = {"If-Match: *", NULL};
static const char *const no_match[] = {"If-Match: \"x\"", NULL};

#define PART_JSON                                                              \
    "{\"title\":\"a\\nb\",\"data\":\"AAAA\",\"more\":{\"a\":[1,\"\\u00e9\"]}," \
    "\"mail\":\"a@b.c\"}"

static const struct {
    hearth_call call;
    int status;
    bool own_pages;
} kinds[] = {
    {{.target = "/"}, 200, false},
    {{.method = "HEAD", .target = "/"}, 200, false},
    {{.method = "OPTIONS", .target = "/"}, 204, false},
    {{.method = "OPTIONS", .target = "*"}, 204, false},
    {{.method = "PUT", .target = "/"}, 405, false},
    {{.method = "BREW", .target = "/"}, 501, false},
    {{.target = "/large"}, 200, false},
    {{.method = "POST", .target = "/json", .body = "{\"a\": [1, \"two\", null]}"},
     201,
     false},
    {{.method = "POST", .target = "/json", .body = "{\"a\": "}, 400, false},
    {{.method = "POST", .target = "/json", .body = "a=b", .type = URLENC}, 415, false},
    {{.method = "POST", .target = "/json"}, 400, false},
    {{.method = "POST", .target = "/form", .body = "a=1+2&b=%C3%A9", .type = URLENC},
     200,
     false},
    {{.method = "POST", .target = "/form", .body = "a=%zz", .type = URLENC}, 400, false},
    {{.target = "/forms", .headers = accept_html}, 200, false},
    {{.target = "/forms", .headers = accept_image}, 406, false},
    {{.target = "/blockwise"}, 200, false},
    {{.target = "/blockwise", .headers = trailers}, 200, false},
    {{.target = "/query?q=x%20y&n=12"}, 200, false},
    {{.target = "/query?n=twelve"}, 400, false},
    {{.target = "/query?n=twelve", .headers = accept_html}, 400, false},
    {{.target = "/cookies", .headers = one_cookie}, 200, false},
    {{.target = "/inline"}, 200, false},
    {{.target = "/headers", .headers = many}, 200, false},
    {{.target = "/urls"}, 200, false},
    {{.target = "/in/one/7/a%20b"}, 200, false},
    {{.target = "/in/nothing"}, 200, false},
    {{.target = "/rows"}, 200, false},
    {{.target = "/by-hand"}, 200, false},
    {{.method = "POST", .target = "/insert", .body = "{\"title\": \"new\"}"}, 201, false},
    {{.method = "POST", .target = "/insert", .body = "{}"}, 422, false},
    {{.method = "POST", .target = "/move"}, 204, false},
    {{.target = "/sum"}, 200, false},
    {{.method = "POST", .target = "/duplicate"}, 409, false},
    {{.method = "POST", .target = "/duplicate", .headers = accept_html}, 409, false},
    {{.method = "PUT",
      .target = "/memos",
      .body = "{\"id\": 1, \"title\": \"a\", \"ref\": "
              "\"018f3c5e-7b1a-7c2d-9e4f-0a1b2c3d4e5f\", \"day\": \"2026-11-23\"}"},
     200,
     false},
    {{.method = "POST", .target = "/memos/1"}, 200, false},
    {{.method = "DELETE", .target = "/memos"}, 404, false},
    {{.target = "/memos?title.contains=a&id.in=1,2&sort=title,-day&limit=1&count=true"},
     200,
     false},
    {{.target = "/memos?color=red&id=x"}, 422, false},
    {{.target = "/memos?after=AAAA"}, 400, false},
    {{.target = "/memos/all"}, 200, false},
    {{.target = "/r/2026-01-01?count=true&limit=1"}, 200, false},
    {{.target = "/r/2026-01-01/2"}, 200, false},
    {{.target = "/r/2026-01-02/2"}, 404, false},
    {{.method = "POST",
      .target = "/r/2026-01-01",
      .body = "{\"title\": \"c\", \"more\": {\"a\": 1}}"},
     201,
     false},
    {{.method = "POST", .target = "/plain", .body = "{\"title\": \"c\"}"}, 201, false},
    {{.method = "PUT", .target = "/r/2026-01-01/2", .body = "{\"title\": \"d\"}"},
     200,
     false},
    {{.method = "PUT", .target = "/r/2026-01-01/9", .body = "{\"title\": \"d\"}"},
     201,
     false},
    {{.method = "PATCH",
      .target = "/r/2026-01-01/2",
      .body = "{\"more\": {\"b\": null, \"c\": {\"d\": 1}}}",
      .headers = any_match},
     200,
     false},
    {{.method = "PATCH",
      .target = "/r/2026-01-01/2",
      .body = "{\"title\": \"d\"}",
      .headers = no_match},
     412,
     false},
    {{.method = "PATCH",
      .target = "/r/2026-01-01/2",
      .body = "{\"id\": 3, \"day\": \"2026-01-02\"}"},
     422,
     false},
    {{.method = "PATCH",
      .target = "/r/2026-01-01/2",
      .body = "[]",
      .type = "application/json-patch+json"},
     415,
     false},
    {{.method = "PATCH", .target = "/r/2026-01-01/2", .body = "{\"title\": \"x\"}"},
     403,
     false},
    {{.method = "DELETE", .target = "/r/2026-01-01/2", .headers = any_match}, 204, false},
    {{.method = "DELETE", .target = "/plain/2"}, 204, false},
    {{.target = "/openapi.json"}, 200, false},
    {{.target = "/go"}, 302, false},
    {{.target = "/fails?what=that"}, 409, false},
    {{.target = "/fails?what=that", .headers = accept_html}, 409, false},
    {{.target = "/fails?what=that"}, 409, true},
    {{.target = "/faulty"}, 422, false},
    {{.target = "/faulty", .headers = accept_html}, 422, false},
    {{.target = "/faulty"}, 422, true},
    {{.target = "/silent"}, 500, false},
    {{.target = "/silent"}, 500, true},
    {{.method = "POST", .target = "/bound", .body = PART_JSON}, 200, false},
    {{.method = "POST",
      .target = "/bound",
      .body = "{\"title\":\"A\\n\",\"data\":1,\"state\":\"x\",\"y\":{},\"z\":0}"},
     422,
     false},
    {{.method = "POST",
      .target = "/bound",
      .body = "{\"title\":\"a\",\"data\":\"AA==\"}"},
     422,
     false},
    {{.method = "POST", .target = "/bound", .body = "{\"title\":"}, 400, false},
    {{.method = "POST", .target = "/bound", .body = "a", .type = "text/plain"},
     415,
     false},
    {{.method = "POST",
      .target = "/bound",
      .body = "title=a&data=AAAA&more=[1]&mail=",
      .type = URLENC},
     200,
     false},
    {{.method = "POST", .target = "/bound", .body = "title=&x=1", .type = URLENC},
     422,
     false},
    {{.target = "/bound?title=a&more={}"}, 200, false},
    {{.target = "/bound?x=1&state=none"}, 422, false},
    {{.method = "POST", .target = "/bound-here", .body = PART_JSON}, 200, false},
    {{.method = "POST",
      .target = "/form-page",
      .body = "title=%3C&state=none&mail=x",
      .type = URLENC,
      .headers = accept_html},
     422,
     false},
    {{.method = "POST", .target = "/form-page", .body = "title=a", .type = URLENC},
     200,
     false},
    {{.target = "/checked"}, 422, false},
    {{.target = "/d/7"}, 200, false},
    {{.target = "/somewhere"}, 200, false},
    {{.target = "/nowhere"}, 404, false},
    {{.target = "/nowhere", .headers = accept_html}, 404, false},
    {{.target = "/nowhere"}, 404, true},
    {{.target = "/query/"}, 308, false},
    {{.target = "//query"}, 308, false},
    {{.target = "/%zz"}, 400, false},
    {{.target = "/%zz"}, 400, true},
};
#define KINDS (int)(sizeof kinds / sizeof *kinds)

/* ---- comparing --------------------------------------------------------------------- */

typedef struct picture {
    char text[200000];
    size_t len;
} picture;

static void draw(picture *p, const char *s, size_t n)
{
    ck_assert_uint_lt(p->len + n, sizeof p->text);
    memcpy(p->text + p->len, s, n);
    p->len += n;
    p->text[p->len] = '\0';
}

/* The ids of requests differ, and nonces. */
static void blur_ids(char *s)
{
    for (char *n = strstr(s, "'nonce-"); n != NULL; n = strstr(n + 1, "'nonce-"))
        memset(n + 7, '-', 24);
    for (size_t n; *s != '\0'; s += n + (s[n] != '\0')) {
        n = strspn(s, "0123456789abcdef");
        if (n == 24)
            memset(s, '-', n);
    }
}

static void take_picture(picture *p, const hearth_answer *r)
{
    static const char *const names[] = {
        "Content-Type",  "Content-Length",
        "Location",      "Allow",
        "Vary",          "Set-Cookie",
        "Cache-Control", "X-Around",
        "X-Sent",        "Content-Security-Policy",
        "X-Own",         "X-Declined",
        "Link",          "ETag",
        "Accept-Patch",  "Content-Location",
    };

    p->len = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = hearth_answer_header(r, names[i]);
        char line[512];
        int n = snprintf(line, sizeof line, "%s: %s\n", names[i],
                         value == NULL ? "(none)" : value);

        draw(p, line, (size_t)n);
    }
    draw(p, r->body.ptr, r->body.len);
    blur_ids(p->text);
}

static void check_503(const hearth_answer *r, bool has_body)
{
    const char *type = hearth_answer_header(r, "Content-Type");

    ck_assert_ptr_nonnull(type);
    ck_assert_str_eq(hearth_answer_header(r, "Retry-After"), "1");
    ck_assert_str_eq(hearth_answer_header(r, "Cache-Control"), "no-store");
    ck_assert_ptr_null(hearth_answer_header(r, "Location"));
    if (!has_body)
        ck_assert_uint_eq(r->body.len, 0);
    else if (strcmp(type, "text/html; charset=utf-8") == 0)
        ck_assert_ptr_nonnull(strstr(r->body.ptr, "</html>"));
    else
        ck_assert_str_eq(hearth_answer_at(r, "/status"), "503");
}

static void check_sound(hearth_client *t, int i, const picture *wanted)
{
    static picture now;
    const hearth_answer *r = hearth_call_do(t, &kinds[i].call);

    ck_assert_int_eq(r->status, kinds[i].status);
    take_picture(&now, r);
    ck_assert_str_eq(now.text, wanted->text);
    r = hearth_call_get(t, "/sum");
    ck_assert_int_eq(r->status, 200);
    ck_assert_str_eq(hearth_answer_at(r, "/sum"), "2000");
}

static bool is_head(int i)
{
    return kinds[i].call.method != NULL && strcmp(kinds[i].call.method, "HEAD") == 0;
}

/* One call with a failing allocation; did one fail? */
static bool try_call(hearth_client *t, int i, long n, bool onwards, const picture *wanted)
{
    static picture now;
    const hearth_answer *r;

    (onwards ? fault_from : fault_at)(n);
    r = hearth_call_do(t, &kinds[i].call);
    bool hit = fault_hit();

    if (r->status == 0) {
        /* The client itself had no memory for the answer. */
        ck_assert(hit);
        ck_assert_str_eq(r->body.ptr, "out of memory");
    } else if (r->status == 503) {
        ck_assert(hit);
        /* A tree that jansson could not make is the client's loss, not the server's. */
        if (r->json != NULL || r->body.len == 0 ||
            strstr(hearth_answer_header(r, "Content-Type"), "json") == NULL)
            check_503(r, !is_head(i));
    } else {
        ck_assert_msg(r->status == kinds[i].status, "allocation %ld: %d %s", n, r->status,
                      r->body.ptr);
        /* An error page of one's own that cannot be made is the built-in one. */
        if (hit && kinds[i].own_pages && strstr(r->body.ptr, "\"about:blank\"") != NULL)
            return hit;
        take_picture(&now, r);
        ck_assert_msg(strcmp(now.text, wanted->text) == 0, "allocation %ld: %s", n,
                      now.text);
    }
    return hit;
}

/* ---- tests ----------------------------------------------------------------------- */

/* There is one thread here, so ThreadSanitizer has nothing to find that is worth every one of the
 * two thousand allocations of a large answer: a part of them is enough there. */
#if defined(__SANITIZE_THREAD__)
#define NEXT(n) ((n) + 1 + (n) / 20)
#else
#define NEXT(n) ((n) + 1)
#endif

/* Cold: every cache is empty, so that the making of connections and statements fails too;
 * warm: what a request needs in the long run. */
static void fail_each(int i, bool cold, bool onwards)
{
    static picture wanted;
    bool hit = true;

    take_over();
    hearth_client *t = make_client(kinds[i].own_pages);

    ck_assert_int_eq(hearth_call_do(t, &kinds[i].call)->status, kinds[i].status);
    take_picture(&wanted, hearth_call_do(t, &kinds[i].call));
    for (long n = 0; hit; n = NEXT(n)) {
        if (cold) {
            hearth_client_free(t);
            t = make_client(kinds[i].own_pages);
        }
        hit = try_call(t, i, n, onwards, &wanted);
        check_sound(t, i, &wanted);
    }
    hearth_client_free(t);
}

START_TEST(the_first_request_gives_its_answer_or_one_503)
{
    fail_each(_i, true, false);
}
END_TEST

START_TEST(a_later_request_gives_its_answer_or_one_503)
{
    fail_each(_i, false, false);
}
END_TEST

START_TEST(no_memory_from_some_point_on_gives_the_answer_or_one_503)
{
    fail_each(_i, false, true);
}
END_TEST

/* From hearth_app_new() to the first answer. */
START_TEST(an_application_is_made_whole_or_refuses_to_start)
{
    bool hit = true;
    int refused = 0;

    take_over();
    for (long n = 0; hit; n++) {
        fault_at(n);
        hearth_client *t = hearth_client_new(make_app(false));
        hit = fault_hit();

        if (t == NULL) {
            ck_assert(hit);
            refused++;
            continue;
        }
        const hearth_answer *r = hearth_call_get(t, "/in/one/7/x");

        ck_assert_int_eq(r->status, 200);
        ck_assert_str_eq(r->body.ptr, "7 x");
        ck_assert_str_eq(hearth_answer_header(r, "Vary"), "X-Below");
        hearth_client_free(t);
    }
    ck_assert_int_gt(refused, 20);
}
END_TEST

SUITE("fault/request",
      LOOP(the_first_request_gives_its_answer_or_one_503, 0, KINDS)
          LOOP(a_later_request_gives_its_answer_or_one_503, 0, KINDS)
              LOOP(no_memory_from_some_point_on_gives_the_answer_or_one_503, 0, KINDS)
                  TEST(an_application_is_made_whole_or_refuses_to_start))
