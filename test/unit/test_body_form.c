/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "app/body.h"
#include "app/req.h"
#include "ctx.h"
#include "form.h"
#include "suite.h"

#include <stdio.h>

/* A context that waits for a form. */
static bare *waiting(const hearth_app_opts *o)
{
    bare *t = bare_open(o, "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: " FORM_TYPE
                           "\r\nTransfer-Encoding: chunked\r\n\r\n");

    t->c->max_body = 10u << 20;
    ck_assert_int_eq(hearth__body_prepare(t->c), 0);
    return t;
}

static int take(bare *t, const char *text)
{
    return hearth__body_take(t->c, text, strlen(text));
}

START_TEST(text_becomes_pairs_in_the_order_of_the_form)
{
    bare *t = waiting(NULL);
    const hearth__pairs *p;

    ck_assert_int_eq(take(t, FORM_TEXT("b", "1") FORM_TEXT("", "empty name")
                                 FORM_TEXT("a", "\xf0\x9f\x98\x80\r\n")
                                     FORM_TEXT("b", "2") FORM_END),
                     0);
    ck_assert_int_eq(hearth__body_end(t->c), 0);
    ck_assert_int_eq(hearth_body_form(t->c), 0);
    p = hearth__req_form(t->c);
    ck_assert_uint_eq(p->n, 4);
    ck_assert_str_eq(p->pair[0].name.ptr, "b");
    ck_assert_str_eq(p->pair[1].value.ptr, "empty name");
    ck_assert_str_eq(p->pair[2].value.ptr, "\xf0\x9f\x98\x80\r\n");
    ck_assert_uint_eq(p->pair[2].value.len, 6);
    ck_assert_str_eq(p->pair[3].value.ptr, "2");
    ck_assert_str_eq(hearth_form(t->c, "b", ""), "1");
    ck_assert_str_eq(hearth_form(t->c, "", "none"), "empty name");
    bare_close(t);
}
END_TEST

START_TEST(many_fields_grow_the_list)
{
    bare *t = waiting(NULL);
    char text[128], want[16];

    for (int i = 0; i < 1000; i++) {
        snprintf(text, sizeof text, FORM_TEXT_F, "n", "x");
        ck_assert_int_eq(take(t, text), 0);
    }
    snprintf(text, sizeof text, FORM_TEXT_F, "n", "x");
    ck_assert_int_eq(take(t, text), HEARTH_ETOOBIG);
    ck_assert_int_eq(t->c->error.status, 413);
    ck_assert_ptr_nonnull(strstr(t->c->error.text, "1000 fields"));
    ck_assert_uint_eq(t->c->form.n, 1000);
    snprintf(want, sizeof want, "%s", t->c->form.pair[999].value.ptr);
    ck_assert_str_eq(want, "x");
    bare_close(t);
}
END_TEST

/* One file after the other, with text between: each has its own place in the spool. */
START_TEST(files_lie_one_behind_the_other)
{
    bare *t = waiting(NULL);
    const hearth_upload *u;

    ck_assert_int_eq(take(t, FORM_FILE("f", "1", "", "abc") FORM_TEXT("t", "--")
                                 FORM_FILE("f", "", "", "") FORM_FILE("f", "2", "", "")
                                     FORM_FILE("f", "3", "", "defg") FORM_END),
                     0);
    for (int i = 0; i < 3; i++) {
        static const char *const data[] = {"abc", "", "defg"};
        hearth_str all;

        u = hearth_upload_at(t->c, (size_t)i);
        ck_assert_int_eq(hearth_upload_bytes(t->c, u, &all), 0);
        ck_assert_str_eq(all.ptr, data[i]);
    }
    ck_assert_ptr_null(hearth_upload_at(t->c, 3)); /* nobody chose the empty one */
    ck_assert_uint_eq(t->c->intake->spool.len, 7);
    bare_close(t);
}
END_TEST

static const struct {
    hearth_app_opts o;
    const char *first, *last; /* taken, refused */
    const char *why;
} limits[] = {
    {{.max_files = 1},
     FORM_FILE("f", "x", "", "1"),
     FORM_FILE("f", "x", "", "1"),
     "more than 1 files"},
    {{.max_form_fields = 1},
     FORM_TEXT("a", "1"),
     FORM_TEXT("a", "1"),
     "more than 1 fields"},
    {{.max_file = 3},
     FORM_FILE("f", "x", "", "123"),
     FORM_FILE("f", "x", "", "1234"),
     "larger than the 3 bytes"},
    {{.max_body = 5}, FORM_TEXT("a", "123"), FORM_TEXT("a", "123"), "too large together"},
    {{.max_body = 5},
     FORM_FILE("f", "x", "", "12345678"),
     FORM_TEXT("a", "\xff") FORM_END,
     "UTF-8"},
};

START_TEST(each_limit_is_told_by_its_name)
{
    bare *t = waiting(&limits[_i].o);

    ck_assert_int_eq(take(t, limits[_i].first), 0);
    ck_assert_int_lt(take(t, limits[_i].last), 0);
    ck_assert_int_ge(t->c->error.status, 400);
    ck_assert_msg(strstr(t->c->error.text, limits[_i].why) != NULL, "%s",
                  t->c->error.text);
    bare_close(t);
}
END_TEST

START_TEST(a_limit_counts_all_the_pieces_of_a_file)
{
    bare *t = waiting(&(hearth_app_opts){.max_file = 10, .max_body = 10});

    ck_assert_int_eq(take(t, FORM_PART("f") "; filename=x\r\n\r\n123456"), 0);
    ck_assert_int_eq(take(t, "7890"), 0);
    ck_assert_int_eq(take(t, _i == 0 ? "\r\n--b" : "1"), _i == 0 ? 0 : HEARTH_ETOOBIG);
    bare_close(t);
    t = waiting(&(hearth_app_opts){.max_body = 10});
    ck_assert_int_eq(take(t, FORM_PART("t") "\r\n\r\n123456"), 0);
    ck_assert_int_eq(take(t, "7890"), 0);
    ck_assert_int_eq(take(t, _i == 0 ? "\r\n--b" : "1"), _i == 0 ? 0 : HEARTH_ETOOBIG);
    bare_close(t);
}
END_TEST

SUITE("app/body_form",
      TEST(text_becomes_pairs_in_the_order_of_the_form) TEST(many_fields_grow_the_list)
          TEST(files_lie_one_behind_the_other) LOOP(each_limit_is_told_by_its_name, 0, 5)
              LOOP(a_limit_counts_all_the_pieces_of_a_file, 0, 2))
