/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "app/negotiate.h"

#include "ctx.h"
#include "suite.h"

#include <hearth/negotiate.h>
#include <hearth/res.h>

/* ---- Vary --------------------------------------------------------------------------- */

static const struct {
    const char *had[3], *name, *says;
} varying[] = {
    {{NULL}, "Accept", "Accept"},
    {{"Origin"}, "Accept", "Origin, Accept"},
    {{"Accept"}, "Accept", "Accept"},
    {{"accept"}, "Accept", "accept"},
    {{"Origin , ACCEPT"}, "Accept", "Origin , ACCEPT"},
    {{"Accept-Language"}, "Accept", "Accept-Language, Accept"},
    {{"*"}, "Accept", "*"},
    {{"Origin", "Accept"}, "Accept", "Origin"},
    {{"Origin", "Cookie"}, "Accept", "Origin, Accept"},
    {{"Origin"}, "*", "Origin, *"},
};

START_TEST(a_field_is_added_to_vary_once)
{
    bare *t = bare_get();

    for (int i = 0; varying[_i].had[i] != NULL; i++)
        ck_assert_int_eq(hearth_add_header(t->c, "Vary", varying[_i].had[i]), 0);
    int n = bare_count(t, "Vary");

    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(hearth_vary(t->c, varying[_i].name), 0);
    ck_assert_str_eq(bare_field(t, "Vary"), varying[_i].says);
    ck_assert_int_eq(bare_count(t, "Vary"), n == 0 ? 1 : n);
    bare_close(t);
}
END_TEST

START_TEST(vary_takes_only_names)
{
    static const char *const wrong[] = {"", "a b", "Accept,", "a\r\nb", NULL};
    bare *t = bare_get();

    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(hearth_vary(t->c, wrong[i]), HEARTH_EINVAL);
    ck_assert_ptr_null(bare_field(t, "Vary"));
    bare_close(t);
}
END_TEST

/* ---- questions ------------------------------------------------------------------------ */

static bare *asking(const char *fields)
{
    char text[512];

    snprintf(text, sizeof text, "GET / HTTP/1.1\r\nHost: x\r\n%s\r\n", fields);
    return bare_open(NULL, text);
}

START_TEST(the_answer_is_one_of_the_arguments)
{
    static const char html[] = "text/html", json[] = "application/json";
    bare *t = asking("Accept: application/json, text/html;q=0.5\r\n");

    ck_assert_ptr_eq(hearth_accepts(t->c, html, json, NULL), json);
    ck_assert_ptr_eq(hearth_accepts(t->c, html, NULL), html);
    ck_assert_ptr_null(hearth_accepts(t->c, "image/png", NULL));
    ck_assert_str_eq(bare_field(t, "Vary"), "Accept");
    bare_close(t);
}
END_TEST

START_TEST(several_fields_are_one_list)
{
    bare *t = asking("Accept: text/html;q=0.1\r\nAccept: application/json\r\n");

    ck_assert_str_eq(hearth_accepts(t->c, "text/html", "application/json", NULL),
                     "application/json");
    bare_close(t);
}
END_TEST

START_TEST(the_first_offer_is_for_who_says_nothing)
{
    bare *t = asking("");

    ck_assert_str_eq(hearth_accepts(t->c, "a/b", "c/d", NULL), "a/b");
    ck_assert_str_eq(hearth_accepts_language(t->c, "en", "de", NULL), "en");
    ck_assert_ptr_null(hearth_accepts_encoding(t->c, "br", "gzip", NULL));
    ck_assert_str_eq(bare_field(t, "Vary"), "Accept, Accept-Language, Accept-Encoding");
    bare_close(t);
}
END_TEST

START_TEST(another_language_is_better_than_none)
{
    bare *t = asking("Accept-Language: fr-CA, fr;q=0.5\r\nAccept-Encoding: gzip\r\n");

    ck_assert_str_eq(hearth_accepts_language(t->c, "en", "de", NULL), "en");
    ck_assert_str_eq(hearth_accepts_language(t->c, "en", "fr", NULL), "fr");
    ck_assert_str_eq(hearth_accepts_encoding(t->c, "br", "gzip", NULL), "gzip");
    ck_assert_ptr_null(hearth_accepts_encoding(t->c, "br", NULL));
    bare_close(t);
}
END_TEST

START_TEST(what_there_is_is_remembered_for_the_406)
{
    bare *t = asking("Accept: image/*\r\n");

    ck_assert_ptr_null(hearth_accepts(t->c, "a/b", "c/d", "e/f", NULL));
    ck_assert_int_eq(t->c->error.status, 406);
    ck_assert_str_eq(t->c->error.text, "this resource is available as a/b, c/d or e/f");
    ck_assert_uint_eq(t->c->navailable, 3);
    ck_assert_str_eq(t->c->available[2].ptr, "e/f");
    bare_close(t);
}
END_TEST

#define NVARYING ((int)(sizeof varying / sizeof *varying))

SUITE("app/negotiate",
      LOOP(a_field_is_added_to_vary_once, 0, NVARYING) TEST(vary_takes_only_names)
          TEST(the_answer_is_one_of_the_arguments) TEST(several_fields_are_one_list)
              TEST(the_first_offer_is_for_who_says_nothing)
                  TEST(another_language_is_better_than_none)
                      TEST(what_there_is_is_remembered_for_the_406))
