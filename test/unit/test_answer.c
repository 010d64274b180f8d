/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "app/answer.h"

#include "ctx.h"
#include "suite.h"

#include <hearth/memory.h>
#include <hearth/res.h>

START_TEST(text_and_html_say_utf8_and_copy_the_body)
{
    bare *t = bare_get();
    char body[] = "hello";

    ck_assert_int_eq(hearth_status(t->c), 0);
    ck_assert_int_eq(hearth_text(t->c, 200, body), 0);
    memset(body, '!', 5);
    ck_assert_int_eq(hearth_status(t->c), 200);
    ck_assert_str_eq(bare_field(t, "Content-Type"), "text/plain; charset=utf-8");
    ck_assert_str_eq(bare_body(t), "hello");
    ck_assert_uint_eq(t->c->res.body.len, 5);
    ck_assert_int_eq(hearth_html(t->c, 404, "<p>"), 0);
    ck_assert_str_eq(bare_field(t, "Content-Type"), "text/html; charset=utf-8");
    ck_assert_str_eq(bare_body(t), "<p>");
    bare_close(t);
}
END_TEST

START_TEST(the_last_answer_wins_and_headers_stay)
{
    bare *t = bare_get();

    ck_assert_int_eq(hearth_set_header(t->c, "X-A", "1"), 0);
    ck_assert_int_eq(hearth_set_header(t->c, "Content-Type", "image/png"), 0);
    ck_assert_int_eq(hearth_text(t->c, 200, "one"), 0);
    ck_assert_int_eq(hearth_textf(t->c, 201, "%s %d", "two", 2), 0);
    ck_assert_int_eq(hearth_status(t->c), 201);
    ck_assert_str_eq(bare_body(t), "two 2");
    ck_assert_str_eq(bare_field(t, "X-A"), "1");
    ck_assert_int_eq(bare_count(t, "Content-Type"), 1);
    ck_assert_str_eq(bare_field(t, "Content-Type"), "text/plain; charset=utf-8");
    bare_close(t);
}
END_TEST

START_TEST(a_formatted_text_may_be_long)
{
    bare *t = bare_get();
    char *big = hearth_alloc(t->c, 100001);

    memset(big, 'x', 100000);
    ck_assert_int_eq(hearth_textf(t->c, 200, "%s!", big), 0);
    ck_assert_uint_eq(t->c->res.body.len, 100001);
    ck_assert_int_eq(bare_body(t)[100000], '!');
    ck_assert_int_eq(bare_body(t)[100001], '\0');
    bare_close(t);
}
END_TEST

static const int bad_status[] = {0, -1, 100, 199, 600, 1000};

START_TEST(a_status_outside_200_to_599_is_refused_and_logged)
{
    bare *t = bare_get();
    int s = bad_status[_i];

    ck_assert_int_eq(hearth_text(t->c, s, "x"), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_textf(t->c, s, "x"), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_blob(t->c, s, "a/b", "x", 1), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_blob_ref(t->c, s, "a/b", "x", 1), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_json(t->c, s, json_object()), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_status(t->c), 0);
    ck_assert_ptr_null(bare_field(t, "Content-Type"));
    ck_assert_ptr_nonnull(strstr(t->log->text, "not in 200 to 599"));
    bare_close(t);
}
END_TEST

START_TEST(blobs_keep_their_bytes)
{
    static const char bytes[] = {0, 1, (char)0xff, 0};
    bare *t = bare_get();
    char type[] = "image/png";

    ck_assert_int_eq(hearth_blob(t->c, 200, type, bytes, sizeof bytes), 0);
    type[0] = '!';
    ck_assert_str_eq(bare_field(t, "Content-Type"), "image/png");
    ck_assert_uint_eq(t->c->res.body.len, sizeof bytes);
    ck_assert_mem_eq(t->c->res.body.ptr, bytes, sizeof bytes);
    ck_assert_ptr_ne(t->c->res.body.ptr, bytes);
    ck_assert_int_eq(hearth_blob_ref(t->c, 206, "image/gif", bytes, sizeof bytes), 0);
    ck_assert_ptr_eq(t->c->res.body.ptr, bytes);
    ck_assert_int_eq(hearth_blob(t->c, 200, "a/b", NULL, 0), 0);
    ck_assert_uint_eq(t->c->res.body.len, 0);
    ck_assert_int_eq(hearth_blob(t->c, 200, "a/b", NULL, 1), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_blob(t->c, 200, "a/b\r\nX: y", "x", 1), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_blob(t->c, 200, "", "x", 1), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_blob_ref(t->c, 200, NULL, "x", 1), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_text(t->c, 200, NULL), HEARTH_EINVAL);
    bare_close(t);
}
END_TEST

START_TEST(json_is_written_and_taken)
{
    bare *t = bare_get();
    json_t *tree = json_pack("{s:i,s:[s,n]}", "a", 1, "b", "x");

    json_incref(tree);
    ck_assert_int_eq(hearth_json(t->c, 201, tree), 0);
    ck_assert_uint_eq(tree->refcount, 1);
    json_decref(tree);
    ck_assert_str_eq(bare_field(t, "Content-Type"), "application/json");
    ck_assert_str_eq(bare_body(t), HEARTH_JSON({"a":1,"b":["x",null]}));
    ck_assert_int_eq(hearth_status(t->c), 201);
    bare_close(t);
}
END_TEST

START_TEST(a_failed_pack_is_an_error_of_the_handler)
{
    bare *t = bare_get();

    ck_assert_int_eq(hearth_json(t->c, 200, NULL), HEARTH_ESTATE);
    ck_assert_ptr_nonnull(strstr(t->log->text, "json_pack"));
    ck_assert_int_eq(hearth_status(t->c), 0);
    bare_close(t);
}
END_TEST

START_TEST(json_that_is_nested_too_deep_is_refused)
{
    bare *t = bare_get();
    json_t *tree = json_array();

    for (int i = 0; i < 600; i++) {
        json_t *outer = json_array();

        json_array_append_new(outer, tree);
        tree = outer;
    }
    ck_assert_int_eq(hearth_json(t->c, 200, tree), HEARTH_ESTATE);
    ck_assert_int_eq(hearth_status(t->c), 0);
    bare_close(t);
}
END_TEST

START_TEST(answering_after_the_headers_went_is_refused)
{
    bare *t = bare_get();

    ck_assert_int_eq(hearth_text(t->c, 200, "one"), 0);
    t->c->res.sent = true;
    ck_assert_int_eq(hearth_text(t->c, 201, "two"), HEARTH_ESTATE);
    ck_assert_int_eq(hearth_redirect(t->c, "/"), HEARTH_ESTATE);
    ck_assert_int_eq(hearth_json(t->c, 201, json_object()), HEARTH_ESTATE);
    ck_assert_int_eq(hearth_status(t->c), 200);
    ck_assert_str_eq(bare_body(t), "one");
    bare_close(t);
}
END_TEST

START_TEST(the_state_is_that_of_the_options)
{
    int mine = 7;
    bare *t = bare_open(&(hearth_app_opts){.state = &mine},
                        "GET / HTTP/1.1\r\nHost: a\r\n\r\n");

    ck_assert_ptr_eq(hearth_state(t->c), &mine);
    ck_assert_ptr_eq(hearth_app_of(t->c), t->app);
    ck_assert_ptr_eq(hearth_app_of(t->c), t->app);
    bare_close(t);
}
END_TEST

SUITE("app/answer",
      TEST(text_and_html_say_utf8_and_copy_the_body)
          TEST(the_last_answer_wins_and_headers_stay) TEST(a_formatted_text_may_be_long)
              LOOP(a_status_outside_200_to_599_is_refused_and_logged, 0, 6)
                  TEST(blobs_keep_their_bytes) TEST(json_is_written_and_taken)
                      TEST(a_failed_pack_is_an_error_of_the_handler)
                          TEST(json_that_is_nested_too_deep_is_refused)
                              TEST(answering_after_the_headers_went_is_refused)
                                  TEST(the_state_is_that_of_the_options))
