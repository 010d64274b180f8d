/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * JSON in and out, through handlers.
 */

#include "http.h"
#include "suite.h"

static int echo(hearth_ctx *c)
{
    json_t *in;

    HEARTH_TRY(hearth_body_json(c, &in));
    return hearth_json(c, 200, json_incref(in));
}

/* The documented way to answer with a part of what came in. */
static int packed(hearth_ctx *c)
{
    json_t *in;

    HEARTH_TRY(hearth_body_json(c, &in));
    return hearth_json(c, 200, json_pack("{s:O}", "echo", in));
}

static int twice(hearth_ctx *c)
{
    json_t *first, *second;

    HEARTH_TRY(hearth_body_json(c, &first));
    HEARTH_TRY(hearth_body_json(c, &second));
    return hearth_text(c, 200, first == second ? "the same" : "another");
}

static int odd_status(hearth_ctx *c)
{
    int rc = hearth_json(c, 700, json_object()); /* taken all the same */

    return hearth_textf(c, 200, "%d", rc);
}

static int deep(hearth_ctx *c)
{
    json_t *tree = json_array();

    for (int i = 0; i < 400; i++)
        tree = json_pack("[o]", tree);
    return hearth_json(c, 200, tree);
}

static int numbers(hearth_ctx *c)
{
    return hearth_json(c, 200,
                       json_pack("[f,f,f,I,I]", 0.1, 1e300, 2.0, (json_int_t)INT64_MAX,
                                 (json_int_t)INT64_MIN));
}

static const hearth_route routes[] = {
    HEARTH_POST("/", echo),          HEARTH_GET("/", echo),
    HEARTH_POST("/pack", packed),    HEARTH_POST("/twice", twice),
    HEARTH_GET("/odd", odd_status),  HEARTH_GET("/deep", deep),
    HEARTH_GET("/numbers", numbers), HEARTH_END,
};

#define POST       .method = "POST"
#define SIXTEEN(x) x x x x x x x x x x x x x x x x

static const http_case requests[] = {
    /* any value may stand at the top */
    {POST, .body = "{}", .status = 200, .says = "{}",
     .field = "Content-Type: application/json"},
    {POST, .body = "[]", .status = 200, .says = "[]"},
    {POST, .body = "null", .status = 200, .says = "null"},
    {POST, .body = "true", .status = 200, .says = "true"},
    {POST, .body = " 12 ", .status = 200, .says = "12"},
    {POST, .body = "\"a\"", .status = 200, .says = "\"a\""},
    {POST, .body = "\t\r\n {\"b\": [1, 2.5, \"\\u00e4\"], \"a\": {}} \n", .status = 200,
     .says = "{\"b\":[1,2.5,\"\xc3\xa4\"],\"a\":{}}"},
    {POST, .body = "[0.1, -0.0, 1e10, -9223372036854775808]", .status = 200},
    {POST, .target = "/pack", .body = "[1]", .status = 200, .says = "{\"echo\":[1]}"},
    {POST, .target = "/twice", .body = "{}", .status = 200, .says = "the same"},

    /* the type: application/json or anything+json, in UTF-8 */
    {POST, .type = "application/json; charset=utf-8", .body = "{}", .status = 200},
    {POST, .type = "APPLICATION/JSON", .body = "{}", .status = 200},
    {POST, .type = "application/ld+json", .body = "{}", .status = 200},
    {POST, .type = "application/json; charset=iso-8859-1", .body = "{}", .status = 415},
    {POST, .type = "text/plain", .body = "{}", .status = 415},
    {POST, .type = "application/x-www-form-urlencoded", .body = "{}", .status = 415},
    {POST, .type = "application/jsonx", .body = "{}", .status = 415},
    {POST, .type = "json", .body = "{}", .status = 415},

    /* nothing at all */
    {POST, .status = 400},
    {POST, .body = "", .status = 400},
    {POST, .body = "  ", .status = 400},
    {.status = 400},

    /* malformed */
    {POST, .body = "{", .status = 400},
    {POST, .body = "{\"a\":1,}", .status = 400},
    {POST, .body = "{a:1}", .status = 400},
    {POST, .body = "{'a':1}", .status = 400},
    {POST, .body = "[1] 2", .status = 400},
    {POST, .body = "NaN", .status = 400},
    {POST, .body = "Infinity", .status = 400},
    {POST, .body = "01", .status = 400},
    {POST, .body = "// comment\n{}", .status = 400},
    {POST, .body = "\xef\xbb\xbf{}", .status = 400},
    {POST, .body = "\"\xff\"", .status = 400},
    {POST, .body = "\"\\ud800\"", .status = 400},
    {POST, .body = "\"a\\u0000b\"", .status = 400},
    {POST, .body = "\"a\nb\"", .status = 400},
    {POST, .body = "{\"a\":1,\"a\":2}", .status = 400},
    {POST, .body = "9223372036854775808", .status = 400},
    {POST, .body = "1e999", .status = 400},

    /* 64 deep and no more */
    {POST, .body = SIXTEEN("[[[[") SIXTEEN("]]]]"), .status = 200},
    {POST, .body = "[" SIXTEEN("[[[[") SIXTEEN("]]]]") "]", .status = 400},
    {POST, .body = SIXTEEN(SIXTEEN("[[[[[[[[")), .status = 400},

    {.target = "/odd", .status = 200, .says = "-1"},
    {.target = "/numbers",
     .status = 200,
     .says = "[0.1,1e300,2.0,9223372036854775807,-9223372036854775808]"},
    {.target = "/deep", .status = 200},
};

START_TEST(json_is_read_and_written)
{
    http_check_one(NULL, routes, &requests[_i]);
}
END_TEST

static const struct {
    const char *body, *says;
} places[] = {
    {"{\"a\": x}", "line 1, column 7"},
    {"{\n  \"a\": 1,\n}", "line 3, column 1"},
    {"[\"\xc3\xa4\xc3\xb6\", x]", "line 1, column 8"}, /* characters, not bytes */
};

START_TEST(the_client_is_told_where_it_is_wrong)
{
    hearth_client *t = http_client(NULL, routes);
    const hearth_answer *r = hearth_call_post(t, "/", places[_i].body);

    ck_assert_int_eq(r->status, 400);
    ck_assert_msg(strstr(hearth_answer_at(r, "/detail"), places[_i].says) != NULL, "%s",
                  r->body.ptr);
    hearth_client_free(t);
}
END_TEST

/* The tree dies with its request, and the next one has its own. */
START_TEST(many_requests_each_have_a_tree_of_their_own)
{
    hearth_client *t = http_client(NULL, routes);

    for (int i = 0; i < 50; i++) {
        ck_assert_str_eq(hearth_call_post(t, "/", "[1]")->body.ptr, "[1]");
        ck_assert_int_eq(hearth_call_post(t, "/", "[1")->status, 400);
        ck_assert_int_eq(hearth_call_post(t, "/", NULL)->status, 400);
    }
    hearth_client_free(t);
}
END_TEST

/* What a body leaves is used for the next one. */
START_TEST(nothing_of_one_body_is_seen_in_the_next)
{
    static const char *const bodies[] = {
        "{\"user\":\"ann\",\"secret\":\"1234\",\"tags\":[\"a\",\"b\",\"c\"]}",
        "{\"user\":\"bob\",\"secret\":null,\"tags\":[\"d\"]}",
        "{\"user\":\"eve\"}",
        "{\"user\":\"\",\"secret\":{},\"tags\":[]}",
        "[\"user\"]",
        "{\"user\":\"ann\",\"secret\":\"1234\",\"tags\":[\"a\"],\"more\":1.5}",
    };
    hearth_client *t = http_client(NULL, routes);

    for (size_t i = 0; i < 40; i++) {
        const char *body = bodies[i * i % 7 % 6];
        const char *way = i % 3 == 0 ? "/" : "/pack";
        const hearth_answer *got = hearth_call_post(t, way, body);

        ck_assert_int_eq(got->status, 200);
        ck_assert_ptr_nonnull(strstr(got->body.ptr, body));
        if (i % 5 == 0)
            ck_assert_int_eq(hearth_call_post(t, "/", "{\"user\":\"x\",")->status, 400);
    }
    hearth_client_free(t);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

SUITE("http/json", LOOP(json_is_read_and_written, 0, COUNT(requests))
                       LOOP(the_client_is_told_where_it_is_wrong, 0, COUNT(places))
                           TEST(many_requests_each_have_a_tree_of_their_own)
                               TEST(nothing_of_one_body_is_seen_in_the_next))
