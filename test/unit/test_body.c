/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "app/body.h"
#include "app/dispatch.h"
#include "app/req.h"
#include "ctx.h"
#include "form.h"
#include "suite.h"

#include <hearth/route.h>
#include <stdio.h>

static int handler(hearth_ctx *c)
{
    (void)c;
    return 204;
}

static int data(void *self, hearth_ctx *c, const void *p, size_t n)
{
    (void)self;
    (void)c;
    (void)p;
    (void)n;
    return 0;
}

static const hearth_body_ops ops = {.name = "test", .data = data};

static const hearth_route routes[] = {
    HEARTH_POST("/plain", handler),
    HEARTH_POST("/inline", handler, .run = HEARTH_INLINE),
    HEARTH_POST("/spool", handler, .spool = true),
    HEARTH_POST("/spool/inline", handler, .spool = true, .run = HEARTH_INLINE),
    HEARTH_POST("/stream", handler, .body = &ops),
    HEARTH_POST("/admit", handler, .admit = handler),
    HEARTH_END,
};

/* A request whose head says this; the body is given later, if at all. */
static bare *head(const char *path, const char *type, const char *fields)
{
    char request[512];
    bare *t;

    snprintf(request, sizeof request,
             "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\n%s\r\n\r\n",
             path, type, fields);
    t = bare_open(NULL, request);
    t->c->head.target =
        hearth__str(hearth__arena_copy(&t->c->arena, path, strlen(path)), strlen(path));
    ck_assert_int_eq(hearth_mount(t->app, "", routes), 0);
    ck_assert_int_eq(hearth__app_freeze(t->app, NULL), 0);
    return t;
}

/* ---- which way ------------------------------------------------------------------- */

static const struct {
    const char *path, *type, *fields;
    bool intake, parser, blocks;
} ways[] = {
    {"/plain", "text/plain", "Content-Length: 10", false, false, false},
    {"/plain", "text/plain", "Content-Length: 100000", false, false, false},
    {"/plain", "text/plain", "Transfer-Encoding: chunked", false, false, false},
    {"/plain", FORM_TYPE, "Content-Length: 65536", true, true, false},
    {"/plain", FORM_TYPE, "Content-Length: 65537", true, true, true},
    {"/plain", FORM_TYPE, "Transfer-Encoding: chunked", true, true, true},
    {"/plain", FORM_TYPE, "Content-Length: 0", false, false, false},
    {"/plain", "multipart/mixed; boundary=b", "Content-Length: 9", false, false, false},
    {"/inline", FORM_TYPE, "Content-Length: 65537", true, true, false},
    {"/nowhere", FORM_TYPE, "Content-Length: 65537", true, true, true},
    {"/spool", "text/plain", "Content-Length: 65536", true, false, false},
    {"/spool", "text/plain", "Content-Length: 65537", true, false, true},
    {"/spool", FORM_TYPE, "Content-Length: 65537", true, false, true},
    {"/spool", "text/plain", "Content-Length: 0", false, false, false},
    {"/spool/inline", "text/plain", "Content-Length: 65537", true, false, false},
    {"/stream", "text/plain", "Content-Length: 1", true, false, true},
    {"/stream", FORM_TYPE, "Content-Length: 1", true, false, true},
    {"/stream", "text/plain", "Content-Length: 0", true, false, true},
    {"/admit", "text/plain", "Content-Length: 1", false, false, true},
};

START_TEST(the_way_of_a_body_is_decided_by_its_route_type_and_length)
{
    bare *t = head(ways[_i].path, ways[_i].type, ways[_i].fields);

    ck_assert_int_eq(hearth__request_head(t->c), 0);
    ck_assert_int_eq(t->c->intake != NULL, ways[_i].intake);
    ck_assert_int_eq(t->c->intake != NULL && t->c->intake->parser != NULL,
                     ways[_i].parser);
    ck_assert_int_eq(hearth__request_feeds(t->c), ways[_i].blocks);
    bare_close(t);
}
END_TEST

START_TEST(a_client_that_waits_is_not_told_to_send_what_nobody_reads)
{
    static const struct {
        const char *path, *fields;
        bool spares;
    } clients[] = {
        {"/nowhere", "Content-Length: 1\r\nExpect: 100-continue", true},
        {"/nowhere", "Transfer-Encoding: chunked\r\nExpect: 100-continue", true},
        {"/nowhere", "Content-Length: 1", false},
        {"/nowhere", "Content-Length: 0\r\nExpect: 100-continue", false},
        {"/plain", "Content-Length: 1\r\nExpect: 100-continue", false},
    };
    bare *t = head(clients[_i].path, "text/plain", clients[_i].fields);

    ck_assert_int_eq(hearth__request_head(t->c), 0);
    ck_assert_int_eq(hearth__request_spares_body(t->c), clients[_i].spares);
    bare_close(t);
}
END_TEST

/* ---- any split ------------------------------------------------------------------- */

#define BODY                    \
    FORM_TEXT("a", "one\r\n--") \
    FORM_FILE("f", "x", "a/b", "\r\n") FORM_TEXT("b", "two") FORM_END

START_TEST(a_form_in_pieces_of_any_size_is_the_same)
{
    char fields[64];
    bare *t;

    snprintf(fields, sizeof fields, "Content-Length: %zu", sizeof BODY - 1);
    t = head("/plain", FORM_TYPE, fields);
    ck_assert_int_eq(hearth__request_head(t->c), 0);
    ck_assert_int_eq(hearth__request_begin(t->c), 0);
    for (size_t at = 0, n; at < sizeof BODY - 1; at += n) {
        n = (size_t)_i < sizeof BODY - 1 - at ? (size_t)_i : sizeof BODY - 1 - at;
        ck_assert_int_eq(hearth__request_body(t->c, &BODY[at], n), 0);
    }
    ck_assert_int_eq(hearth__body_end(t->c), 0);
    ck_assert_str_eq(hearth_form(t->c, "a", ""), "one\r\n--");
    ck_assert_str_eq(hearth_form(t->c, "b", ""), "two");
    ck_assert_uint_eq(hearth__req_form(t->c)->n, 2);
    ck_assert_uint_eq(hearth_upload_at(t->c, 0)->size, 2);
    ck_assert_ptr_null(hearth_upload_at(t->c, 1));
    ck_assert_uint_eq(hearth_body_size(t->c), sizeof BODY - 1);
    bare_close(t);
}
END_TEST

/* What was refused stays refused, and says to close. */
START_TEST(a_refusal_is_complete)
{
    bare *t = head("/plain", FORM_TYPE, "Content-Length: 100");

    ck_assert_int_eq(hearth__request_head(t->c), 0);
    ck_assert_int_eq(hearth__request_body(t->c, "--bad", 5), 400);
    ck_assert_int_eq(t->c->res.status, 400);
    ck_assert(t->c->res.close);
    ck_assert_ptr_nonnull(strstr(bare_body(t), "boundary"));
    bare_close(t);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

SUITE("app/body",
      LOOP(the_way_of_a_body_is_decided_by_its_route_type_and_length, 0, COUNT(ways))
          LOOP(a_client_that_waits_is_not_told_to_send_what_nobody_reads, 0, 5)
              LOOP(a_form_in_pieces_of_any_size_is_the_same, 1, 50)
                  TEST(a_refusal_is_complete))
