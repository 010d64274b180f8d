/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "ctx.h"
#include "suite.h"

#define POST "POST / HTTP/1.1\r\nHost: a\r\n"
#define JSON POST "Content-Type: application/json\r\n\r\n"

static const char *const sound[] = {
    JSON "{\"a\": [1, 2]}",
    JSON " {\"a\": [1, 2]}\n",
    POST "content-type: Application/JSON; charset=UTF-8\r\n\r\n{\"a\":[1,2]}",
    POST "Content-Type: application/vnd.api+json\r\n\r\n{\"a\":[1,2]}",
};

START_TEST(a_body_is_parsed_once)
{
    bare *t = bare_open(NULL, sound[_i]);
    json_t *one, *two;

    ck_assert_int_eq(hearth_body_json(t->c, &one), 0);
    ck_assert_int_eq(hearth_body_json(t->c, &two), 0);
    ck_assert_ptr_eq(one, two);
    ck_assert_uint_eq(json_array_size(json_object_get(one, "a")), 2);
    bare_close(t);
}
END_TEST

static const struct {
    const char *request;
    int rc, status;
    const char *text;
} errors[] = {
    {POST "\r\n", HEARTH_EINVAL, 400, "the body is empty: send a JSON document"},
    {JSON, HEARTH_EINVAL, 400, "the body is empty: send a JSON document"},
    {JSON "{\n  \"a\": }", HEARTH_EINVAL, 400, "line 2"},
    {JSON "{\"a\":1,\"a\":2}", HEARTH_EINVAL, 400, "JSON"},
    {JSON "[\"\xff\"]", HEARTH_EINVAL, 400, "JSON"},
    {JSON "[1] x", HEARTH_EINVAL, 400, "column"},
    {POST "\r\n{}", HEARTH_EMEDIA, 415, "application/json"},
    {POST "Content-Type: text/plain\r\n\r\n{}", HEARTH_EMEDIA, 415, "application/json"},
    {POST "Content-Type: text/plain\r\n\r\n", HEARTH_EMEDIA, 415, "application/json"},
    {POST "Content-Type: application/x-www-form-urlencoded\r\n\r\n{}", HEARTH_EMEDIA, 415,
     "application/json"},
    {POST "Content-Type: application/json; charset=utf-16\r\n\r\n{}", HEARTH_EMEDIA, 415,
     "UTF-8"},
};
#define ERRORS (int)(sizeof errors / sizeof *errors)

START_TEST(a_body_that_is_no_json_says_why)
{
    bare *t = bare_open(NULL, errors[_i].request);
    json_t *tree = (json_t *)t;

    for (int again = 0; again < 2; again++) {
        memset(&t->c->error, 0, sizeof t->c->error);
        ck_assert_int_eq(hearth_body_json(t->c, &tree), errors[_i].rc);
        ck_assert_ptr_null(tree);
        ck_assert_int_eq(t->c->error.status, errors[_i].status);
        ck_assert_msg(strstr(t->c->error.text, errors[_i].text) != NULL, "%s",
                      t->c->error.text);
    }
    bare_close(t);
}
END_TEST

START_TEST(the_tree_outlives_the_handler_only_with_a_reference)
{
    bare *t = bare_open(NULL, JSON "[1]");
    json_t *tree;

    ck_assert_int_eq(hearth_body_json(t->c, &tree), 0);
    json_incref(tree);
    bare_close(t);
    ck_assert_uint_eq(tree->refcount, 1);
    json_decref(tree);
}
END_TEST

SUITE("app/req_json",
      LOOP(a_body_is_parsed_once, 0, 4) LOOP(a_body_that_is_no_json_says_why, 0, ERRORS)
          TEST(the_tree_outlives_the_handler_only_with_a_reference))
