/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include <hearth/compress.h>

#include "ctx.h"
#include "decode.h"
#include "suite.h"

#include <hearth/res.h>
#include <hearth/route.h>

static int says(hearth_ctx *c)
{
    static char text[3001];

    memset(text, 'x', 3000);
    return hearth_text(c, 200, text);
}

static hearth_handler *const handler[] = {says, NULL};

/* As the dispatcher does it. */
static bare *run(const char *fields)
{
    char request[256];

    snprintf(request, sizeof request, "GET / HTTP/1.1\r\nHost: x\r\n%s\r\n", fields);
    bare *t = bare_open(NULL, request);

    t->c->next = handler;
    ck_assert_int_eq(hearth_compress(t->c), 0);
    ck_assert(t->c->encode != NULL);
    ck_assert_uint_eq(t->c->res.body.len, 3000); /* not yet */
    return t;
}

START_TEST(the_answer_is_encoded_at_the_very_end)
{
    bare *t = run("Accept-Encoding: gzip\r\n");

    t->c->encode(t->c, false);
    ck_assert_str_eq(bare_field(t, "Content-Encoding"), "gzip");
    decoded d = decode("gzip", t->c->res.body.ptr, t->c->res.body.len);

    ck_assert(d.whole);
    ck_assert_uint_eq(d.len, 3000);
    free(d.text);
    bare_close(t);
}
END_TEST

START_TEST(of_an_unchanged_answer_only_the_fields_are_changed)
{
    bare *t = run("Accept-Encoding: br\r\n");

    ck_assert_int_eq(hearth_set_header(t->c, "ETag", "\"a\""), 0);
    t->c->encode(t->c, true);
    ck_assert_str_eq(bare_field(t, "ETag"), "W/\"a\"");
    ck_assert_str_eq(bare_field(t, "Vary"), "Accept-Encoding");
    ck_assert_uint_eq(t->c->res.body.len, 3000);
    bare_close(t);
}
END_TEST

START_TEST(a_secret_is_left_alone)
{
    bare *t = run("Accept-Encoding: gzip\r\n");

    hearth_secret(t->c);
    t->c->encode(t->c, false);
    ck_assert_ptr_null(bare_field(t, "Content-Encoding"));
    ck_assert_ptr_null(bare_field(t, "Vary"));
    ck_assert_uint_eq(t->c->res.body.len, 3000);
    bare_close(t);
}
END_TEST

SUITE("mw/compress", TEST(the_answer_is_encoded_at_the_very_end)
                         TEST(of_an_unchanged_answer_only_the_fields_are_changed)
                             TEST(a_secret_is_left_alone))
