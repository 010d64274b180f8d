/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Structs as answers.
 */

#include "http.h"
#include "suite.h"

#include <hearth/model.h>
#include <math.h>

#define POINT(F, T)                            \
    F(T, id, i64, "Identifier", .key = true)   \
    F(T, x, f64, "Distance")                   \
    F(T, name, text, "Name", .nullable = true) \
    F(T, token, text, "Of the owner", .secret = true)
HEARTH_MODEL(point, "points", POINT);

static const struct point points[] = {
    {.id = 1, .x = 2.5, .name = "a", .token = "t1"},
    {.id = 2, .x = -0.25, .name = NULL, .token = "t2"},
};

static int one(hearth_ctx *c)
{
    return hearth_reply(c, 201, &point_model, &points[0]);
}

static int all(hearth_ctx *c)
{
    return hearth_reply_all(c, 200, &point_model, points, 2);
}

static int none(hearth_ctx *c)
{
    return hearth_reply_all(c, 200, &point_model, NULL, 0);
}

static int text(hearth_ctx *c)
{
    return hearth_text(c, 200, hearth_model_json(c, &point_model, &points[1]).ptr);
}

static int infinite(hearth_ctx *c)
{
    struct point p = {.id = 1, .x = INFINITY};

    return hearth_reply(c, 200, &point_model, &p);
}

static int empty(hearth_ctx *c)
{
    struct point p = {.id = 1, .x = NAN};

    return hearth_textf(c, 200, "%zu", hearth_model_json(c, &point_model, &p).len);
}

static int missing(hearth_ctx *c)
{
    return hearth_reply(c, 200, &point_model, NULL);
}

static const hearth_route routes[] = {
    HEARTH_GET("/one", one),           HEARTH_GET("/all", all),
    HEARTH_GET("/none", none),         HEARTH_GET("/text", text),
    HEARTH_GET("/infinite", infinite), HEARTH_GET("/empty", empty),
    HEARTH_GET("/missing", missing),   HEARTH_END,
};

static const http_case answers[] = {
    {.target = "/one",
     .status = 201,
     .says = "{\"id\":1,\"x\":2.5,\"name\":\"a\"}",
     .field = "Content-Type: application/json"},
    {.target = "/all",
     .status = 200,
     .says =
         "[{\"id\":1,\"x\":2.5,\"name\":\"a\"},{\"id\":2,\"x\":-0.25,\"name\":null}]"},
    {.target = "/none", .status = 200, .says = "[]"},
    {.target = "/text", .status = 200, .says = "{\"id\":2,\"x\":-0.25,\"name\":null}"},
    {.target = "/infinite", .status = 500},
    {.target = "/empty", .status = 200, .says = "0"},
    {.target = "/missing", .status = 500},
};

START_TEST(structs_are_answered_as_json_without_their_secrets)
{
    hearth_client *t = http_client(NULL, routes);

    http_check(t, &answers[_i]);
    hearth_client_free(t);
}
END_TEST

SUITE("http/reply", LOOP(structs_are_answered_as_json_without_their_secrets, 0,
                         (int)(sizeof answers / sizeof *answers)))
